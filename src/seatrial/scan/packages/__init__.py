"""Dependencies: requirements, locks and installed environments, read as files; nothing of them is imported or run."""
