"""Live traffic: one OpenAI-compatible door before many providers."""
