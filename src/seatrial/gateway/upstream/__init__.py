"""The client side: connections to providers, kept and used again."""
