"""What becomes of requests that are over: Interactions, kept off the hot path by one thread."""
