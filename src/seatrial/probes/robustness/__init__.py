"""The same question, worded worse: one family of changes a file."""
