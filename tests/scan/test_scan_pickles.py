"""The pickle machine: attacks in every form, structures no program writes, and honest objects."""

import collections
import datetime
import decimal
import enum
import fractions
import functools
import ipaddress
import operator
import pathlib
import pickle
import random
import re
import types
import typing
import uuid

import pytest
from making.pickles import PAYLOADS, STRUCTURES, attacks
from scanning import ids, scanned

from seatrial.scan.part import Settings
from seatrial.scan.pickles import machine

FORMS = collections.defaultdict(list)
for _name, _data in attacks():
    FORMS[_name.partition(" ")[0]].append((_name, _data))
HONEST = {
    "numbers": [1, 2**70, -(2**40), 1.5, 1j, True, None, Ellipsis, NotImplemented, type(None)],
    "texts": ["a", "é\n\\", "x" * 300, b"b" * 300, bytearray(b"c")],
    "containers": {"a": (1, 2, 3, 4), "b": {1, 2}, "c": frozenset({3}), "d": [[], (), {}]},
    "long texts": ["x" * 70_000, b"y" * 70_000],
    "times": [datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC), datetime.timedelta(3), datetime.date(2026, 1, 1)],
    "exact": [decimal.Decimal("1.5"), fractions.Fraction(1, 3), uuid.UUID(int=5), ipaddress.ip_address("::1")],
    "ordered": [collections.OrderedDict(a=1), collections.Counter("aab"), collections.deque([1], 3)],
    "defaults": [collections.defaultdict(list, a=[1]), collections.defaultdict(None), collections.ChainMap({1: 2})],
    "paths": [pathlib.PurePosixPath("/a/b"), re.compile("a+", re.I), types.SimpleNamespace(a=1)],
    "functions": [
        len,
        str.lower,
        functools.partial(int, base=2),
        operator.itemgetter(1, 2),
        operator.attrgetter("a.b"),
    ],
    "methods": ["abc".upper, iter([1, 2]), range(3), slice(1, 2)],
    "types": [list[int], int | str, typing.Any, ValueError("x"), KeyError, random.Random(3)],
    "flags": [re.I | re.M, re.I],
}


@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_payload_is_an_attack_in_every_form(name):
    """Every way to import and call something harmful is an attack, in every protocol."""
    seen = {form: scanned(data) for form, data in FORMS[name]}
    # NEWOBJ of something that is no class makes nothing: a person may look at it.
    missed = [form for form, found in seen.items() if found.verdict != "attack" and " new" not in form]
    assert not missed
    assert not [form for form, found in seen.items() if found.verdict not in ("attack", "review")]
    assert not [form for form, found in seen.items() if "file.reader-failed" in ids(found)]


def test_payloads_are_called_attacks_nearly_always():
    """At least 99 of 100 streams with a payload are attacks, whatever the form."""
    verdicts = [scanned(data).verdict for forms in FORMS.values() for _, data in forms[::7]]
    assert verdicts.count("attack") >= 0.99 * len(verdicts)
    assert len(PAYLOADS) > 100


@pytest.mark.parametrize("name", sorted(STRUCTURES))
def test_a_strange_structure_is_seen(name):
    """What no honest program writes is an attack, or at least for a person to look at."""
    found = scanned(STRUCTURES[name])
    assert found.verdict in ("attack", "review")
    assert "file.reader-failed" not in ids(found)


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("name", sorted(HONEST))
def test_honest_objects_are_clean(name, protocol):
    """Objects of the standard library are clean in every protocol."""
    found = scanned(pickle.dumps(HONEST[name], protocol))
    assert (found.verdict, found.findings) == ("clean", ())
    assert "pickle" in found.formats


class Plain:
    """A class of a user's own."""


class Colour(enum.Enum):
    """An enum of a user's own."""

    RED = 1


@pytest.mark.parametrize("thing", [Plain(), Colour.RED, [Plain, Plain()]], ids=["object", "member", "class"])
def test_an_own_class_is_for_review(thing):
    """A class that is on no list asks for a person, with its name, and is no attack."""
    found = scanned(pickle.dumps(thing))
    assert found.verdict == "review"
    assert ids(found) == ["pickle.unlisted-global"]
    assert __name__ in found.findings[0].evidence


def test_an_allowed_class_is_clean():
    """What the user allows by its full name is clean, and nothing else with it."""
    allowed = Settings(allowed=frozenset({f"{__name__}.Plain", "os.system"}))
    assert scanned(pickle.dumps(Plain()), settings=allowed).verdict == "clean"
    assert scanned(pickle.dumps(Colour.RED), settings=allowed).verdict == "review"
    assert scanned(b"cos\nsystem\n(S'id'\ntR.", settings=allowed).verdict == "attack"


def test_evidence_shows_the_call():
    """An attack names the call as a person would write it, where it stands, and why it is one."""
    (found,) = scanned(b"\x80\x02cos\nsystem\nX\x02\x00\x00\x00id\x85R.").findings
    assert (found.id, found.offset, found.evidence) == ("pickle.dangerous-call", 21, "os.system('id'): runs a command")


@pytest.mark.parametrize(
    "text",
    [
        b"count\nname\n1,2\n",
        b"Install it\nNow\n",
        b"# README\n",
        b'{"a": 1}',
        b"import os\nos.system('id')\n",
        b"class Foo:\n    pass\n",
        b"N. America",
        b"]\n.",
        b"Some text\n",
        b"(in\nfoo\nbar",
        b"PLEASE\nNote.\n",
        b"I\nI\n",
        b"- a: 1\n- b\n",
        b"import os, sys\n",
        b"V 1.0\n.\n",
        b"L1\nL2\n",
        b"}\n",
        b"",
        b".",
        b"cpu\ncores\n",
    ],
)
def test_a_text_is_no_pickle(text):
    """Text is not taken for a pickle, whatever letters it begins with."""
    assert "pickle" not in scanned(text).formats


@pytest.mark.parametrize("protocol", range(2, 6))
def test_a_stream_that_ends_too_early_could_not_be_read(protocol):
    """A truncated honest pickle is unread at every place, never clean and never an attack."""
    data = pickle.dumps({"a": [1.5, "text", b"bytes"], "b": (1, 2)}, protocol)
    verdicts = {scanned(data[:size]).verdict for size in range(4, len(data))}
    assert verdicts == {"unread"}


def test_streams_behind_each_other_are_all_run():
    """Several pickles in a file are all looked at, also when they are clean."""
    clean = pickle.dumps([1, 2], 4)
    assert scanned(clean * 3).verdict == "clean"
    assert scanned(clean * 3 + b"\x80\x02cos\nsystem\n)R.").verdict == "attack"


def test_a_name_that_ends_with_the_file_is_seen():
    """Python's unpickler imports a module although the file ends within its name's line."""
    assert scanned(b"\x80\x02cantigravity\nx").verdict == "attack"
    assert scanned(b"\x80\x02cantigravity\n").verdict == "attack"


def test_a_frame_that_is_too_long_hides_nothing():
    """Python's unpickler reads on behind the header of a frame that is longer than the file, joblib's with it."""
    body = b"cos\nsystem\nX\x02\0\0\0id\x85R."
    assert scanned(b"\x80\x04\x95\xff\0\0\0\0\0\0\0" + body).verdict == "attack"
    assert ids(scanned(b"\x80\x04\x95\xff\0\0\0\0\0\0\0N.")) == ["pickle.cut-frame"]


def test_a_strange_name_does_not_hide_a_harmful_one():
    """Without a header, a name that no program defines does not make a pickle a text."""
    assert scanned(b"ccollections\nOrder:Dict\n0cos\nsystem\n(S'id'\ntR.").verdict == "attack"
    assert "pickle" not in scanned(b"const a,b\n.5,.25\n.").formats


def test_a_deep_stream_gives_a_verdict():
    """A hundred thousand levels of nesting are no matter."""
    assert scanned(b"(" * 100_000 + b"l" * 100_000 + b".").verdict == "clean"
    assert scanned(b"\x80\x02N" + b"\x85" * 100_000 + b".").verdict == "clean"


@pytest.mark.parametrize("bomb", [b"]", b"(", b"}", b"N\x85", b")"])
def test_a_stream_that_only_makes_objects_is_over_budget(bomb, monkeypatch):
    """What would fill the memory of whoever reads it ends in a review."""
    monkeypatch.setattr(machine, "MOST_HELD", 20_000)
    assert ids(scanned(b"\x80\x02" + bomb * 50_000 + b".")) == ["file.over-budget"]


def test_too_many_findings_are_cut():
    """The list of findings is bounded, says that it was cut, and keeps what is an attack."""
    own = b"".join(b"cmypkg\nName%d\n0" % number for number in range(500))
    found = scanned(b"\x80\x02" + own + b"cos\nsystem\n0N.")
    assert found.verdict == "attack"
    assert "pickle.many-findings" in ids(found)
    assert len(found.findings) <= 202
