"""What rows that fail have in common: conditions, patterns of them, and sentences. Knows neither runs nor journals."""
