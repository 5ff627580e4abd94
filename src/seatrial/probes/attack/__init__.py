"""Attempts to make a Target do what it must not: one family a file."""
