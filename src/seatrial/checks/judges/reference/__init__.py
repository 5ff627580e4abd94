"""How near is the answer to a text that is known to be right?"""
