"""The fast forward pass beside the same one written plainly, in double precision and one token at a time."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open

from seatrial.text.minilm import demand
from seatrial.text.minilm.layers import Encoder
from seatrial.text.minilm.threads import one_thread

IDS = st.lists(st.integers(0, 30_521), min_size=1, max_size=9)


@pytest.fixture(scope="module")
def checkpoint():
    """The tensors by name."""
    with safe_open(demand("a test") / "model.safetensors", "numpy") as file:
        return {name: file.get_tensor(name) for name in file.keys() if "position_ids" not in name}  # noqa: SIM118


@pytest.fixture(scope="module")
def encoder(checkpoint):
    """The fast one."""
    return Encoder(checkpoint.__getitem__)


@pytest.fixture(autouse=True)
def alone():
    """Both passes on one thread, as the model itself works."""
    with one_thread():
        yield


class Plain:
    """BERT as its paper writes it, for one text, in double precision."""

    def __init__(self, checkpoint):
        self.tensors = checkpoint

    def dense(self, x, name):
        return x @ self.tensors[f"{name}.weight"].astype(float).T + self.tensors[f"{name}.bias"]

    def norm(self, x, name):
        x = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + 1e-12)
        return x * self.tensors[f"{name}.weight"] + self.tensors[f"{name}.bias"]

    def attention(self, x, name):
        query, key, value = (self.dense(x, f"{name}.self.{part}") for part in ("query", "key", "value"))
        mixed = np.zeros_like(x)
        for head in range(12):
            part = slice(32 * head, 32 * head + 32)
            for row in range(len(x)):
                weights = np.exp([query[row, part] @ other / math.sqrt(32) for other in key[:, part]])
                mixed[row, part] = weights @ value[:, part] / weights.sum()
        return self.norm(x + self.dense(mixed, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def states(self, ids):
        at = "embeddings"
        places = self.tensors[f"{at}.position_embeddings.weight"][: len(ids)]
        kind = self.tensors[f"{at}.token_type_embeddings.weight"][0]
        x = self.norm(
            self.tensors[f"{at}.word_embeddings.weight"][ids].astype(float) + places + kind, f"{at}.LayerNorm"
        )
        for number in range(6):
            at = f"encoder.layer.{number}"
            x = self.attention(x, f"{at}.attention")
            wide = self.dense(x, f"{at}.intermediate.dense")
            wide *= 0.5 * np.vectorize(math.erfc)(-wide / math.sqrt(2))
            x = self.norm(x + self.dense(wide, f"{at}.output.dense"), f"{at}.output.LayerNorm")
        return x


@settings(max_examples=8, deadline=None)
@given(ids=IDS)
def test_any_tokens_have_the_states_of_the_plain_pass(encoder, checkpoint, ids):
    """Every number of every token agrees to single precision."""
    assert encoder.states([ids]) == pytest.approx(Plain(checkpoint).states(ids), abs=2e-5)


@settings(max_examples=6, deadline=None)
@given(texts=st.lists(IDS, min_size=1, max_size=4))
def test_texts_of_mixed_lengths_do_not_see_each_other(encoder, checkpoint, texts):
    """Packed together, sorted by length, each text's rows are its own."""
    texts = sorted(texts, key=len)
    together = encoder.states(texts)
    alone = np.concatenate([encoder.states([ids]) for ids in texts])
    assert together == pytest.approx(alone, abs=1e-5)
    assert len(together) == sum(map(len, texts))


def test_the_longest_window_has_its_places(encoder):
    """256 tokens are read, and the same token differs by its place."""
    states = encoder.states([[2000] * 256])
    assert states.shape == (256, 384)
    assert not np.allclose(states[0], states[255])
    assert np.isfinite(states).all()


def test_equal_texts_have_equal_states(encoder):
    """A batch of one length, which attends in one go, treats its texts alike."""
    states = encoder.states([[101, 7000, 8000, 102]] * 5).reshape(5, 4, 384)
    assert all(np.allclose(states[0], other, atol=1e-5) for other in states[1:])
