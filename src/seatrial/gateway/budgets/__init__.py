"""What may be spent: budgets by day and month, reserved before a request and settled after it."""
