"""What can be computed of texts: pure functions, as `stats` is pure functions of numbers."""
