"""Where Cases come from and what they are worth: import, generation, proposals, audit."""
