"""Functions and classes that cloudpickle and dill write into a file as code."""

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from seatrial.scan.pickles import rules
from seatrial.scan.pickles.allowed import role_of
from seatrial.scan.pickles.court import Court, Standing, walk
from seatrial.scan.pickles.dangers import danger_of, is_standard, looks_like_payload, runs_things
from seatrial.scan.pickles.expressions import call_shown
from seatrial.scan.pickles.makers import CODE_TYPES, FUNCTIONS, IMPORTS, TYPES
from seatrial.scan.pickles.names import has_dunder, words
from seatrial.scan.pickles.values import Global, Instance, Mapping, Sequence, Stretch, Value

_Check: TypeAlias = Callable[[Court, Global, list[Value], int], Value]
_NOTHING_KNOWN: Final = Standing(None, None, False)
_LOUD: Final = words(
    "subprocess socket pty ctypes code runpy webbrowser urllib requests http ftplib smtplib telnetlib paramiko "
    "multiprocessing posix nt"
)


_REACHING: Final = words(
    "open remove unlink rename replace rmdir mkdir makedirs chmod chown link symlink environ putenv getenv kill fork "
    "write write_text write_bytes read_text read_bytes connect send sendall urlopen request get_data loads load "
    "getattr setattr globals __builtins__ __class__ __subclasses__ __globals__ __dict__ b64decode fromhex decompress "
    "FunctionType CodeType modules _getframe Thread Timer Process FileHandler basicConfig sleep save dump "
    "from_pretrained"
)
_WORD: Final = re.compile(r"[A-Za-z_]\w*")
_OF_SELF: Final = re.compile(r"getattr\(self(?:\.[a-zA-Z]\w*)*, [\"'][a-zA-Z0-9]\w*[\"']\)")
_NESTED: Final = 8
_LOADS: Final = re.compile(
    r"(?:read|load|fetch|download|to|from|save|write)_\w*(?:csv|pickle|json|file|parquet|url|sql|model)"
)
"""Methods of libraries that read or write files."""


_MOST_NAMES: Final = 50_000
_SOURCE: Final = 4 << 20


def _names_in(items: list[Value]) -> frozenset[str]:
    return frozenset(each for each in walk(Sequence("tuple", items), _MOST_NAMES) if isinstance(each, str))


def _make(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    """A function, class or cell is made: a matter of what its code names."""
    evidence = call_shown(callee, Sequence("tuple", items))
    names = _names_in(items)
    texts = sorted(name for name in names if not name.isidentifier())
    loud = runs_things(names) or next(filter(None, map(looks_like_payload, texts)), None)
    if loud:
        court.odd(rules.DANGEROUS_CODE, f"{loud}, in {evidence}", offset)
    else:
        court.odd(rules.CODE_INSIDE, callee.full, callee.offset)
    return None


def reaches_out(made: Value) -> bool:
    """Whether the code of a function names something with which it reads, writes, sends or hides what it calls."""
    names = _names_in([made])
    return bool(names & _REACHING) or any(_is_loud_module(each) or _LOADS.match(each) for each in names)


def _is_loud_module(name: str) -> bool:
    """Whether a name is that of a module that does more than compute."""
    known = danger_of(name, "") if name.isidentifier() else None
    return is_standard(name, "") or (known is not None and known.kind == "attack")


def _type_by_name(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    name = items[0] if items and isinstance(items[0], str) else ""
    if not name.isidentifier():
        court.odd(rules.COMPUTED_NAME, call_shown(callee, Sequence("tuple", items)), offset)
        return None
    court.odd(rules.CODE_INSIDE, callee.full, callee.offset)
    return Global("builtins" if role_of("builtins", name) else "types", name, offset)


def _set_attribute(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    """Dill names the classes that it makes by `setattr(cls, '__qualname__', 'A')`; nothing else is honest."""
    evidence = call_shown(callee, Sequence("tuple", items))
    naming = len(items) == 3 and items[1] in ("__qualname__", "__module__", "__doc__", "__abstractmethods__")
    own = naming and not (isinstance(items[0], Global) and court.standing(items[0]) != _NOTHING_KNOWN)
    court.odd(rules.CODE_INSIDE if own else rules.DANGEROUS_CALL, evidence, offset)
    return None


def _repr(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    """`dill._dill._eval_repr('NotImplemented')` evaluates a text: a bare name is honest."""
    plain = len(items) == 1 and items[0] in ("NotImplemented", "Ellipsis")
    court.odd(
        rules.CODE_INSIDE if plain else rules.DANGEROUS_CALL, call_shown(callee, Sequence("tuple", items)), offset
    )
    return None


def _import(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    name = items[0] if items and isinstance(items[0], str) else ""
    evidence = call_shown(callee, Sequence("tuple", items))
    module, _, attribute = name.rpartition(".")
    known = danger_of(module, attribute) if module else None  # honest functions use `os` and `sys` as modules
    loud = name.partition(".")[0] in _LOUD or (known is not None and known.kind == "attack" and name != "os.path")
    court.odd(rules.DANGEROUS_CODE if loud else rules.CODE_INSIDE, evidence, offset)
    return Instance(callee, Sequence("tuple", items), offset)


_IN_SOURCE: Final = words(
    "open exec eval compile getattr setattr globals locals vars __builtins__ __import__ os sys io"
)


def _is_bad(name: str) -> bool:
    return name in _IN_SOURCE or (has_dunder(name) and name != "__init__")


def _read(text: Value) -> str:
    if isinstance(text, Stretch):
        return text.blob.read(text.offset, min(text.size, _SOURCE)).decode("utf-8", "replace")
    # What is neither text nor nothing is no honest source: its name is a bad one.
    return text if isinstance(text, str) else "" if text is None else "__computed__"


def _graph(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    """`torch.fx` writes a traced module as Python source, which runs when it is loaded: honest source only computes."""
    first = items[0] if items else None
    body = first.held if isinstance(first, Instance) else first if isinstance(first, Mapping) else Mapping()
    source = "\n".join(_read(each) for each in (body.get("_code"), body.get("code"), *items[1:]))
    for _ in range(_NESTED):
        source = _OF_SELF.sub("self", source)
    names = frozenset(_WORD.findall(source))
    loud = looks_like_payload(source) or runs_things(names) or min(filter(_is_bad, names), default=None)
    evidence = call_shown(callee, Sequence("tuple", items))
    court.odd(
        rules.DANGEROUS_CODE if loud else rules.CODE_INSIDE, f"{loud}, in {evidence}" if loud else evidence, offset
    )
    return None


_GRAPHS: Final = tuple(f"torch.fx.graph_module.reduce_{kind}graph_module" for kind in ("", "package_", "deploy_"))
CODE_CHECKS: Final[dict[str, _Check]] = {
    **dict.fromkeys(FUNCTIONS, _make),
    **dict.fromkeys(TYPES, _type_by_name),
    **dict.fromkeys(IMPORTS, _import),
    **dict.fromkeys(CODE_TYPES, _make),
    **dict.fromkeys(_GRAPHS, _graph),
    "builtins.setattr": _set_attribute,
    "dill._dill._eval_repr": _repr,
}
