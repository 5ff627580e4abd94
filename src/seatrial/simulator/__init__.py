"""An OpenAI-compatible model server with known faults and known speed. It is no language model.

It answers from a persona file: a knowledge base, planted faults with exact rates, and a latency model, all decided by
a seed. `persona` reads the file, `server` serves it.
"""
