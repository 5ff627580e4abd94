"""What clients and providers send, as far as the gateway reads it: all else passes as bytes."""
