"""JSON configs in every encoding, at the last level that is parsed, and with keys given more than once."""

import json

import pytest
from scanning import ids, scanned

from seatrial.scan.blob import BytesBlob
from seatrial.scan.configs.documents import DEEPEST, TWICE, is_too_deep, parse, read_json

WHOLE = {"_target_": "os.system", "é": ["a"]}
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("whole", [WHOLE, [WHOLE]])
def test_every_encoding_that_python_reads_is_read(encoding, whole):
    """`json.loads` takes all of these as bytes, so that an attack may stand in each."""
    data = json.dumps(whole, ensure_ascii=False).encode(encoding)
    assert read_json(BytesBlob(data), ("_target_",)) == whole
    assert "config.calls-dangerous" in ids(scanned(data, "c.json"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"a": 1}', {"a": 1}),
        ('{"a": 1, "a": 2}', {"a": 2, TWICE: [{"a": 1}]}),
        ('{"a": [], "b": 1, "a": {}}', {"a": {}, "b": 1, TWICE: [{"a": []}]}),
        ('{"a": 1', None),
        ("[1,]", None),
        ("1" * 5000, None),
        ("", None),
        ("NaN1", None),
    ],
)
def test_values_of_repeated_keys_are_kept_aside(text, wanted):
    """The last value is the value; what is no JSON is nothing."""
    assert parse(text) == wanted


@pytest.mark.parametrize(("levels", "deep"), [(1, False), (DEEPEST, False), (DEEPEST + 1, True), (100_000, True)])
def test_configs_nest_to_a_level(levels, deep):
    """The last level is parsed; one more is for a person, without recursion."""
    text = '{"class_name": ' + "[" * (levels - 1) + "]" * (levels - 1) + "}" if levels > 1 else "{}"
    assert is_too_deep(text) is deep
    assert (parse(text) is None) is deep
    assert ("json.nested-too-deep" in ids(scanned(text.encode(), "c.json"))) is deep


@pytest.mark.parametrize("data", [b"", b"\xff{", b'"_target_"', b"text _target_", b'{"a": 1}', b'{"_target_": "\xff"}'])
def test_other_bytes_are_nobodys_config(data):
    """Texts, other keys and bytes in no encoding are not parsed."""
    assert read_json(BytesBlob(data), ("_target_",)) is None
