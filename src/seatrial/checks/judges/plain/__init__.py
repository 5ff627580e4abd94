"""Plain questions about one answer: what it contains, equals, costs, and how long it took."""
