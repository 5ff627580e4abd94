"""What a Scan came to, in every format that it can be shown in."""
