"""YAML: tags that make Python or Ruby objects, alias bombs, Hydra targets, Keras models; nothing is constructed."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seatrial.core.finding import Finding
from seatrial.scan.configs import targets
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.graphs import keras_objects
from seatrial.scan.limits import MEGABYTE
from seatrial.scan.part import Part
from seatrial.scan.rule import SUPPLY_CHAIN, UNSAFE_LOADING, Rule

if TYPE_CHECKING:  # PyYAML takes long to import, and most scans meet no YAML that is worth parsing
    from seatrial.scan.configs.yaml_tree import Tagged
from seatrial.scan.source.dangers import danger_of, loading_danger

RUNS = Rule(
    "yaml.runs-code",
    "attack",
    "A tag calls a function when the YAML is loaded",
    "Loaders that are not safe ones call what the tag names: `yaml.load` with an unsafe loader, older PyYAML, ruamel.",
    "Do not load it.",
    UNSAFE_LOADING,
)
OBJECT = Rule(
    "yaml.makes-object",
    "review",
    "A tag makes an object of a named class",
    "Only an unsafe loader reads it, and then it runs that class's code.",
    "Write it without the tag, and load it with `yaml.safe_load`.",
    UNSAFE_LOADING,
)
BOMB = Rule(
    "yaml.alias-bomb",
    "attack",
    "Aliases of aliases unfold to more than any memory",
    "A few lines become billions of entries in whatever walks through them.",
    "Do not load it.",
    ("CWE-776", *SUPPLY_CHAIN),
)
TOO_DEEP = Rule(
    "yaml.nested-too-deep",
    "review",
    "The YAML nests deeper than anybody writes it",
    "Such files are made to exhaust whoever reads them.",
    "Do not load it.",
)
RULES: Final = (RUNS, OBJECT, BOMB, TOO_DEEP, *targets.RULES, *keras_objects.RULES)
LARGEST: Final = 16 * MEGABYTE
_UNFOLDED: Final = 50_000_000
_NAMES: Final = (".yaml", ".yml", "mlmodel")
_CONTENT: Final = re.compile(
    rb"^(%YAML|%TAG|---[ \r\n])|!!?(python|ruby|java|perl|php|js)[/:]|^_target_:|\n[ -]*_target_:|yaml\.org,2002:"
)
_WORTH: Final = re.compile(
    rb"(^|[\s\[{,:\-])!|%TAG|_target_|class_path|class_name|trust_remote_code|\\[xuU]|[\s\[,:\-]\*\S|"
    rb"\b(target|cls|func|callable|_class_name_)[\"']?\s*:",
    re.MULTILINE,
)
_PLAIN: Final = re.compile(
    r"!|tag:yaml\.org,2002:(str|int|float|bool|null|binary|timestamp|seq|map|set|omap|pairs|merge|value|"
    r"python/(tuple|str|unicode|int|long|float|bool|none|complex|list|dict|bytes))"
)
_MAKES: Final = re.compile(
    r"(?:tag:yaml\.org,2002:|!|tag:ruby\.yaml\.org,2002:)?(python|ruby|java|perl|php|js)[/:](.*)", re.DOTALL
)
_GADGETS: Final = re.compile(r"(Gem|Net|ERB|Kernel|Process|ActiveSupport::Deprecation)\b")
_JAVA: Final = re.compile(r"(tag:yaml\.org,2002:|!)(javax?|com|org|sun|groovy|ch)\.[\w.$]+")


def _recognise(part: Part) -> bool:
    head = part.blob.read(0, 4096)
    if head.lstrip().startswith(b"<") or (b"\0" in head and not _is_wide(head)):
        return False
    if part.name.lower().endswith(_NAMES):
        return True
    return _CONTENT.search(head) is not None and not part.name.lower().endswith((".py", ".md", ".rst", ".txt"))


def _is_wide(head: bytes) -> bool:
    """Whether it is UTF-16, which YAML allows."""
    return head.startswith((b"\xff\xfe", b"\xfe\xff"))


def _inspect(part: Part) -> Iterator[Finding]:
    raw = part.blob.read(0, LARGEST + 1)
    if not _is_wide(raw) and not _WORTH.search(raw):
        return
    if len(raw) > LARGEST:
        raise Unreadable(f"YAML of more than {LARGEST // MEGABYTE} MB with tags or aliases is not parsed")
    from seatrial.scan.configs import yaml_tree

    try:
        tree = yaml_tree.read(raw, part)
    except Unreadable:
        yield from _by_text(part, raw)
        return
    if tree.is_too_deep:
        yield part.finding(TOO_DEEP)
    if tree.weight > _UNFOLDED:
        yield part.finding(BOMB, f"{tree.weight:.0e} entries or more")
        return
    for tagged in tree.tags:
        yield from _tag(part, tagged)
    yield from targets.target_findings(part, tree.documents, tree.lines)
    yield from keras_objects.object_findings(part, tree.documents)


def _tag(part: Part, tagged: "Tagged") -> Iterator[Finding]:
    if _PLAIN.fullmatch(tagged.tag):
        return
    made = _MAKES.fullmatch(tagged.tag)
    shown = f"{tagged.tag} {tagged.value}".strip()
    if made is None:
        if _JAVA.match(tagged.tag):
            yield part.finding(RUNS, shown, line=tagged.line)
        return
    kind, _, name = made[2].partition(":")
    is_call = made[1] == "python" and kind in ("object/apply", "object/new", "object/call")
    danger = loading_danger(name) or danger_of(f"builtins.{name}") or _GADGETS.match(name)
    runs = danger or (made[1] == "python" and kind == "module") or (is_call and not _is_data(name))
    yield part.finding(RUNS if runs else OBJECT, shown, line=tagged.line)


def _is_data(name: str) -> bool:
    """Whether a call only makes a value: what dumpers write for numpy numbers, ordered dicts, paths, enums."""
    first, last = name.partition(".")[0], name.rpartition(".")[2]
    return first in ("numpy", "collections", "pathlib", "datetime", "torch", "decimal", "uuid") or last[:1].isupper()


def _by_text(part: Part, raw: bytes) -> Iterator[Finding]:
    """A template, or broken YAML: the tags that can be seen still count."""
    found = re.search(rb"!!?(python|ruby)/(object/(apply|new)|module)[^\s]*|tag:yaml\.org,2002:python/[^\s>]*", raw)
    named = re.search(rb"!!?python/name:([\w.]+)", raw)  # documentation of MkDocs' plug-ins is full of them
    if found is None and named is not None and danger_of(named[1].decode("utf-8", "replace")):
        found = named
    if found is not None:
        yield part.finding(RUNS, found[0].decode("utf-8", "replace"))
    elif named is not None and part.name.lower().endswith(_NAMES):
        yield part.finding(OBJECT, named[0].decode("utf-8", "replace"))
    elif (
        re.search(rb"^[ \t]*+(?:-[ \t]*+)?_target_[ \t]*:", raw, re.MULTILINE) and b"{{" not in raw and b"{%" not in raw
    ):
        raise Unreadable("it is no YAML, and holds targets")


YAML = Format("yaml", "YAML: configs of NeMo and Hydra, MLflow's MLmodel, Keras models", _recognise, _inspect, RULES)
