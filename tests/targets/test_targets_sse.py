"""The parser of server-sent events."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.targets.sse import BOM, Event, EventTooLarge, SseParser


def data(*chunks: bytes) -> list[bytes]:
    parser = SseParser()
    return [event.data for chunk in chunks for event in parser.feed(chunk)]


def test_an_event_ends_at_an_empty_line():
    """Two events in one read are two events, and the space after the colon is no data."""
    assert data(b"data: one\n\ndata:two\n\n") == [b"one", b"two"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_line_ending_of_the_standard_counts(end):
    """LF, CRLF and CR all end lines."""
    assert data(b"data: a" + end + b"data: b" + end + end) == [b"a\nb"]


@pytest.mark.parametrize("cut", range(1, 22))
def test_a_crlf_may_be_cut_anywhere(cut):
    """A read that ends between CR and LF does not make an empty line."""
    whole = b"data: a\r\ndata: b\r\n\r\nx"
    assert data(whole[:cut], whole[cut:]) == [b"a\nb"]


def test_a_character_may_be_split_between_reads():
    """Half of a UTF-8 character waits for the other half."""
    text = "data: Fähre\n\n".encode()
    assert data(text[:8], text[8:]) == ["Fähre".encode()]


def test_comments_are_skipped():
    """A comment line, as sent to keep a connection alive, gives no event."""
    assert data(b": PROCESSING\n\n", b":\n\ndata: x\n\n") == [b"x"]


def test_an_event_without_data_is_none():
    """An event that has a name but no data is not dispatched, and its name is forgotten."""
    assert SseParser().feed(b"event: ping\n\ndata: x\n\n") == [Event(b"x", "message")]


def test_a_field_without_colon_has_an_empty_value():
    """A bare `data` line is an empty data line."""
    assert data(b"data\n\n", b"data\ndata\n\n") == [b"", b"\n"]


def test_names_and_ids_come_along():
    """The event's name is for that event, the id stays."""
    parser = SseParser()
    assert parser.feed(b"id: 7\nevent: error\ndata: x\n\ndata: y\n\n") == [
        Event(b"x", "error", "7"),
        Event(b"y", "message", "7"),
    ]


def test_an_id_with_nul_is_ignored():
    """The standard ignores such an id."""
    assert SseParser().feed(b"id: a\0b\ndata: x\n\n") == [Event(b"x")]


def test_unknown_fields_are_ignored():
    """`retry` and invented fields change nothing."""
    assert data(b"retry: 10\nfoo: bar\ndata: x\n\n") == [b"x"]


@pytest.mark.parametrize("cut", range(4))
def test_one_byte_order_mark_is_skipped(cut):
    """A byte order mark at the very start is no part of the first field's name, however it is cut."""
    whole = BOM + b"data: x\n\n"
    assert data(whole[:cut], whole[cut:]) == [b"x"]


def test_a_second_byte_order_mark_is_no_mark():
    """Only the first mark is skipped: a second one makes the field unknown."""
    assert data(BOM + BOM + b"data: x\n\n") == []


def test_the_beginning_of_a_mark_alone_is_kept():
    """Bytes that only begin like a mark are part of the stream."""
    assert data(b"\xef", b"\xbbdata: x\n\ndata: y\n\n") == [b"y"]


def test_only_one_space_is_stripped():
    """Further spaces are data."""
    assert data(b"data:  x \n\n") == [b" x "]


def test_an_unfinished_event_is_not_given():
    """What has no empty line after it is not an event yet."""
    assert data(b"data: x\n") == []


def test_a_line_is_bounded():
    """A line that never ends is refused, however small the pieces."""
    parser = SseParser(max_line=100)
    with pytest.raises(EventTooLarge, match="line"):
        [parser.feed(b"12345") for _ in range(30)]


def test_a_line_in_one_piece_is_bounded():
    """A whole line over the bound is refused, too."""
    with pytest.raises(EventTooLarge, match="line"):
        SseParser(max_line=10).feed(b"data: " + b"x" * 20 + b"\n\n")


def test_an_event_is_bounded():
    """Many short lines of one event are refused when their sum is too large."""
    with pytest.raises(EventTooLarge, match="event"):
        SseParser(max_event=100).feed(b"data: 12345\n" * 50)


def test_events_below_the_bound_do_not_add_up():
    """The bound is for each event."""
    parser = SseParser(max_event=20)
    assert sum(len(parser.feed(b"data: 12345\n\n")) for _ in range(50)) == 50


FIELDS = [b"data: ", b"data", b":", b"event: e", b"id: 1", b"x", b" ", b"\0", "ä€😀".encode(), BOM]
pieces = st.sampled_from([*FIELDS, b"\n", b"\r", b"\r\n", b"\n\n"])


@settings(max_examples=300, deadline=None)
@given(st.lists(pieces, max_size=30), st.lists(st.integers(0, 60), max_size=8))
def test_cuts_make_no_difference(parts, cuts):
    """Any cutting of the same bytes gives the same events."""
    whole = b"".join(parts)
    places = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    parser = SseParser()
    cut = [event for a, b in pairwise(places) for event in parser.feed(whole[a:b])]
    assert cut == SseParser().feed(whole)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_byte_by_byte_is_the_same_as_at_once(whole):
    """Garbage neither raises nor depends on how it arrives."""
    parser = SseParser()
    assert [e for byte in whole for e in parser.feed(bytes([byte]))] == SseParser().feed(whole)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="\r\n"), max_size=20), min_size=1, max_size=5))
def test_what_was_written_is_read(lines):
    """Data lines come back joined with LF."""
    written = "".join(f"data: {line}\n" for line in lines) + "\n"
    assert SseParser().feed(b":\n" + written.encode("utf-8", "surrogatepass"))[0].data == "\n".join(lines).encode(
        "utf-8", "surrogatepass"
    )
