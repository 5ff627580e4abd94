"""Pickles: what a file would do when it is loaded, worked out without loading it."""
