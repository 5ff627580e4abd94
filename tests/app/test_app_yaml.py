"""YAML with places."""

from pathlib import Path

import pytest
from app_support import mistake_of, put, refused
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.app.yaml_places import MAX_BYTES, MAX_DEPTH, key_text, parse_yaml, read_yaml

HERE = Path("suite.yaml")


def data(text: str) -> object:
    return parse_yaml(text, HERE).root.data


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("21:40", "21:40"),
        ("no", "no"),
        ("2026-01-02", "2026-01-02"),
        ("true", True),
        ("Null", None),
        ("0x1f", 31),
        ("-1.5e3", -1500.0),
        ("007", 7),
        ('"7"', "7"),
        ("!!str 7", "7"),
        ("1_000", "1_000"),
    ],
)
def test_scalars_follow_yaml_1_2(text: str, value: object) -> None:
    """A time, a Norwegian `no` and a date stay text; numbers and truth values do not."""
    assert data(f"a: {text}") == {"a": value}


def test_keys_know_their_line() -> None:
    """Each key path has the line on which its key stands, and an unknown one that of its nearest part."""
    document = parse_yaml("a:\n  b:\n    - x\n    - c: 1\n", HERE)
    assert [document.line(keys) for keys in [("a",), ("a", "b", 1, "c"), ("a", "b", 7)]] == [1, 4, 2]


def test_aliases_and_merges_unfold() -> None:
    """An alias stands for its anchor, and `<<` lays a mapping under the keys that are written."""
    text = "a: &x {k: 1, l: 2}\nb: *x\nc: {<<: *x, l: 3}\nd: {<<: [*x, {m: 4}]}"
    assert data(text) == {
        "a": {"k": 1, "l": 2},
        "b": {"k": 1, "l": 2},
        "c": {"k": 1, "l": 3},
        "d": {"k": 1, "l": 2, "m": 4},
    }


def test_variables_may_stand_unquoted_in_flow_mappings() -> None:
    """`{api_key: ${NAME}}` is read as a person means it."""
    assert data('a: {k: ${FOO_1}, u: "x/${B}", v: p-${C}}') == {"a": {"k": "${FOO_1}", "u": "x/${B}", "v": "p-${C}"}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3", "suite.yaml:3: the key `a` stands here a second time (first on line 1)"),
        ("a:\n\tb: 1", "suite.yaml:2: a tab stands in the indentation; YAML allows spaces only"),
        ("a: [1", "suite.yaml:2: this is no YAML: did not find expected"),
        ("a: *b", "suite.yaml:1: the anchor `&b` does not stand before its alias"),
        ("a: &b [*b]", "suite.yaml:1: the anchor `&b` does not stand before its alias"),
        ("a: !!python/name:os.system x", "is not allowed"),
        ("a: 1\n---\nb: 2", "suite.yaml:2: a second document"),
        ("[1, 2]: 3", "suite.yaml:1: a key must be a plain text"),
        ('a: "\x00"', "suite.yaml: this is no YAML: unacceptable character"),
        ("[" * (MAX_DEPTH + 5), f"suite.yaml:1: the file is nested more than {MAX_DEPTH} deep"),
        ("- " * 500, f"suite.yaml:1: the file is nested more than {MAX_DEPTH} deep"),
    ],
)
def test_broken_yaml_is_one_sentence_with_its_line(text: str, said: str) -> None:
    """What is wrong is said in one sentence that names the line."""
    assert said in refused(parse_yaml, text, HERE)


def test_alias_bombs_are_refused() -> None:
    """Aliases of aliases may not unfold to billions of values."""
    lines = ["a0: &a0 [1,1,1,1,1,1,1,1,1,1]"]
    lines += [f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    assert "unfolds to more than 1,000,000 values" in refused(parse_yaml, "\n".join(lines), HERE)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """A missing file, a folder, a file that is no UTF-8 and one that is far too large each get one sentence."""
    assert "there is no such file; `seatrial init` writes one" in refused(read_yaml, tmp_path / "no.yaml")
    assert "cannot be read" in refused(read_yaml, tmp_path)
    (tmp_path / "latin.yaml").write_bytes(b"a: \xe9")
    assert "no UTF-8 (byte 3)" in refused(read_yaml, tmp_path / "latin.yaml")
    (tmp_path / "big.yaml").write_bytes(b"#" * (MAX_BYTES + 1))
    assert "larger than" in refused(read_yaml, tmp_path / "big.yaml")


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    """A file of comments alone, or of nothing, has no data."""
    for text in ("", "# only\n", "---\n"):
        assert read_yaml(put(tmp_path, text)).root.data is None


def test_key_paths_read_like_code() -> None:
    """A key path is shown with dots and brackets."""
    assert key_text(("suites", "a", "cases", 0, "ask")) == "suites.a.cases[0].ask"


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab:-[]{}&*!|>'\"#%@`,?\n\t 0$"), max_size=60))
def test_any_text_is_data_or_a_mistake(text: str) -> None:
    """No text makes the reader fail in any other way than by a Mistake that names the file."""
    assert (mistake_of(parse_yaml, text, HERE) or "suite.yaml").startswith("suite.yaml")
