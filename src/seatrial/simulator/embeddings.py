"""Embeddings without a model: hashed bags of words as unit vectors. Texts that share words are near each other."""

import base64
import hashlib
import math
import struct
from functools import lru_cache
from typing import Any

from seatrial.simulator.language import words_of
from seatrial.simulator.pieces import count_pieces
from seatrial.simulator.wire import ApiError, EmbeddingRequest


@lru_cache(maxsize=65536)
def _place(word: str) -> tuple[int, float]:
    digest = hashlib.blake2b(word.encode(), digest_size=9).digest()
    return int.from_bytes(digest[:8], "big"), 1.0 if digest[8] & 1 else -1.0


def embed(text: str, dimensions: int) -> list[float]:
    """A vector of length 1: each word adds 1 or -1 at the place that its hash names (Weinberger et al. 2009).

    A text without words, or whose words cancel, lies along the first axis.
    """
    vector = [0.0] * dimensions
    for word in words_of(text):
        index, sign = _place(word)
        vector[index % dimensions] += sign
    length = math.sqrt(sum(value * value for value in vector))
    if not length:
        return [1.0] + [0.0] * (dimensions - 1)
    return [value / length for value in vector]


def embeddings_body(request: EmbeddingRequest) -> dict[str, Any]:
    """The answer to POST /v1/embeddings.

    Raises:
        ApiError: 400 for an empty text.
    """
    texts = _texts(request)
    if any(not text for text in texts):
        raise ApiError(400, "'input' cannot be an empty string.", param="input")
    vectors = (embed(text, request.dimensions) for text in texts)
    tokens = sum(count_pieces(text) for text in texts)
    return {
        "object": "list",
        "data": [
            {"object": "embedding", "index": index, "embedding": _encoded(vector, request.encoding_format)}
            for index, vector in enumerate(vectors)
        ],
        "model": request.model,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }


def _texts(request: EmbeddingRequest) -> list[str]:
    if isinstance(request.input, str):
        return [request.input]
    if all(isinstance(part, int) for part in request.input):
        return [" ".join(str(part) for part in request.input)]
    return [
        part
        if isinstance(part, str)
        else " ".join(str(token) for token in (part if isinstance(part, list) else [part]))
        for part in request.input
    ]


def _encoded(vector: list[float], form: str) -> list[float] | str:
    if form == "base64":
        return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
    return vector
