"""What a Jinja template can be found to do, and the names that matter."""

import re
from typing import Final

from seatrial.scan.rule import SUPPLY_CHAIN, Rule


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


_TAXONOMY: Final = ("CWE-1336", "CWE-94", *SUPPLY_CHAIN)
_SANDBOX: Final = "Jinja templates reach Python's objects; outside the newest sandbox such a template runs commands."
_REMOVE: Final = "Do not render it; take the template from the model's publisher, or write your own."

ESCAPE = Rule(
    "jinja.sandbox-escape", "attack", "The template reaches for Python's insides", _SANDBOX, _REMOVE, _TAXONOMY
)
HIDDEN = Rule(
    "jinja.hidden-name", "attack", "The template spells a forbidden name out of pieces", _SANDBOX, _REMOVE, _TAXONOMY
)
COMMAND = Rule(
    "jinja.command", "attack", "The template calls what starts programs or reads files", _SANDBOX, _REMOVE, _TAXONOMY
)
COMPUTED = Rule(
    "jinja.computed-attribute",
    "review",
    "The template looks an attribute up by a computed name",
    "Which attribute that is shows only when it is rendered; escapes from the sandbox are hidden so.",
    "Write the attribute's name out.",
    _TAXONOMY,
)
FORMAT = Rule(
    "jinja.format-method",
    "review",
    "The template passes a text's format method around",
    "Called indirectly it went round the sandbox (CVE-2024-56326, CVE-2025-27516).",
    "Call it where it stands, on a constant text.",
    _TAXONOMY,
)
HUGE = Rule(
    "jinja.exhausting",
    "attack",
    "The template computes without end",
    "Rendering it takes all memory or all time of whoever serves the model.",
    _REMOVE,
    ("CWE-400", *SUPPLY_CHAIN),
)
OTHER_FILE = Rule(
    "jinja.leaves-folder",
    "attack",
    "The template includes a file outside its folder",
    _SANDBOX,
    _REMOVE,
    ("CWE-22", *SUPPLY_CHAIN),
)
INCLUDES = Rule(
    "jinja.chat-includes",
    "review",
    "A chat template includes another file",
    "Chat templates are rendered without files; what it finds there is not what was checked.",
    _REMOVE,
)
NESTED = Rule(
    "jinja.too-nested",
    "review",
    "The template nests beyond any use",
    "Parsing it can crash whoever tries.",
    _REMOVE,
    ("CWE-674", *SUPPLY_CHAIN),
)
LOOKUP = Rule(
    "jinja.ansible-lookup",
    "review",
    "The template asks Ansible for the output of a program",
    "The lookups `pipe`, `url` and `env` run commands, fetch and read the environment.",
    "Use it only in playbooks that you wrote.",
)
RULES: Final = (ESCAPE, HIDDEN, COMMAND, COMPUTED, FORMAT, HUGE, OTHER_FILE, INCLUDES, NESTED, LOOKUP)

_INSIDES: Final = (
    "class|mro|bases?|subclasses|globals|builtins|import|init|new|getattribute|getattr|setattr|dict|code|closure|func|self|reduce"
    "|reduce_ex|call|module|loader|spec|wrapped|kwdefaults|defaults|init_subclass|subclasshook|traceback|context|builtin"
    "|getitem|enter|exit|doc|name|qualname|annotations|slots|weakref|file|path|main"
)
DUNDER: Final = re.compile(rf"__(?:{_INSIDES})__", re.ASCII)
ANY_DUNDER: Final = re.compile(r"__\w+__\Z")
FIELD: Final = re.compile(rf"\{{[^{{}}]*[.\[]__(?:{_INSIDES})__")
INSIDES: Final = words(
    "mro subclasses func_globals func_code func_closure gi_frame gi_code gi_yieldfrom cr_frame cr_code cr_await"
    " ag_frame ag_code f_globals f_builtins f_locals f_back f_code tb_frame tb_next im_func im_class im_self"
    " co_code co_consts popen Popen check_output check_call getoutput getstatusoutput import_module load_module "
    " _TemplateReference__context _Context__self _Undefined__self _Loop__self _load_template _module"
)
"""Attributes that no data has and every escape needs."""
MODULES: Final = words(
    "os posix nt sys subprocess builtins importlib shutil socket pty ctypes pickle marshal codecs commands platform"
    " runpy code pdb timeit webbrowser urllib requests http"
)
CALLED: Final = words(
    "system popen exec execv execve execl execvp spawn spawnl spawnv posix_spawn fork remove unlink rmdir rmtree rename"
    " chmod run call Popen open read_text urlopen urlretrieve get post putenv kill startfile import_module loads"
    " create_connection copy move CDLL"
)
RUNNERS: Final = words("eval exec compile open execfile breakpoint getattr setattr delattr")
GADGETS: Final = words(
    "lipsum cycler joiner namespace self raise_exception strftime_now url_for get_flashed_messages request config"
    " session g app current_app caller"
)
"""Objects that are in a template's reach without being given to it."""
LOOKUPS: Final = frozenset(("pipe", "url", "env", "lines", "password", "file"))
STEPS: Final = 100_000
"""The sandbox's own limit of `range` (MAX_RANGE)."""
LENGTH: Final = 1_000_000
WIDTH: Final = re.compile(r"%[-+ 0#]*\d{6,}[a-z]|:[^{}]{0,3}\d{6,}[a-z]?\}")


def reaches_inside(text: str) -> bool:
    """Whether a constant text is the name of Python's insides, a path through them, or a format field that is one."""
    bare = text.strip()
    if len(bare) > 200:
        return FIELD.search(bare) is not None
    names = re.split(r"[.\[\]'\"()|]+", bare)
    if all(re.fullmatch(r"\w*", name) for name in names) and any(DUNDER.fullmatch(name) for name in names):
        return True
    return FIELD.search(bare) is not None or DUNDER.fullmatch(bare[::-1]) is not None
