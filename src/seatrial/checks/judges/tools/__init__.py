"""What an agent did: its tool calls, its steps."""
