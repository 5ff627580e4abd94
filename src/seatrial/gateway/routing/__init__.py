"""Which deployment answers: balance, health, retries, fallbacks."""
