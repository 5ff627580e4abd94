"""Globals that must not be loaded, with the reason in words."""

import re
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias

from seatrial.scan.pickles.names import has_dunder, modern, words

Kind: TypeAlias = Literal["attack", "call"]
"""`attack`: no honest file names it. `call`: an honest file may name it, but none calls it."""
_TABLES: Final = Path(__file__).parent / "tables"
PLAIN: Final = words(
    "abc argparse array base64 bisect binascii calendar cmath collections colorsys copy copyreg csv datetime decimal "
    "difflib email encodings enum errno fractions graphlib hashlib heapq hmac html ipaddress itertools json keyword "
    "locale logging math numbers operator _operator queue random _random re reprlib secrets shlex statistics string "
    "stringprep struct textwrap threading time types typing unicodedata uuid warnings weakref zlib zoneinfo urllib "
    "dataclasses functools _functools contextlib builtins pprint gettext optparse traceback codecs _codecs io pathlib "
    "sre_constants sre_parse datetime _datetime _decimal _pydecimal _collections _abc _types gzip"
)
"""Modules of the standard library whose functions compute and do nothing else; calling others' is an attack."""
_MIXED: Final = words(
    "argparse csv email encodings locale logging shlex threading time uuid warnings dataclasses contextlib pprint "
    "gettext optparse traceback codecs _codecs io gzip pathlib zoneinfo"
)
"""Those of them whose classes are data, and whose functions read, write, wait or change the process."""
_COVERED: Final = words(
    "numpy scipy sklearn pandas torch joblib xgboost lightgbm catboost statsmodels imblearn category_encoders skorch "
    "gensim"
)
"""Libraries that are listed whole: their honest files call nothing but what is listed, and what rebuilds objects."""
_REBUILDS: Final = re.compile(
    r"_*(?:re(?:build|construct|store|create|make)|un(?:pickle|flatten|pack|pickler)|new|make|from|create|build"
    r"|construct|as|to|array|tensor|zeros|ones|empty|full|arange|linspace|concat|date|period|timedelta|interval)"
    r"(?:_|[A-Z]|\Z|array|tensor|buffer|pickle)\w*|\w*(?:ctor|unpickle|_pickle|constructor|factory)\w*"
)
_WORDS: Final = words(
    "system popen popen2 popen3 popen4 spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe execl execle "
    "execlp execlpe execv execve execvp execvpe posix_spawn posix_spawnp check_output check_call getoutput "
    "getstatusoutput Popen create_subprocess_exec create_subprocess_shell runstring run_module run_path runcode "
    "runsource interact __import__ import_module eval exec execfile"
)
_MODULES: Final = words("os sys subprocess builtins __builtins__ __builtin__ posix nt importlib shutil")
_PAYLOAD: Final = re.compile(
    r"""__import__\s*\(|\bos\s*\.\s*(?:system|popen|exec\w+|spawn\w+|remove|unlink)|\bsubprocess\b|__subclasses__
    |\b(?:eval|exec|execfile)\s*\(|\bsocket\s*\.\s*socket|\bpty\s*\.\s*spawn|/bin/(?:ba|z|da)?sh\b|\bbash\s+-[ic]
    |\b(?:curl|wget)\s+(?:-[\w-]*\s+(?:[^-\s]\S*\s+)?)*\S*(?:http|ftp|\d+\.\d+)|powershell|cmd(?:\.exe)?\s*/c|\bnc\s+-\w*e|__builtins__
    |\bimport\s+(?:os|subprocess|socket|pty|shutil|ctypes|urllib|requests)\b|\bfrom\s+os\s+import|/etc/(?:passwd|shadow)
    |\bimportlib\s*\.\s*import_module|\bbase64\s*\.\s*b64decode|/dev/tcp/|\bchmod\s+\+x|\brm\s+-rf|calc\.exe""",
    re.VERBOSE,
)

_REACH: Final = re.compile(
    r"""(?:/|~|\.{1,2}[/\\]|[A-Za-z]:[/\\]|\\\\)\S|\w{2,10}://|.*\s(?:/|~/|\.{1,2}/)\w|(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\Z
    |[\w./\\ -]*\w\.(?:py|pyc|so|dll|dylib|exe|sh|bat|ps1|pkl|pickle|joblib|npy|npz|pth?|ckpt|bin|h5|hdf5|csv|tsv|json
    |jsonl|ya?ml|toml|ini|cfg|conf|txt|log|xml|html?|sqlite3?|db|zip|tar|gz|tgz|pem|key|env|parquet|onnx|safetensors)\Z
    |(?:[a-z0-9-]+\.)+(?:com|net|org|io|dev|app|xyz|ru|cn|info|biz)(?::\d+)?(?:/\S*)?\Z""",
    re.VERBOSE,
)


class Danger(NamedTuple):
    """Why a global is dangerous."""

    kind: Kind
    reason: str


@cache
def _table() -> tuple[dict[str, Danger], dict[tuple[str, str], Danger]]:
    modules: dict[str, Danger] = {}
    exact: dict[tuple[str, str], Danger] = {}
    kind: Kind = "attack"
    for line in (_TABLES / "dangerous.txt").read_text("utf-8").splitlines():
        if line.startswith("="):
            kind = "call" if line == "= call" else "attack"
        elif " | " in line and not line.startswith("#"):
            reason, _, where = line.partition(" | ")
            module, *names = where.split()
            if names:
                exact.update({(module, name): Danger(kind, reason) for name in names})
            else:
                modules[module] = Danger(kind, reason)
    return modules, exact


@cache
def _standard() -> frozenset[str]:
    lines = (_TABLES / "standard.txt").read_text("utf-8").splitlines()
    return frozenset(" ".join(line for line in lines if not line.startswith("#")).split())


def danger_of(module: str, name: str) -> Danger | None:
    """Why a global must not be loaded, or None if nothing is known against it.

    The longest module that is known decides; a dotted name is also looked at as a way through modules
    (`logging` `os.system`), and double-underscore names are a way into the interpreter.
    """
    module, name = modern(module, name)
    modules, exact = _table()
    found = exact.get((module, name))
    if found:
        return found
    path = module
    while path:
        if path in modules:
            return modules[path]
        path = path.rpartition(".")[0]
    parts = name.split(".")
    for at in range(1, len(parts)):
        head = exact.get((module, ".".join(parts[:at])))
        inner = exact.get((parts[at - 1], ".".join(parts[at:]))) or modules.get(parts[at - 1])
        if head or (inner and (inner.kind == "attack" or at > 1)):
            return head or inner
    if has_dunder(name) and name not in ("__newobj__", "__newobj_ex__") and "." in name:
        return Danger("attack", "reaches into the interpreter")
    if parts[-1] in _WORDS or (parts[0] in _MODULES and module.partition(".")[0] != "__main__"):
        return Danger("attack", "is named like something that runs commands or code")
    return None


def is_standard(module: str, name: str) -> bool:
    """Whether it belongs to the standard library, and not to what only computes there."""
    top = modern(module, "")[0].partition(".")[0]
    return top in _standard() and (top not in PLAIN or (top in _MIXED and is_function(name)))


def is_function(name: str) -> bool:
    """Whether a name is written as functions and methods are, and not as classes."""
    return name.rpartition(".")[2].lstrip("_")[:1].islower()


def is_covered(module: str) -> bool:
    """Whether it is of a library whose lists are whole."""
    return module.partition(".")[0] in _COVERED


def is_foreign(module: str, name: str) -> bool:
    """Whether it is a function of a library whose lists are whole, and none that rebuilds objects."""
    last = name.rpartition(".")[2]
    return is_covered(module) and is_function(name) and not _REBUILDS.fullmatch(last)


def looks_like_payload(text: str) -> str | None:
    """The part of a text that reads like a command or like code that runs one."""
    found = _PAYLOAD.search(text)
    return found.group() if found else None


def reaches(text: str) -> bool:
    """Whether a text reads like a path, an address or a command with a path: what a function would open."""
    return len(text) < 2048 and _REACH.match(text) is not None


def runs_things(names: frozenset[str]) -> str | None:
    """The name among those used by a code object with which it could start or reach something."""
    found = names & (_WORDS | {"subprocess", "socket", "ctypes", "pty", "rmtree", "urlopen", "urlretrieve"})
    return min(found) if found else None
