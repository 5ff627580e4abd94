"""Virtual keys: who may come in, from where, to ask what, and how much."""
