"""Source code that is shipped with a model: read as text and syntax, never run."""
