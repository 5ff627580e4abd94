"""Every rule of pickles: the nearest stream that has it, and the nearest honest one that has it not."""

import pickle
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.layouts import array_bytes, global_, joblib_file, text, wrapper
from scanning import ids, own, scanned

from seatrial.core.finding import Finding
from seatrial.scan.blob import BytesBlob
from seatrial.scan.limits import Budget, Limits
from seatrial.scan.part import Part, Settings
from seatrial.scan.pickles import rules
from seatrial.scan.pickles.court import MOST_FINDINGS, Court, is_global, is_maker, leading_text, walk
from seatrial.scan.pickles.format import PICKLE
from seatrial.scan.pickles.values import Global, Instance, Mapping, Sequence, Stretch, Unknown

ORDERED = global_("collections", "OrderedDict") + b")R"
SYSTEM = global_("os", "system") + text("id") + b"\x85R"
CODE = global_("cloudpickle.cloudpickle", "_make_function")
OPEN = global_("builtins", "open")


def frame(size):
    """The opcode of a frame."""
    return b"\x95" + struct.pack("<Q", size)


PAIRS = {
    "dangerous-call": (SYSTEM, global_("collections", "Counter") + b"}\x85R"),
    "dangerous-reference": (global_("os", "system"), global_("builtins", "len")),
    "dangerous-code": (CODE + b"(" + text("popen") + b"tR", text("popen")),
    "payload": (global_("mypkg", "Thing") + text("import os") + b"\x85R", ORDERED + text("import os") + b"0"),
    "computed-name": (ORDERED + text("system") + b"\x93", text("collections") + text("OrderedDict") + b"\x93"),
    "strange-name": (text("my pkg") + text("Thing") + b"\x93", text("mypkg") + text("f.<locals>.g") + b"\x93"),
    "call-of-result": (ORDERED + b")R", ORDERED),
    "strange-arguments": (global_("collections", "OrderedDict") + b"]R", global_("collections", "OrderedDict") + b")R"),
    "changed-global": (global_("collections", "OrderedDict") + b"}b", ORDERED + b"}b"),
    "special-keys": (ORDERED + b"}" + text("__class__") + b"Nsb", ORDERED + b"}" + text("__doc__") + b"Nsb"),
    "extension-registry": (b"\x82\x01", b"K\x01"),
    "cut-frame": (frame(3) + b"\x8c\x02ab", frame(4) + b"\x8c\x02ab"),
    "strange-form": (b"I1_0\n", b"I10\n"),
    "absurd-size": (global_("builtins", "bytearray") + b"\x8a\x05\0\0\0\0\1\x85R",
                    global_("builtins", "bytearray") + b"K\x09\x85R"),
    "endless": (global_("builtins", "list") + global_("itertools", "count") + b")R\x85R",
                global_("builtins", "list") + global_("itertools", "repeat") + b"NK\x05\x86R\x85R"),
    "expansion": (b"K\x01\x94" + b"".join(b"(" + (b"h" + bytes([at])) * 10 + b"l\x94" for at in range(12)),
                  b"K\x01\x94" + b"".join(b"(" + (b"h" + bytes([at])) * 10 + b"l\x94" for at in range(3))),
    "two-readings": (wrapper("u1", (len(SYSTEM) + 1,), aligned=False) + SYSTEM + b".",
                     wrapper("u1", (9,), aligned=False) + array_bytes((9,), 1)),
    "unlisted-global": (global_("mypkg", "Thing"), global_("numpy", "ndarray")),
    "unlisted-call": (global_("builtins", "type") + text("A") + b")}\x87R", global_("builtins", "type") + b"N\x85R"),
    "wary-reference": (OPEN, global_("builtins", "abs")),
    "code-inside": (CODE + b"(" + text("mean") + b"tR", text("mean")),
    "persistent-id": (text("id") + b"Q", text("id")),
    "out-of-band": (b"\x97", b"\x96\x01" + bytes(7) + b"x"),
    "second-state": (ORDERED + b"}b}b", ORDERED + b"}b"),
    "overwritten-memo": (b"Nq\x000K\x01q\0", b"Nq\x00q\0"),
    "malformed": (b"N\xff", b"N"),
    "trailing-data": (b"N.rest", b"N.\n\0 \t\r"),
    "many-findings": (b"".join(global_("mypkg", f"A{at}") + b"0" for at in range(201)) + b"N",
                      b"".join(global_("mypkg", f"A{at}") + b"0" for at in range(200)) + b"N"),
}  # fmt: skip


def stream(body):
    """A whole file of some opcodes."""
    return b"\x80\x04" + body + (b"" if b".rest" in body or b".\n\0" in body else b".")


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_a_rule_is_found_where_it_holds_and_not_beside_it(name):
    """One step from honest, with the severity of the rule; the honest neighbour has no finding of it."""
    found, honest = scanned(stream(PAIRS[name][0])), scanned(stream(PAIRS[name][1]))
    rule = next(each for each in rules.RULES if each.id == f"pickle.{name}")
    assert {each.severity for each in own(found, rule.id)} == {rule.severity}
    assert rule.id not in ids(honest)
    assert "file.reader-failed" not in ids(found) + ids(honest)


def test_every_rule_has_a_pair():
    """A rule that nobody can show is none."""
    assert sorted(f"pickle.{name}" for name in PAIRS) == sorted(each.id for each in rules.RULES)
    assert PICKLE.rules == rules.RULES


HONEST_IN_PAIRS = sorted(set(PAIRS) - {"unlisted-global", "many-findings", "strange-name"})


@pytest.mark.parametrize("name", HONEST_IN_PAIRS)
def test_the_honest_neighbours_are_clean(name):
    """What stands one step from an attack is clean where every name in it is listed."""
    assert scanned(stream(PAIRS[name][1])).findings == ()


@pytest.mark.parametrize("each", rules.RULES, ids=lambda each: each.id)
def test_rules_have_words_for_people(each):
    """Titles are short, reasons and advice are sentences, and the names of others' lists are there."""
    assert each.id.startswith("pickle.")
    assert 10 < len(each.title) < 90
    assert each.why.endswith(".")
    assert each.mend.endswith(".")
    assert "CWE-502" in each.taxonomy


@pytest.mark.parametrize(
    ("body", "evidence"),
    [
        (SYSTEM, "os.system('id'): runs a command"),
        (ORDERED + b")R", "collections.OrderedDict()()"),
        (global_("collections", "OrderedDict") + b"]R", "collections.OrderedDict()"),
        (b"\x82\x07", "number 7"),
        (b"\x83\1\1", "number 257"),
        (b"\x84\1\0\0\1", "number 16777217"),
        (text("evil") + b"Q", "'evil'"),
        (b"Pevil\n", "'evil'"),
        (b"I0x10\n", "a number written as b'0x10'"),
        (b"Nr\xff\xff\xff\x7f", "remembers something as number 2147483647"),
        (text("os") + text("sys tem") + b"\x93", "'os' 'sys tem'"),
        (text("оs") + text("system") + b"\x93", "looks like os.system"),
        (global_("collections", "OrderedDict") + b"}b", "gives a state to collections.OrderedDict: {}"),
        (b")K\1a", "puts items into ()"),
        (b"](K\1K\2u", "sets keys of []"),
        (b"K\1K\2\x93", "import(1, 2)"),
        (ORDERED + b"}b}b", "collections.OrderedDict(): {}"),
    ],
)
def test_evidence_shows_what_the_file_does(body, evidence):
    """A person sees the call, the name or the figure."""
    found = scanned(b"\x80\x04" + body + b".")
    told = [each.evidence for each in found.findings]
    assert any(evidence in each for each in told)


@pytest.mark.parametrize(
    ("body", "offset"),
    [(SYSTEM, 2 + len(SYSTEM) - 1), (b"N0" + SYSTEM, 4 + len(SYSTEM) - 1), (b"N0" + global_("os", "system"), 4)],
)
def test_offsets_are_those_of_the_opcode(body, offset):
    """A call is told where it is made, a name where it is named."""
    (found,) = scanned(b"\x80\x04" + body + b".").findings
    assert found.offset == offset


@pytest.mark.parametrize(
    ("uses", "rule"),
    [
        ((b"",), "dangerous-reference"),
        ((b"", text("id") + b"\x85R"), "dangerous-call"),
        ((text("id") + b"\x85R", b""), "dangerous-call"),
        ((text("id") + b"\x85R", text("ls") + b"\x85R"), "dangerous-call"),
    ],
)
def test_of_one_global_the_worst_use_is_told_once(uses, rule):
    """Naming and calling the same thing many times is one finding."""
    body = b"".join(global_("os", "system") + use + b"0" for use in uses) + b"N"
    assert ids(scanned(b"\x80\x04" + body + b".")) == [f"pickle.{rule}"]


def court(**options):
    """A court over nothing."""
    return Court(Part(BytesBlob(b""), "x", lambda part: iter(()), Budget(Limits()), Settings(**options)))


def test_oddities_of_one_kind_and_evidence_are_one():
    """The first place counts."""
    made = court()
    for offset in (7, 3, 9):
        made.odd(rules.MALFORMED, "same", offset)
    made.odd(rules.MALFORMED, "other", 1)
    assert [(each.evidence, each.offset) for each in made.findings()] == [("other", 1), ("same", 7)]


def test_attacks_come_first_and_are_kept():
    """The list is cut, attacks before others, and says how many there were."""
    made = court()
    for at in range(MOST_FINDINGS + 50):
        made.odd(rules.OVERWRITTEN, f"{at}", at)
    for at in range(3):
        made.odd(rules.COMPUTED_NAME, f"{at}", 1000 + at)
    found: list[Finding] = list(made.findings())
    assert [each.severity for each in found[:4]] == ["attack", "attack", "attack", "review"]
    assert len(found) == MOST_FINDINGS + 1
    assert found[-1].id == "pickle.many-findings"


def test_attacks_are_bounded_too():
    """A file of nothing but attacks has a list of bounded length, whose verdict does not change."""
    made = court()
    for at in range(10 * MOST_FINDINGS):
        made.odd(rules.COMPUTED_NAME, f"{at}", at)
    found = list(made.findings())
    assert len(made.oddities) == 2 * MOST_FINDINGS
    assert {each.severity for each in found[:-1]} == {"attack"}


@pytest.mark.parametrize(
    ("module", "name", "role", "danger"),
    [
        ("mypkg", "Thing", "call", None),
        ("os", "system", None, "attack"),
        ("aiohttp", "ClientSession", "call", None),
        ("numpy", "ndarray", "call", None),
        ("mypkg", "Other", None, None),
    ],
)
def test_an_allowance_lifts_review_and_never_an_attack(module, name, role, danger):
    """What the user allows may be called; what harms stays dangerous, what is not allowed stays unknown."""
    allowed = frozenset({"mypkg.Thing", "os.system", "aiohttp.ClientSession"})
    standing = court(allowed=allowed).standing(Global(module, name))
    assert standing.role == role
    assert (standing.danger.kind if standing.danger else None) == danger


@pytest.mark.parametrize(
    ("value", "text_"),
    [
        ("abc", "abc"), (b"ab\xff", "ab\xff"), ("x" * 5000, "x" * 4096), (b"x" * 5000, "x" * 4096), (5, ""), (None, ""),
        (Stretch(BytesBlob(b"..stretch.."), 2, 7, "str"), "stretch.."), (Sequence("list", ["a"]), ""),
    ],
)  # fmt: skip
def test_leading_text_is_that_of_texts_and_bytes(value, text_):
    """The first thousands of characters, of anything else nothing."""
    assert leading_text(value) == text_


def test_walking_goes_breadth_first_and_ends():
    """Each value once, in the order of depth, no more than are asked for, cycles too."""
    cycle = Sequence("list", [1, Mapping(["k"], [2])])
    cycle.items.append(cycle)
    made = Instance(Global("a", "B"), Sequence("tuple", [3]), 0, states=[cycle])
    seen = list(walk(made))
    assert [each for each in seen if isinstance(each, int | str)] == [3, 1, "k", 2]
    assert len([each for each in seen if each is cycle]) == 1
    assert [len(list(walk(made, most))) for most in (1, 2, 3, 99)] == [1, 2, 3, 8]


@pytest.mark.parametrize(("count", "seen"), [(0, 1), (498, 499), (499, 500), (500, 500), (2000, 500)])
def test_walking_through_too_many_values_sees_the_first_of_them(count, seen):
    """A bound leaves out what is behind it, and nothing before it."""
    items = [f"text {at}" for at in range(count)]
    assert list(walk(Sequence("list", items)))[1:] == items[: seen - 1]


@pytest.mark.parametrize("many", [0, 100, 498, 499, 1000, 3000])
def test_a_payload_before_many_other_arguments_is_seen(many):
    """However many arguments follow, a text that reads like code is an attack."""
    body = global_("mypkg", "Thing") + b"(" + text("import os") + text("x") * many + b"tR"
    assert "pickle.payload" in ids(scanned(b"\x80\x04" + body + b"."))


def test_names_of_code_with_tens_of_thousands_of_others_are_seen():
    """Code that is shipped with a great many names is judged by the first fifty thousand."""
    rows = b"".join(b"(" + b"".join(text(f"n{row}_{at}") for at in range(1000)) + b"t" for row in range(60))
    body = CODE + b"(" + text("popen") + rows + b"tR"
    assert "pickle.dangerous-code" in ids(scanned(b"\x80\x04" + body + b"."))


@pytest.mark.parametrize(
    ("value", "names", "is_one"),
    [
        (Global("builtins", "dict"), ("builtins.dict",), True),
        (Global("__builtin__", "dict"), ("builtins.dict",), True),
        (Global("builtins", "dict"), ("builtins.list",), False),
        ("builtins.dict", ("builtins.dict",), False),
        (Unknown("x"), ("builtins.dict",), False),
        (Global("builtins", "dict"), (), False),
    ],
)
def test_globals_are_compared_by_their_names_of_today(value, names, is_one):
    """Python 2's names are the same thing; a text that reads like one is none."""
    assert is_global(value, *names) == is_one


@pytest.mark.parametrize(
    ("module", "is_one"), [("cloudpickle.cloudpickle", True), ("dill._dill", True), ("mypkg", False)]
)
def test_makers_are_those_of_two_libraries(module, is_one):
    """The same function of another library makes nothing that is known."""
    assert is_maker(Global(module, "_make_function")) == is_one


@pytest.mark.parametrize(
    ("data", "nested"),
    [
        (pickle.dumps([1], 2), True),
        (b"\x80\x02rest", False),
        (b"no pickle.", False),
        (b"", False),
        (pickle.dumps(list(range(40_000)), 2), True),
    ],
    ids=["pickle", "no end", "no header", "empty", "long"],
)
def test_bytes_that_go_to_something_unknown_are_looked_at_when_they_may_be_a_pickle(data, nested):
    """The header and the STOP tell; of long bytes the header is enough."""
    body = global_("mypkg", "Model") + b"B" + struct.pack("<I", len(data)) + data + b"\x85R"
    places = []
    from seatrial.scan.file import look

    look(BytesBlob(b"\x80\x04" + body + b"."), "x", Settings(), lambda name, part: places.append(part.inner))
    assert any(place for place in places) == nested


@given(st.sampled_from(sorted(PAIRS)), st.sampled_from(sorted(PAIRS)))
@settings(max_examples=50)
def test_what_is_found_in_a_stream_is_found_behind_any_other(one, other):
    """Two streams in one file: the verdict is never milder than that of the second alone, if the first is whole."""
    first = pickle.dumps([1], 4) if one in ("malformed", "trailing-data", "cut-frame") else stream(PAIRS[one][1])
    alone = scanned(stream(PAIRS[other][0])).verdict
    order = ["clean", "unread", "review", "attack"]
    assert order.index(scanned(first + stream(PAIRS[other][0])).verdict) >= order.index(alone)


@pytest.mark.parametrize("name", sorted(set(PAIRS) - {"trailing-data", "malformed", "two-readings", "cut-frame"}))
def test_a_stream_behind_an_array_of_joblib_is_judged_the_same(name):
    """The reader goes on at the right byte behind the bytes of an array."""
    behind = PAIRS[name][0] + b"0"
    assert f"pickle.{name}" in ids(scanned(joblib_file("u1", (5,), array_bytes((5,), 1), aligned=False, behind=behind)))
