"""Hooks that run when an interpreter starts: `.pth` files, `sitecustomize.py`, `usercustomize.py`.

Python's `site` runs each line of a `.pth` file that begins with `import`, whether or not the package is ever used; that
is how malware stays in an environment (litellm 1.82.8, March 2026). The lines are parsed, never run. A line is known
when all that it imports and calls is known: the hooks of setuptools, virtualenv, coverage, pytest-cov, pywin32,
namespace packages and editable installs.
"""

import ast
import codecs
import re
from collections.abc import Iterator
from typing import Final, Literal

from seatrial.core.finding import Finding
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.limits import MEGABYTE
from seatrial.scan.part import Part
from seatrial.scan.rule import Rule

_HOOK: Final = ("CWE-506", "LLM04:2026", "AML.T0010.001", "AML.T0011.001")
ATTACK = Rule(
    "start-up.attack",
    "attack",
    "A start-up hook that hides code, starts a program or opens a connection",
    "It runs whenever any Python program starts, even if the package is never imported.",
    "Take the environment out of use, rebuild it, and change every secret that was in reach.",
    _HOOK,
)
UNKNOWN = Rule(
    "start-up.unknown-code",
    "review",
    "A start-up hook that runs code nobody here knows",
    "It runs whenever any Python program starts, even if the package is never imported.",
    "Read it; remove it if you do not know what it is for.",
    _HOOK,
)
KNOWN = Rule(
    "start-up.known-code",
    "low",
    "A start-up hook of a known tool",
    "It runs whenever any Python program starts.",
    "Nothing, if you use the tool.",
    _HOOK,
)
OUTSIDE = Rule(
    "start-up.outside-path",
    "review",
    "Modules are imported from a place that others can write to",
    "Whoever can put a file there has code run here.",
    "Take the line out.",
    ("CWE-427", *_HOOK[1:]),
)
RULES = (ATTACK, UNKNOWN, KNOWN, OUTSIDE)

MOST_BYTES = MEGABYTE // 4
Judgement = Literal["known", "unknown", "attack"]
_RANK: Final[tuple[Judgement, ...]] = ("known", "unknown", "attack")
_PLAIN = frozenset({"sys", "os", "types", "importlib", "importlib.util", "importlib.machinery", "site", "os.path"})
_KNOWN_MODULES = re.compile(
    r"_virtualenv|_distutils_hack|coverage|pytest_cov\.embed|pywin32_bootstrap|_pywin32_bootstrap|"
    r"__editable___\w+_finder|_editable_impl_\w+|_editable_skbc_\w+|_\w+_editable(?:_loader)?|pdm_pep517\.\w+"
)
_KNOWN_CALLS = re.compile(
    r"os\.environ\.get|os\.getenv|os\.path\.(?:join|dirname|exists|isdir)|sys\._getframe|sys\.modules\.setdefault|"
    r"types\.ModuleType|importlib\.util\.module_from_spec|importlib\.machinery\.PathFinder\.find_spec|"
    r"\w+\.__dict__\.setdefault|mp\.append|coverage\.process_startup|init|sys\.stderr\.write|\w+\.format|getattr|"
    r"setattr|len|str|repr|dict|os\.environ\.items|k\.startswith|"
    r"(?:__editable___\w+_finder|_editable_impl_\w+|_editable_skbc_\w+|_\w+_editable(?:_loader)?)\.install"
)
_KNOWN_IMPORTED = frozenset({"_distutils_hack", "importlib.util", "importlib.machinery", "coverage", "types"})
_DANGEROUS = frozenset(
    {
        "base64", "binascii", "builtins", "codecs", "code", "ctypes", "ftplib", "http", "marshal", "multiprocessing",
        "pickle", "pty", "requests", "runpy", "smtplib", "socket", "subprocess", "telnetlib", "tempfile", "urllib",
        "urllib3", "webbrowser", "winreg", "zlib", "lzma", "bz2", "gzip", "httpx", "aiohttp", "posix", "nt",
    }
)  # fmt: skip
_STARTING = re.compile(r"os\.(?:system|popen|exec\w+|spawn\w+|posix_spawn\w*|startfile|fork)")
_WRITABLE = re.compile(
    r"(?:/tmp|/var/tmp|/dev/shm|[A-Za-z]:\\(?:Windows\\)?Temp|\\\\[\w.-]+)(?:[/\\]|$)", re.IGNORECASE
)
_MOST_DEPTH = 5
_START = 64 * 1024
_CODE = re.compile(rb"^(?:\xef\xbb\xbf)?import[ \t]", re.MULTILINE)
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13}


def is_start_up(name: str) -> bool:
    """Whether Python would run a file of this name when it starts, if it lay in the right folder."""
    file = re.split(r"[/\\]", name)[-1].lower()
    return file.endswith(".pth") or file in ("sitecustomize.py", "usercustomize.py")


def _recognise(part: Part) -> bool:
    """Torch's files have the same suffix; only what can be decoded as text is run."""
    if not is_start_up(part.name):
        return False
    start = part.blob.read(0, _START)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        # Python falls back to the encoding of the machine, in which any byte may be a letter.
        return bool(start) and not _CONTROLS & set(start)
    return bool(start) and (0 not in start or _CODE.search(start) is not None)


def inspect_start_up(part: Part) -> Iterator[Finding]:
    """What a `.pth` file or a customisation module would do."""
    data = part.blob.read(0, MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Unreadable("it is larger than any start-up hook")
    text = data.decode("utf-8-sig", "replace")
    if part.name.lower().endswith(".pth"):
        for number, line in enumerate(text.splitlines(), 1):
            if number % 100 == 0:
                part.budget.check_time()
            yield from _line_of_pth(part, number, line)
        return
    judgement, evidence = judge(text, strict=False)
    yield part.finding({"known": KNOWN, "unknown": UNKNOWN, "attack": ATTACK}[judgement], evidence, line=1)


def _line_of_pth(part: Part, number: int, line: str) -> Iterator[Finding]:
    if line.startswith(("import ", "import\t")):
        judgement, evidence = judge(line.strip(), strict=True)
        rule = {"known": KNOWN, "unknown": UNKNOWN, "attack": ATTACK}[judgement]
        yield part.finding(rule, evidence, line=number)
    elif _WRITABLE.match(line.strip()):
        yield part.finding(OUTSIDE, line.strip(), line=number)


def judge(source: str, *, strict: bool) -> tuple[Judgement, str]:
    """What source code that runs at start-up is, and what shows it.

    Args:
        source: Python.
        strict: In a `.pth` line nobody honest needs the network, a process or an encoding; a module of the user's own
            may.
    """
    worst: Judgement = "known"
    evidence = source[:200]
    todo = [(source, 0)]
    while todo:
        text, depth = todo.pop()
        try:
            nodes = list(ast.walk(ast.parse(text)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            nodes = []
            worst, evidence = _worse(worst, evidence, "unknown", text[:200])
        aliases = _aliases(nodes)
        for node in nodes:
            inner = _literal_of_exec(node)
            if inner is not None and depth < _MOST_DEPTH:
                todo.append((inner, depth + 1))
                continue
            worst, evidence = _worse(worst, evidence, *_of_node(node, aliases, strict=strict))
    return worst, evidence


def _worse(old: Judgement, evidence: str, new: Judgement, because: str) -> tuple[Judgement, str]:
    return (new, because) if _RANK.index(new) > _RANK.index(old) else (old, evidence)


def _aliases(nodes: list[ast.AST]) -> dict[str, str]:
    """What names stand for that were imported under another."""
    found: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {each.asname: each.name for each in node.names if each.asname}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
    return found


def _literal_of_exec(node: ast.AST) -> str | None:
    if isinstance(node, ast.Call) and _dotted(node.func) == "exec" and node.args:
        first = node.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str | bytes):
            return first.value if isinstance(first.value, str) else first.value.decode("utf-8", "replace")
    return None


def _of_node(node: ast.AST, aliases: dict[str, str], *, strict: bool) -> tuple[Judgement, str]:
    if isinstance(node, ast.Import):
        modules = (_of_module(each.name, strict=strict) for each in node.names)
        return max(modules, key=lambda found: _RANK.index(found[0]))
    if isinstance(node, ast.ImportFrom):
        return _of_module(node.module or "", strict=strict)
    if isinstance(node, ast.Call):
        return _of_call(node, aliases, strict=strict)
    if strict and isinstance(node, ast.Attribute) and _STARTING.fullmatch(f"os.{node.attr}"):
        return "attack", f"{_dotted(node) or node.attr}"
    if strict and isinstance(node, ast.Constant) and isinstance(node.value, str):
        hidden = _STARTING.fullmatch(f"os.{node.value}") or node.value in _DANGEROUS
        return ("attack" if hidden else "known"), repr(node.value)
    return "known", ""


def _of_module(name: str, *, strict: bool) -> tuple[Judgement, str]:
    if name.partition(".")[0] in _DANGEROUS:
        return "attack" if strict else "unknown", f"import {name}"
    known = name in _PLAIN or _KNOWN_MODULES.fullmatch(name) is not None
    return "known" if known else "unknown", f"import {name}"


def _of_call(node: ast.Call, aliases: dict[str, str], *, strict: bool) -> tuple[Judgement, str]:
    name = _dotted(node.func)
    head, dot, rest = name.partition(".")
    resolved = aliases.get(head, head) + dot + rest
    shown = f"{resolved or 'a computed function'}(...)"
    if resolved == "__import__" and node.args and isinstance(node.args[0], ast.Constant):
        module = str(node.args[0].value)
        return ("known", shown) if module in _KNOWN_IMPORTED else _of_module(module, strict=strict)
    if resolved in ("exec", "eval", "compile", "__import__", "builtins.exec", "builtins.eval"):
        return "attack", f"{resolved} of computed code"
    if _STARTING.fullmatch(resolved):
        return "attack" if strict else "unknown", shown
    if isinstance(node.func, ast.Attribute) and _is_known_import(node.func.value):
        return "known", shown
    return "known" if _KNOWN_CALLS.fullmatch(name) else "unknown", shown


def _is_known_import(node: ast.AST) -> bool:
    """`__import__('_distutils_hack')`, of which something is called."""
    if not (isinstance(node, ast.Call) and _dotted(node.func) == "__import__" and node.args):
        return False
    first = node.args[0]
    return isinstance(first, ast.Constant) and first.value in _KNOWN_IMPORTED


def _dotted(node: ast.AST) -> str:
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return ".".join(["text", *reversed(names)])
    return ".".join([node.id, *reversed(names)]) if isinstance(node, ast.Name) else ""


START_UP = Format(
    "start-up hook", "Python start-up hooks: .pth, sitecustomize, usercustomize", _recognise, inspect_start_up, RULES
)
