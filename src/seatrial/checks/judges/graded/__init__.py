"""Questions that another model answers."""
