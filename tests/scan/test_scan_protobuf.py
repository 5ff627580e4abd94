"""Protocol Buffers on the wire, paths, and JSON of others."""

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making.protobufs import body, fixed32, fixed64, group, number, varint
from scanning import ids, scanned

from seatrial.scan.blob import BytesBlob
from seatrial.scan.configs.documents import TWICE, parse, read_json
from seatrial.scan.format import Unreadable
from seatrial.scan.graphs.glimpse import bodies, fields_of, holds
from seatrial.scan.graphs.paths import leaves
from seatrial.scan.graphs.protobuf import Message, by_number, first_text
from seatrial.scan.limits import Budget, Limits


def message(data):
    """Some bytes as a message."""
    return Message.of(BytesBlob(data), Budget(Limits()))


@given(st.integers(1, (1 << 29) - 1), st.integers(0, (1 << 64) - 1), st.binary(max_size=40))
def test_fields_are_read_as_they_were_written(field, value, data):
    """Numbers and bodies come back, whatever stands between them."""
    whole = number(field, value) + fixed32(1, 1.5) + fixed64(2, 2.5) + group(3, number(4, 1)) + body(field, data)
    read = list(message(whole).fields())
    assert (read[0].number, read[0].value, read[-1].body.raw()) == (field, value, data)
    assert [each.kind for each in read] == [0, 5, 1, 3, 2]


def test_texts_are_the_last_that_stand_there():
    """Parsers take the last of a field that stands twice."""
    fields = by_number(message(body(1, "first") + body(1, "last") + number(2, 3)))
    assert (first_text(fields, 1), first_text(fields, 2), first_text(fields, 3)) == ("last", "", "")


def test_packed_numbers_are_read():
    """Numbers that stand side by side."""
    field = next(message(body(1, varint(1) + varint(300) + varint(-1))).fields())
    assert list(field.body.packed()) == [1, 300, (1 << 64) - 1]


BROKEN = {
    "body beyond the end": body(1, "abc")[:-1],
    "group not closed": b"\x0b\x08\x01",
    "group closed by another": b"\x0b\x14",
    "group of nothing known": b"\x0b\x0f",
    "number breaks off": b"\x08\x80",
    "number too long": b"\x08" + b"\x80" * 11 + b"\1",
    "end without a start": b"\x0c",
    "field zero": b"\x00\x01",
    "wire type seven": b"\x0f",
    "fixed beyond the end": b"\x0d\x01",
    "groups nest too deeply": b"\x0b" * 200,
}


@pytest.mark.parametrize("which", sorted(BROKEN))
def test_broken_messages_are_named(which):
    """What is no field is said to be none."""
    with pytest.raises(Unreadable):
        list(message(BROKEN[which]).fields())


def test_texts_are_bounded():
    """A text beyond its bound is not read."""
    with pytest.raises(Unreadable):
        next(message(body(1, bytes(100))).fields()).body.text(99)


@given(st.binary(max_size=100))
def test_any_bytes_are_glimpsed_at(data):
    """A glimpse never fails, and sees what a whole reading sees."""
    seen = fields_of(data)
    try:
        whole = list(message(data).fields())
    except Unreadable:
        return
    if all(each.kind not in (3, 4) for each in whole):
        assert [(each.number, each.kind) for each in whole] == [(each.number, each.kind) for each in seen]


def test_glimpses_show_cut_bodies():
    """A body that goes on behind what was read is shown as far as it goes."""
    seen = fields_of(number(1, 5) + body(2, bytes(100))[:50])
    assert (holds(seen, 1, 0), [len(each) for each in bodies(seen, 2)]) == (True, [48])


@given(st.lists(st.sampled_from(["a", "..", ".", "", "b.bin", "a..b"]), max_size=6))
def test_paths_leave_as_their_steps_say(steps):
    """A relative path leaves its folder when its steps climb above it."""
    path = "/".join(steps)
    if not path.startswith("/"):
        depths, depth = [], 0
        for step in steps:
            depth += {"..": -1, ".": 0, "": 0}.get(step, 1)
            depths.append(depth)
        assert leaves(path) == (min(depths, default=0) < 0)
        if not leaves(path):
            assert not os.path.normpath(os.path.join("root", path)).startswith("..")  # noqa: PTH118


@pytest.mark.parametrize(
    "path", ["/a", "\\\\server\\a", "C:/a", "c:a", "~/a", "file:a", "s3://a/b", "../a", "a/../../b", "a\0b"]
)
def test_absolute_paths_and_addresses_leave(path):
    """Every absolute form and every address leaves."""
    assert leaves(path)


def test_json_is_read_with_all_that_it_says_twice():
    """The last value is the value, earlier ones are kept aside."""
    assert parse('{"a": 1, "b": 2}') == {"a": 1, "b": 2}
    whole = parse('{"a": {"x": 1}, "a": [2]}')
    assert (whole["a"], whole[TWICE]) == ([2], [{"a": {"x": 1}}])


@pytest.mark.parametrize("text", ["", "{", "nothing", '{"a": }', "[1, 2", '{"a": 1} x'])
def test_what_is_no_json_is_nothing(text):
    """Broken JSON is nobody's config."""
    assert parse(text) is None


def test_json_without_the_keys_is_not_parsed():
    """Parsing is spared where no key stands, and done where one may be hidden by an escape."""
    assert read_json(BytesBlob(b'{"a": 1}'), ("b",)) is None
    assert read_json(BytesBlob(b'  \n{"b": 1}'), ("b",)) == {"b": 1}
    assert read_json(BytesBlob(b'{"\\u0062": 1}'), ("b",)) == {"b": 1}
    assert read_json(BytesBlob(b'"b"'), ("b",)) is None


def test_large_configs_are_unread():
    """A config of many megabytes was not judged."""
    text = json.dumps({"class_name": "A", "config": {}, "pad": "x" * (65 << 20)}).encode()
    assert ids(scanned(text)) == ["file.unread"]
