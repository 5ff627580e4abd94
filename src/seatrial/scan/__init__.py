"""Look at what is shipped (model files, dependencies, secrets, data) without ever loading it."""
