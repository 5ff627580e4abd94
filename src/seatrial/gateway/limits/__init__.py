"""How much may come in: requests, tokens and places, for each key, project, user, model and all together."""
