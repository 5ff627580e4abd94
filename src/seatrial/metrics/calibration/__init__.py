"""A judge held against people, and against itself on padded and swapped answers."""
