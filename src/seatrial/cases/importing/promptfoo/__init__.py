"""promptfoo's suites: prompts x tests become cases, assertions become checks."""
