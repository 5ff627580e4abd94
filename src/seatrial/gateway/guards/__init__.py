"""Guards look at requests, streams and answers on the hot path, and flag, redact, block or send elsewhere."""
