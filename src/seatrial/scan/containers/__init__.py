"""Archives and compressed streams: what is inside them is looked at, and so is how they are made."""
