"""What can be said of a text alone: its language, its tone, its form."""
