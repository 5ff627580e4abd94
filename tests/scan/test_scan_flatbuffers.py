"""TensorFlow Lite and ExecuTorch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making.flat import Number, Numbers, executorch, tflite
from making.looking import ids, mutated, seen

HONEST = tflite(["TFLite_Detection_PostProcess"])


@pytest.mark.parametrize(("name", "data"), [("tflite", HONEST), ("tflite", tflite()), ("executorch", executorch())])
def test_honest_models_are_clean(name, data):
    """Built-in and well-known custom operators are clean."""
    assert (seen(data).verdict, seen(data).formats) == ("clean", (name,))


@pytest.mark.parametrize(
    ("verdict", "rule", "data"),
    [
        ("attack", "tflite.dangerous-operator", tflite(["FlexPyFunc"])),
        ("attack", "tflite.dangerous-operator", tflite(["FlexWriteFile"])),
        ("review", "tflite.flex-operator", tflite(["FlexErf"])),
        ("review", "tflite.custom-operator", tflite(["RunShell"])),
        ("attack", "tflite.out-of-bounds", tflite(ends=(0, 9))),
        ("attack", "tflite.out-of-bounds", tflite(ends=(-2, 0))),
        ("attack", "tflite.out-of-bounds", tflite(tensor={2: Number(99)})),
        ("attack", "tflite.out-of-bounds", tflite(tensor={0: Numbers(-4, 4), 2: Number(0)})),
        ("attack", "tflite.out-of-bounds", tflite(call={0: Number(7)})),
        ("attack", "tflite.out-of-bounds", tflite(call={0: Number(0), 1: Numbers(77)})),
        ("attack", "tflite.out-of-bounds", tflite(extra={1: Number(2**60, "<Q"), 2: Number(9, "<Q")})),
        ("attack", "executorch.out-of-bounds", executorch(segment=(2**40, 16))),
        ("attack", "executorch.out-of-bounds", executorch(segment=(0, 2**63))),
        ("review", "executorch.custom-operator", executorch("evil::run")),
        ("unread", "file.unread", executorch(segment=(0, 99))),
        ("unread", "file.unread", executorch()[:-20]),
    ],
)
def test_operators_and_indices_are_judged(verdict, rule, data):
    """Operators by their names, numbers by what they point to."""
    assert (seen(data).verdict, rule in ids(data)) == (verdict, True)


@pytest.mark.parametrize("size", range(9, len(HONEST) - 1, 17))
def test_a_cut_model_is_never_clean_and_no_attack(size):
    """However a model is cut it could not be read, or a number in what is left is odd enough for a person."""
    assert seen(HONEST[:size]).verdict in ("unread", "review")


@given(st.sampled_from([HONEST, executorch()]), st.integers(0), st.integers(0, 255), st.integers(0, 300))
def test_any_change_still_gives_a_verdict(data, place, byte, cut):
    """Whatever is changed, no reader fails."""
    assert "file.reader-failed" not in ids(mutated(data, place, byte, cut))
