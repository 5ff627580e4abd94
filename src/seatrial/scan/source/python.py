"""Python source: its syntax is read by `ast`, for the calls that matter where it stands."""

import codecs
import re
import unicodedata
import warnings
from collections.abc import Iterator
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.limits import MEGABYTE
from seatrial.scan.part import Part
from seatrial.scan.rule import Rule
from seatrial.scan.source import rules
from seatrial.scan.source.calls import Source
from seatrial.scan.source.judging import SHELL_WORDS, judge
from seatrial.scan.source.syntax import parsed

LARGEST: Final = MEGABYTE
"""Bytes of source that are parsed; a file of more holds data, and is only searched for words."""
_SEARCHED: Final = 32 * MEGABYTE
_ENDINGS: Final = (".py", ".pyw")
_TORCHSCRIPT: Final = re.compile(r"(^|/)code/(.*/)?[^/]+\.py$")
_COOKIE: Final = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
_PLAIN: Final = frozenset(
    str.split(
        "utf8 utf8sig ascii usascii latin1 latin iso88591 iso88592 iso88595 iso885915 cp1250 cp1251 cp1252 "
        "windows1251 windows1252 koi8r koi8u gbk gb2312 gb18030 big5 euckr eucjp shiftjis sjis cp932 cp949 "
        "iso2022jp utf16 macroman iso88597 iso88599 cp437 cp850 cp866 mbcs utf8unix utf8dos utf8mac utf utf8emacs "
        "iso885913"
    )
)
_WORTH: Final = re.compile(
    r"\b(?:exec|eval|execfile|system|popen\w*|Popen|check_output|check_call|dup2|spawn\w*|__import__|import_module|startfile|"
    r"exec[vl]\w*|runpy|commands|FunctionType|__builtins__)\b|/dev/tcp|bashrc|/cron|\.ssh|/etc/passwd|__dict__\[|\bvars\("
    r"|subprocess\.(?:run|call|get)|(?:from|import) (?:subprocess|os|pty) (?:as|import)\b"
    r"|mkfifo|\bos\.environ\s*[),]|import \*"
    r"|getattr\(\s*(?:os|sys|builtins|posix|importlib|subprocess)\b"
)
"""A file without any of these meets no rule that matters everywhere."""
_SOURCES: Final = re.compile(r"(?:.*/)?([^/]+-\d[\w.+!]*)\.(tar\.gz|tgz|tar\.bz2|zip)")


def is_torchscript(part: Part) -> bool:
    """Whether source stands where `torch.jit.load` looks for it: then it is read as TorchScript."""
    return bool(part.inner) and _TORCHSCRIPT.search(part.name.replace("\\", "/")) is not None


def wanted_at(part: Part) -> frozenset[Rule]:
    """Which rules matter for source at this place: most in a model archive, few in an installed library."""
    if part.inner and not _is_distribution(part):
        return rules.IN_ARCHIVE
    return rules.IN_SETUP if part.name.replace("\\", "/").rpartition("/")[2] == "setup.py" else rules.EVERYWHERE


def _is_distribution(part: Part) -> bool:
    """Whether it stands in a wheel, an egg, or in the folder `name-version` of a source distribution."""
    sources = _SOURCES.fullmatch(part.path.replace("\\", "/"))
    return part.path.endswith((".whl", ".egg")) or (sources is not None and part.name.startswith(f"{sources[1]}/"))


def source_findings(part: Part, text: str, wanted: frozenset[Rule], first_line: int = 0) -> Iterator[Finding]:
    """What is found in some source.

    Args:
        part: Where it stands.
        text: The source.
        wanted: Which rules matter there.
        first_line: Lines before it.

    Raises:
        SyntaxError: It does not parse.
        OverBudget: It takes too long.
    """
    source = Source(parsed(text))
    for met in judge(source, wanted, part.budget.check_time):
        yield part.finding(met.rule, met.evidence, line=first_line + met.line)


def decoded(raw: bytes) -> tuple[str, str | None]:
    """The text of source, and its declared encoding where that is an odd one (which is not used).

    Codecs are never looked up by a name from the file beyond a fixed list: some of them run programs of their own.
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace"), None
    raw = raw.removeprefix(codecs.BOM_UTF8)
    for line in raw.splitlines()[:2]:
        cookie = _COOKIE.match(line)
        if cookie:
            name = cookie[1].decode("ascii").lower()
            plain = re.sub(r"[-_.]", "", name)
            if plain in ("utf7", "unicodeescape", "rawunicodeescape", "punycode", "idna") or plain not in _PLAIN:
                return raw.decode("latin-1"), name
            try:
                return raw.decode(name, "replace"), None
            except LookupError:
                return raw.decode("latin-1"), None
    return raw.decode("utf-8", "replace"), None


def _recognise(part: Part) -> bool:
    if is_torchscript(part) or not part.name.lower().endswith(_ENDINGS):
        return False
    return b"\0" not in part.blob.read(0, 4096)


def _inspect(part: Part) -> Iterator[Finding]:
    raw = part.blob.read(0, _SEARCHED)
    wanted = wanted_at(part)
    text, odd = decoded(raw)
    if odd is not None:
        yield part.finding(rules.ODD_ENCODING, odd)
        text = _unescaped(raw, odd) or text
    if wanted is rules.EVERYWHERE and odd is None and not _is_worth(text):
        return
    if len(raw) > LARGEST:
        raise Unreadable(f"source of more than {LARGEST // MEGABYTE} MB is not parsed")
    try:
        yield from source_findings(part, text, wanted)
    except SyntaxError as error:
        found = SHELL_WORDS.search(text)
        if found:
            yield part.finding(rules.SHELL_PAYLOAD, found[0])
        yield part.finding(rules.UNPARSED, str(error), severity="unread" if wanted is rules.IN_ARCHIVE else "low")


def _is_worth(text: str) -> bool:
    """Whether it is worth parsing; names are compared as Python does, whatever letters spell them."""
    return _WORTH.search(text if text.isascii() else unicodedata.normalize("NFKC", text)) is not None


def _unescaped(raw: bytes, name: str) -> str | None:
    """The text in the two encodings that are known to have hidden code."""
    plain = re.sub(r"[-_.]", "", name)
    try:
        if plain in ("unicodeescape", "rawunicodeescape"):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return raw.decode("unicode_escape" if plain == "unicodeescape" else "raw_unicode_escape")
        return raw.decode("utf-7") if plain == "utf7" else None
    except UnicodeDecodeError:
        return None


PYTHON = Format(
    "python",
    "Python source: handlers and modules in model archives, setup.py, and attack patterns in any source",
    _recognise,
    _inspect,
    rules.RULES,
)
