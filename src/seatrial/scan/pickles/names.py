"""Names of globals: Python 2's, letters that look like others, and what no program writes."""

import re
import unicodedata
from typing import Final

MODULES_OF_2: Final = {
    "__builtin__": "builtins",
    "copy_reg": "copyreg",
    "Queue": "queue",
    "SocketServer": "socketserver",
    "ConfigParser": "configparser",
    "repr": "reprlib",
    "tkFileDialog": "tkinter.filedialog",
    "tkSimpleDialog": "tkinter.simpledialog",
    "tkColorChooser": "tkinter.colorchooser",
    "tkCommonDialog": "tkinter.commondialog",
    "Dialog": "tkinter.dialog",
    "Tkdnd": "tkinter.dnd",
    "tkFont": "tkinter.font",
    "tkMessageBox": "tkinter.messagebox",
    "ScrolledText": "tkinter.scrolledtext",
    "Tkconstants": "tkinter.constants",
    "Tix": "tkinter.tix",
    "ttk": "tkinter.ttk",
    "Tkinter": "tkinter",
    "markupbase": "_markupbase",
    "_winreg": "winreg",
    "thread": "_thread",
    "dummy_thread": "_dummy_thread",
    "dbhash": "dbm.bsd",
    "dumbdbm": "dbm.dumb",
    "dbm": "dbm.ndbm",
    "gdbm": "dbm.gnu",
    "xmlrpclib": "xmlrpc.client",
    "SimpleXMLRPCServer": "xmlrpc.server",
    "httplib": "http.client",
    "htmlentitydefs": "html.entities",
    "HTMLParser": "html.parser",
    "Cookie": "http.cookies",
    "cookielib": "http.cookiejar",
    "BaseHTTPServer": "http.server",
    "test.test_support": "test.support",
    "commands": "subprocess",
    "urlparse": "urllib.parse",
    "robotparser": "urllib.robotparser",
    "urllib2": "urllib.request",
    "anydbm": "dbm",
    "cPickle": "pickle",
    "StringIO": "io",
    "cStringIO": "io",
    "UserDict": "collections",
    "UserList": "collections",
    "UserString": "collections",
    "whichdb": "dbm",
    "CGIHTTPServer": "http.server",
    "DocXMLRPCServer": "xmlrpc.server",
    "FileDialog": "tkinter.filedialog",
    "SimpleDialog": "tkinter.simpledialog",
    "SimpleHTTPServer": "http.server",
    "_abcoll": "collections.abc",
    "_elementtree": "xml.etree.ElementTree",
}
"""Modules that Python 3 renamed, as its unpickler maps them (CPython, Lib/_compat_pickle.py)."""
NAMES_OF_2: Final = {
    ("builtins", "xrange"): ("builtins", "range"),
    ("builtins", "reduce"): ("functools", "reduce"),
    ("builtins", "intern"): ("sys", "intern"),
    ("builtins", "unichr"): ("builtins", "chr"),
    ("builtins", "unicode"): ("builtins", "str"),
    ("builtins", "long"): ("builtins", "int"),
    ("builtins", "basestring"): ("builtins", "str"),
    ("builtins", "file"): ("builtins", "open"),
    ("builtins", "execfile"): ("builtins", "exec"),
    ("builtins", "raw_input"): ("builtins", "input"),
    ("itertools", "izip"): ("builtins", "zip"),
    ("itertools", "imap"): ("builtins", "map"),
    ("itertools", "ifilter"): ("builtins", "filter"),
    ("collections", "IterableUserDict"): ("collections", "UserDict"),
    ("itertools", "ifilterfalse"): ("itertools", "filterfalse"),
    ("itertools", "izip_longest"): ("itertools", "zip_longest"),
    ("urllib", "ContentTooShortError"): ("urllib.error", "ContentTooShortError"),
    ("urllib", "getproxies"): ("urllib.request", "getproxies"),
    ("urllib", "pathname2url"): ("urllib.request", "pathname2url"),
    ("urllib", "quote"): ("urllib.parse", "quote"),
    ("urllib", "quote_plus"): ("urllib.parse", "quote_plus"),
    ("urllib", "unquote"): ("urllib.parse", "unquote"),
    ("urllib", "unquote_plus"): ("urllib.parse", "unquote_plus"),
    ("urllib", "url2pathname"): ("urllib.request", "url2pathname"),
    ("urllib", "urlencode"): ("urllib.parse", "urlencode"),
    ("urllib.request", "HTTPError"): ("urllib.error", "HTTPError"),
    ("urllib.request", "URLError"): ("urllib.error", "URLError"),
    ("exceptions", "StandardError"): ("builtins", "Exception"),
}
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_DUNDER = re.compile(r"__\w+__")
_LOOKALIKES: Final = str.maketrans(
    "аеорсухіјѕһԁԛԝӏмтвкнАВЕКМНОРСТХІЅοαενρτυικχγ", "aeopcyxijshdqwlmtbkhABEKMHOPCTXISoaevptuikxy"
)


def modern(module: str, name: str) -> tuple[str, str]:
    """A Python 2 global under its name of today; others as they are."""
    if module == "exceptions":
        return NAMES_OF_2.get((module, name), ("builtins", name))
    module = MODULES_OF_2.get(module, module)
    head, dot, tail = name.partition(".")
    module, head = NAMES_OF_2.get((module, head), (module, head))
    return module, head + dot + tail


def is_plain(name: str) -> bool:
    """Whether it is ASCII identifiers joined by dots, as nearly every name is."""
    return _IDENTIFIER.fullmatch(name) is not None


def is_possible(name: str) -> bool:
    """Whether Python source could define this name: identifiers, or the parts `<locals>` and `<lambda>`."""
    return all(part.isidentifier() or part in ("<locals>", "<lambda>") for part in name.split("."))


def has_dunder(name: str) -> bool:
    """Whether one part of a dotted name is a double-underscore name."""
    return any(_DUNDER.fullmatch(part) for part in name.split("."))


def plain_look(name: str) -> str:
    """The ASCII name that it looks like: compatibility forms folded, Cyrillic and Greek doubles replaced."""
    return unicodedata.normalize("NFKC", name).translate(_LOOKALIKES)


def words(text: str) -> frozenset[str]:
    """A set of names written as one text."""
    return frozenset(text.split())
