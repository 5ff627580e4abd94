"""Texts as vectors: tokens, windows, the forward pass, pooling, and a memory of what was embedded before."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import numpy as np
from safetensors import safe_open
from tokenizers import Tokenizer

from seatrial.core.errors import Mistake
from seatrial.text.minilm.layers import Encoder, Floats
from seatrial.text.minilm.memory import Remembered
from seatrial.text.minilm.threads import one_thread

WIDTH = 384
WINDOW = 256
"""Tokens that are read at once, with [CLS] and [SEP]; the model was trained on no more."""
MOST_WINDOWS = 8
MOST_CHARACTERS = 40_000
"""Longer texts are refused before they are split into tokens."""
MOST_REMEMBERED = 4096
_BATCH = 1024
"""Tokens of a forward pass: enough to keep a core busy, few enough for its cache."""


class TooLong(ValueError):
    """A text has more tokens than are read; the text of the error is one sentence."""


class TokenVectors(NamedTuple):
    """The tokens of a text: unit `vectors` (n, 384) of the last layer, and which of them are `words` (n,).

    [CLS] and [SEP] are no words; each window of a long text has its own.
    """

    vectors: Floats
    words: "np.ndarray[tuple[int], np.dtype[np.bool_]]"


class Model:
    """The sentence model; may be used from several threads, which then wait for each other.

    Args:
        folder: Holds `model.safetensors` and `tokenizer.json`.

    Raises:
        Mistake: One of them cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            with safe_open(folder / "model.safetensors", "numpy") as file:
                self._encoder = Encoder(file.get_tensor)
        except Exception as error:  # tokenizers knows no exceptions of its own
            raise Mistake(f"the sentence model in {folder} cannot be read: {error}") from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._ends = [_id(self._tokenizer, name) for name in ("[CLS]", "[SEP]")]
        self._remembered: Remembered[Floats] = Remembered(MOST_REMEMBERED)

    def embed(self, texts: Sequence[str]) -> Floats:
        """Unit vectors of texts, (n, 384): the mean over the tokens' states of the last layer.

        A text of more than 254 tokens is read in windows of 254, whose vectors are averaged by their tokens. The latest
        4,096 texts are remembered.

        Raises:
            TooLong: A text has more than 8 windows; none is embedded then.
        """
        with one_thread():
            found = self._remembered.of(texts)
            new = list(dict.fromkeys(text for text in texts if text not in found))
            found |= zip(new, self._embed([self._windows(text) for text in new]), strict=True)
            self._remembered.keep(found)
        return np.stack([found[text] for text in texts]) if texts else np.empty((0, WIDTH), np.float32)

    def tokens(self, text: str) -> TokenVectors:
        """The tokens of a text as unit vectors, for measures that compare token by token.

        Raises:
            TooLong: It has more than 8 windows.
        """
        windows = self._windows(text)
        with one_thread():
            states = np.concatenate(list(self._states(windows)))
        states /= np.linalg.norm(states, axis=1, keepdims=True)
        words = np.concatenate([np.isin(window, self._ends, invert=True) for window in windows])
        return TokenVectors(states, words)

    def windows(self, text: str) -> int:
        """How many windows a text is read in.

        Raises:
            TooLong: They are more than 8.
        """
        return len(self._windows(text))

    def _windows(self, text: str) -> list[list[int]]:
        if len(text) > MOST_CHARACTERS:
            raise TooLong(f"texts of up to {MOST_CHARACTERS:,} characters are embedded, this has {len(text):,}")
        # A lone surrogate has no UTF-8, which the tokenizer reads.
        clean = text.encode("utf-8", "replace").decode()
        ids = self._tokenizer.encode(clean, add_special_tokens=False).ids
        content, (first, last) = WINDOW - 2, self._ends
        if len(ids) > MOST_WINDOWS * content:
            raise TooLong(f"texts of up to {MOST_WINDOWS * content:,} tokens are embedded, this has {len(ids):,}")
        return [[first, *ids[start : start + content], last] for start in range(0, max(1, len(ids)), content)]

    def _embed(self, texts: list[list[list[int]]]) -> Iterator[Floats]:
        flat = [window for windows in texts for window in windows]
        states = self._states(flat)
        for windows in texts:
            parts = [_unit(next(states).mean(axis=0)) * len(window) for window in windows]
            yield _unit(np.sum(parts, axis=0))

    def _states(self, windows: list[list[int]]) -> Iterator[Floats]:
        """The last layer's states of each window, in their order; they are computed in the order of length."""
        order = sorted(range(len(windows)), key=lambda index: len(windows[index]))
        states: list[Floats] = [np.empty((0, WIDTH), np.float32)] * len(windows)
        for batch in _batches(order, [len(window) for window in windows]):
            lengths = [len(windows[index]) for index in batch]
            together = self._encoder.states([windows[index] for index in batch])
            parts = np.split(together, list(accumulate(lengths))[:-1])
            for index, part in zip(batch, parts, strict=True):
                states[index] = part
        return iter(states)


def _batches(order: Iterable[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    batch: list[int] = []
    size = 0
    for index in order:
        if batch and size + lengths[index] > _BATCH:
            yield batch
            batch, size = [], 0
        batch.append(index)
        size += lengths[index]
    if batch:
        yield batch


def _id(tokenizer: Tokenizer, name: str) -> int:
    found = tokenizer.token_to_id(name)
    if found is None:
        raise Mistake(f"the tokenizer of the sentence model has no {name}")
    return found


def _unit(vector: Floats) -> Floats:
    unit: Floats = vector / np.linalg.norm(vector)
    return unit
