"""Checks made of other Checks."""
