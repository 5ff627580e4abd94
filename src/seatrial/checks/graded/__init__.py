"""The engine of model-graded Checks: prompts, asking, reading replies, juries; each judge is one file elsewhere."""
