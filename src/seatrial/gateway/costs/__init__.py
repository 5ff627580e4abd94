"""What requests cost: unit prices, the most that a request may cost, usage where none was told."""
