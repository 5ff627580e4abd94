"""Judges of one Interaction: `table` builds Checks, `judge` asks them; each judge stands in a file of its own."""
