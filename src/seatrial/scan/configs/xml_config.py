"""XML: PMML, OpenVINO and any other; entities and what makes a reader fetch or run something. Nothing is resolved.

Source: W3C XML 1.0, 2.8 (prolog) and 4 (entities); OWASP, "XML External Entity Prevention".
"""

import re
from collections.abc import Iterator
from typing import Any, Final
from xml.parsers import expat

from seatrial.core.finding import Finding
from seatrial.scan.format import Format
from seatrial.scan.limits import MEGABYTE
from seatrial.scan.part import Part
from seatrial.scan.rule import SUPPLY_CHAIN, Rule

EXTERNAL = Rule(
    "xml.external-entity",
    "attack",
    "An entity is read from a file or an address",
    "A reader that resolves it gives out files of yours, or asks servers of the attacker's choice.",
    "Do not load it with a reader that resolves entities; ask for the file without them.",
    ("CWE-611", *SUPPLY_CHAIN),
)
BOMB = Rule(
    "xml.entity-bomb",
    "attack",
    "Entities of entities unfold to more than any memory",
    "A few lines become billions of characters in the reader.",
    "Do not load it.",
    ("CWE-776", *SUPPLY_CHAIN),
)
ENTITY = Rule(
    "xml.entities",
    "low",
    "Declares entities of its own",
    "Readers of models need none.",
    "Nothing, if the file is a document.",
    ("CWE-776", *SUPPLY_CHAIN),
)
DOCTYPE = Rule(
    "xml.foreign-doctype",
    "review",
    "Its document type is fetched from a file or an address",
    "A reader that loads it reads files of yours, or asks a server.",
    "Load it with a reader that fetches nothing.",
    ("CWE-611", *SUPPLY_CHAIN),
)
INCLUDE = Rule(
    "xml.includes-file",
    "review",
    "Includes a file from elsewhere",
    "XInclude puts any file of yours into the document; of the system's own files that is an attack.",
    "Do not load it with a reader that follows XInclude.",
    ("CWE-611", *SUPPLY_CHAIN),
)
SCRIPT = Rule(
    "xml.runs-script",
    "review",
    "Calls code from a stylesheet or a script",
    "Some XSLT processors and PMML evaluators run it.",
    "Read it before you load it.",
    ("CWE-94", *SUPPLY_CHAIN),
)
ENCODING = Rule(
    "xml.odd-encoding",
    "review",
    "XML in an encoding that hides what it says",
    "A scanner and a reader see different texts.",
    "Save it as UTF-8.",
    ("CWE-838", *SUPPLY_CHAIN),
)
RULES: Final = (EXTERNAL, BOMB, ENTITY, DOCTYPE, INCLUDE, SCRIPT, ENCODING)
_STARTS: Final = re.compile(r"\s*<(\?xml[\s?]|!DOCTYPE\s|!ENTITY\s|!--|[A-Za-z_][\w.\-]*:?[\w.\-]*(\s|>|/>))")
_NAMES: Final = (".xml", ".pmml", ".xsl", ".xslt", ".svg", ".rdf", ".xsd", ".plist")
_HTML: Final = re.compile(r"\s*<!doctype\s+html\b|\s*<html\b", re.IGNORECASE)
_ENCODING: Final = re.compile(r"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.\-]+)")
_PLAIN: Final = re.compile(
    r"(utf-?(8|16(be|le)?)|(us-)?ascii|iso-8859-\d+|latin-?1|windows-125\d|gbk|gb2312|gb18030|big5|shift_jis|euc-(jp|kr)|koi8-[ru])",
    re.I,
)
_REFERENCE: Final = re.compile(r"[&%]([^\s;&#%]+);")
_WELL_KNOWN: Final = re.compile(
    r"https?://(www\.)?(w3\.org|apple\.com|docbook\.org|oasis-open\.org|java\.sun\.com|hibernate\.org|mybatis\.org|"
    r"springframework\.org|puppycrawl\.com|gribuser\.ru|openid\.net|dmg\.org|inkscape\.org|freedesktop\.org|docbook\.sourceforge\.net|gnome\.org|mozilla\.org|scala-lang\.org|checkstyle\.org)/",
    re.IGNORECASE,
)
_INCLUDES: Final = b"http://www.w3.org/2001/XInclude"
_SCRIPTS: Final = re.compile(
    rb"urn:schemas-microsoft-com:xslt|http://xml\.apache\.org/(xalan|xslt)/(java|PipeDocument|redirect)|http://php\.net/xsl|"
    rb"http://saxon\.sf\.net/|xmlns:\w+\s*=\s*[\"'](java:|clitype:|http://www\.oracle\.com/XSL/Transform/java)|<(\w+:)?script\s"
)
_INCLUDE: Final = re.compile(rb"<[\w.\-]*:?include\s[^>]{0,1000}")
_TAKES: Final = re.compile(
    rb"href\s*=\s*[\"']\s*(file:|https?:|ftp:|[^\"']*/etc/|[^\"']*/proc/|[^\"']*\.ssh)|parse\s*=\s*[\"']text"
)
"""What honest documents do not include: addresses, files of the system, anything as plain text."""
_DECLARED: Final = re.compile(r"<!ENTITY\s+(?:%\s+)?([^\s;&%]{1,200})\s+([\"'])([^\"'<>]{0,10000})\2\s*>")
_DECLARED_OUTSIDE: Final = re.compile(r"<!ENTITY\s+(?:%\s+)?[^\s;&%]{1,200}\s+(?:SYSTEM|PUBLIC)\s[^>]{0,200}")
_UNFOLDED: Final = 1_000_000
_SEARCHED: Final = 256 * MEGABYTE


class _Enough(Exception):
    """The prolog is over, or what was looked for is found."""


def _head(part: Part) -> str:
    raw = part.blob.read(0, 2048)
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or raw[:2] in (b"<\0", b"\0<"):
        codec = "utf-16-le" if raw[:2] in (b"\xff\xfe", b"<\0") else "utf-16-be"
        return raw.decode(codec, "replace").removeprefix("\ufeff")
    return raw.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def _recognise(part: Part) -> bool:
    head = _head(part)
    if "\0" in head or _HTML.match(head) or not _STARTS.match(head):
        return part.blob.read(0, 5) == b"\x4c\x6f\xa7\x94\x93"  # `<?xml` in EBCDIC
    return head.lstrip().startswith(("<?xml", "<!DOCTYPE", "<!ENTITY", "<PMML")) or part.name.lower().endswith(_NAMES)


class _Prolog:
    """Handlers for expat up to the root element."""

    def __init__(self) -> None:
        self.entities: dict[str, str] = {}
        self.external: list[str] = []
        self.doctype: str | None = None

    def parse(self, part: Part) -> str | None:
        """Read the prolog; what is wrong with it, if something is."""
        parser = expat.ParserCreate()
        parser.EntityDeclHandler = self._entity
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._element
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        try:
            for at in range(0, 16 * MEGABYTE, 65536):
                piece = part.blob.read(at, 65536)
                parser.Parse(piece, len(piece) < 65536)
                part.budget.check_time()
                if len(piece) < 65536:
                    break
        except _Enough:
            return None
        except (expat.ExpatError, LookupError, ValueError) as error:
            return str(error)
        return None

    def by_text(self, text: str) -> None:
        """What can be seen of a document that does not parse."""
        if not self.external:
            self.external += [found[0] for found in _DECLARED_OUTSIDE.finditer(text)][:100]
        for found in _DECLARED.finditer(text):
            self.entities.setdefault(found[1], found[3])

    def _entity(
        self, name: str, is_parameter: int, value: str | None, base: Any, system: Any, public: Any, kind: Any
    ) -> None:
        del base, kind
        if value is None:
            self.external.append(f"{'%' if is_parameter else '&'}{name}; {public or ''} {system or ''}".strip())
        elif len(self.entities) < 10_000:
            self.entities.setdefault(name, value)

    def _doctype(self, name: str, system: str | None, public: str | None, has_subset: int) -> None:
        del has_subset
        if system:
            self.doctype = f"{name} {public or ''} {system}"

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        del name, attributes
        raise _Enough


def _inspect(part: Part) -> Iterator[Finding]:
    head = _head(part)
    declared = _ENCODING.search(head)
    if (declared and not _PLAIN.fullmatch(declared[1])) or not _STARTS.match(head):
        yield part.finding(ENCODING, declared[1] if declared else "EBCDIC")
        return
    prolog = _Prolog()
    broken = prolog.parse(part)
    if broken is not None:
        # Another reader may be more patient, so that what can be seen counts.
        prolog.by_text(part.blob.read(0, MEGABYTE).decode("utf-8", "replace"))
    for each in prolog.external:
        yield part.finding(EXTERNAL, each)
    size = _unfolded(prolog.entities)
    if size > _UNFOLDED:
        yield part.finding(BOMB, f"{size:.0e} characters")
    elif prolog.entities:
        yield part.finding(ENTITY, ", ".join(sorted(prolog.entities))[:200])
    if prolog.doctype and not _WELL_KNOWN.match(prolog.doctype.rpartition(" ")[2]) and _fetches(prolog.doctype):
        yield part.finding(DOCTYPE, prolog.doctype)
    yield from _body(part)


def _fetches(doctype: str) -> bool:
    system = doctype.rpartition(" ")[2]
    return "://" in system or system.startswith(("/", "\\", "file:")) or ".." in system


def _unfolded(entities: dict[str, str]) -> int:
    """Characters of the largest entity, references unfolded; worked out without unfolding any."""
    sizes: dict[str, int] = {}
    for _ in range(min(len(entities), 64)):
        before = dict(sizes)
        for name, text in entities.items():
            inner = [sizes.get(each, 0) for each in _REFERENCE.findall(text)]
            sizes[name] = min(len(text) + sum(inner), 10**15)
        if sizes == before:
            break
    return max(sizes.values(), default=0)


def _body(part: Part) -> Iterator[Finding]:
    """Namespaces that make a reader include files or run code, searched for in the text."""
    step = 4 * MEGABYTE
    for start in range(0, _SEARCHED, step):
        piece = part.blob.read(start, step + 256)
        text = piece.replace(b"\0", b"")
        at = text.find(_INCLUDES)
        includes = _INCLUDE.findall(text) if at >= 0 else []
        if includes:
            shown = b" ".join(includes[:3]).decode("utf-8", "replace")
            outside = any(_TAKES.search(each) for each in includes)
            yield part.finding(INCLUDE, shown, offset=start + at, severity="attack" if outside else "review")
            return
        found = _SCRIPTS.search(text)
        if found and not part.name.lower().endswith(".svg"):
            yield part.finding(SCRIPT, found[0].decode("utf-8", "replace"), offset=start + found.start())
            return
        part.budget.check_time()
        if len(piece) <= step:
            return


XML = Format("xml", "XML: PMML, OpenVINO and others, for entities and includes", _recognise, _inspect, RULES)
