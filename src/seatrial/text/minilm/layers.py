"""BERT's forward pass (Devlin et al. 2019, arXiv 1810.04805) in numpy, float32, for texts of any mix of lengths.

The tokens of all texts stand one after another in one matrix, texts sorted by length. What works token by token (the
dense layers, GELU, the norms) runs over the whole matrix; texts of one length attend together. So nothing is padded and
no mask is needed.
"""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
HEADS = 12
_EPSILON = 1e-12
_ROWS = 32
"""GELU works on so many rows at a time, which fit into a core's cache."""
_SLOPE = np.float32(0.3275911 / 2**0.5)
_TERMS = tuple(np.float32(a / 2) for a in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592))


class Norm(NamedTuple):
    """A layer norm's weight and bias, (384,)."""

    weight: Floats
    bias: Floats

    @classmethod
    def of(cls, tensor: Callable[[str], Floats], name: str) -> "Norm":
        """Read `name.weight` and `name.bias`."""
        return cls(tensor(f"{name}.weight"), tensor(f"{name}.bias"))

    def apply(self, x: Floats) -> None:
        """Normalise each row in place (Ba et al. 2016, arXiv 1607.06450)."""
        width = x.shape[1]
        x -= (x @ np.full(width, 1 / width, np.float32))[:, None]
        spread = np.einsum("ij,ij->i", x, x)
        spread /= width
        spread += _EPSILON
        x /= np.sqrt(spread)[:, None]
        x *= self.weight
        x += self.bias


class Dense(NamedTuple):
    """A dense layer: weight (in, out) and bias (out,)."""

    weight: Floats
    bias: Floats

    @classmethod
    def of(cls, tensor: Callable[[str], Floats], *names: str) -> "Dense":
        """Read layers that share their input, side by side as one."""
        weight = np.concatenate([tensor(f"{name}.weight") for name in names])
        return cls(np.ascontiguousarray(weight.T), np.concatenate([tensor(f"{name}.bias") for name in names]))

    def into(self, x: Floats, out: Floats) -> None:
        """Write x @ weight + bias to `out`."""
        np.matmul(x, self.weight, out=out)
        out += self.bias


class Layer(NamedTuple):
    """One layer of the encoder; the weights of queries, keys and values are one matrix."""

    attention: Dense
    output: Dense
    attended: Norm
    widen: Dense
    narrow: Dense
    ended: Norm

    @classmethod
    def of(cls, tensor: Callable[[str], Floats], number: int) -> "Layer":
        """Read layer `number`; queries are scaled by 1 / sqrt(width of a head) once and for all."""
        at = f"encoder.layer.{number}"
        attention = Dense.of(tensor, *(f"{at}.attention.self.{part}" for part in ("query", "key", "value")))
        width = len(attention.weight)
        for part in attention:
            part[..., :width] *= np.float32((width // HEADS) ** -0.5)
        return cls(
            attention,
            Dense.of(tensor, f"{at}.attention.output.dense"),
            Norm.of(tensor, f"{at}.attention.output.LayerNorm"),
            Dense.of(tensor, f"{at}.intermediate.dense"),
            Dense.of(tensor, f"{at}.output.dense"),
            Norm.of(tensor, f"{at}.output.LayerNorm"),
        )


class Encoder:
    """Embeddings and the six layers.

    Args:
        tensor: Gives a tensor of the checkpoint by its name.
    """

    def __init__(self, tensor: Callable[[str], Floats]) -> None:
        self._words = tensor("embeddings.word_embeddings.weight")
        kinds = tensor("embeddings.token_type_embeddings.weight")
        self._places = tensor("embeddings.position_embeddings.weight") + kinds[0]
        self._norm = Norm.of(tensor, "embeddings.LayerNorm")
        self._layers = [Layer.of(tensor, number) for number in range(6)]

    def states(self, texts: Sequence[Sequence[int]]) -> Floats:
        """The last layer's states of all tokens, (sum of lengths, 384).

        Args:
            texts: Token ids of each text with its special tokens, 1 to 512 of them, sorted by length.
        """
        lengths = [len(ids) for ids in texts]
        x = self._words[np.concatenate(texts)]
        x += np.concatenate([self._places[:length] for length in lengths])
        self._norm.apply(x)
        work = _Work(x, _blocks(lengths))
        for layer in self._layers:
            work.through(layer)
        return x


class _Block(NamedTuple):
    """Texts of one length: where their rows begin, how many texts, how many tokens each."""

    start: int
    texts: int
    length: int


def _blocks(lengths: list[int]) -> list[_Block]:
    blocks, start = [], 0
    for length, equal in groupby(lengths):
        blocks.append(_Block(start, len(list(equal)), length))
        start += blocks[-1].texts * length
    return blocks


class _Work:
    """The states `x` of a batch and the room that its layers work in, taken once."""

    def __init__(self, x: Floats, blocks: list[_Block]) -> None:
        rows, width = x.shape
        self._x, self._blocks = x, blocks
        self._mixed = np.empty((rows, 3 * width), np.float32)
        self._context, self._out = np.empty_like(x), np.empty_like(x)
        self._wide = np.empty((rows, 4 * width), np.float32)

    def through(self, layer: Layer) -> None:
        """Take the states through one layer, in place."""
        x, out = self._x, self._out
        layer.attention.into(x, self._mixed)
        for block in self._blocks:
            self._attend(block)
        layer.output.into(self._context, out)
        x += out
        layer.attended.apply(x)
        layer.widen.into(x, self._wide)
        gelu(self._wide)
        layer.narrow.into(self._wide, out)
        x += out
        layer.ended.apply(x)

    def _attend(self, block: _Block) -> None:
        """Scaled dot-product attention among the tokens of each text (Vaswani et al. 2017, arXiv 1706.03762)."""
        rows = slice(block.start, block.start + block.texts * block.length)
        shape = (block.texts, block.length, 3, HEADS, -1)
        query, key, value = np.moveaxis(self._mixed[rows].reshape(shape), (2, 3), (0, 2))
        weights = query @ key.swapaxes(-1, -2)
        weights -= weights.max(-1, keepdims=True)
        np.exp(weights, out=weights)
        mixed = weights @ value
        mixed /= weights.sum(-1, keepdims=True)
        context = self._context[rows].reshape(block.texts, block.length, HEADS, -1)
        context[:] = mixed.swapaxes(1, 2)


def gelu(x: Floats) -> None:
    """GELU, x Phi(x), in place (Hendrycks and Gimpel 2016, arXiv 1606.08415), within 4e-7.

    Phi through the rational approximation 7.1.26 of the error function in Abramowitz and Stegun (1964), as
    max(x, 0) - |x| / 2 erfc(|x| / sqrt 2).
    """
    room = np.empty((3, min(_ROWS, len(x)), x.shape[1]), np.float32)
    for start in range(0, len(x), _ROWS):
        part = x[start : start + _ROWS]
        size, t, sum_ = room[:, : len(part)]
        np.abs(part, out=size)
        np.multiply(size, _SLOPE, out=t)
        t += np.float32(1)
        np.reciprocal(t, out=t)
        np.multiply(t, _TERMS[0], out=sum_)
        for term in _TERMS[1:]:
            sum_ += term
            sum_ *= t
        sum_ *= size
        size *= size
        size *= np.float32(-0.5)
        np.exp(size, out=size)
        sum_ *= size
        np.maximum(part, np.float32(0), out=part)
        part -= sum_
