"""Corpora of attacks that others publish, read from files that the user has; none of them is part of Seatrial."""
