"""What the calls of a source file come to: which of the rules they meet."""

import ast
import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from seatrial.scan.rule import Rule
from seatrial.scan.source import rules
from seatrial.scan.source.calls import NEAR, WIDE, Called, Reach, Source
from seatrial.scan.source.dangers import danger_of
from seatrial.scan.source.folding import fold
from seatrial.scan.source.syntax import parsed

_RUNS: Final = re.compile(
    r"(os|posix|nt)\.(system|popen\d?|exec\w+|spawn\w+|posix_spawnp?|startfile|fork)"
    r"|subprocess\.(Popen|run|call|check_call|check_output|getoutput|getstatusoutput)"
    r"|(_posixsubprocess\.fork_exec|pty\.spawn|commands\.\w+|popen2\.\w+|platform\.popen|pexpect\.(run|spawn))"
    r"|asyncio\.(subprocess\.)?create_subprocess_(shell|exec)"
)
_RUNS_TEXT: Final = re.compile(
    r"builtins\.(eval|exec|execfile)|runpy\.run_\w+|code\.Interactive\w+\(\)\.\w+|types\.FunctionType"
)
_PICKLES: Final = re.compile(
    r"(pickle|_pickle|cPickle|dill|cloudpickle|marshal)\.(loads?|Unpickler)|pandas\.read_pickle|shelve\.open"
    r"|joblib\.load|torch\.load|yaml\.(load|unsafe_load|full_load)(_all)?|sklearn\.externals\.joblib\.load"
)
_NETWORK: Final = re.compile(
    r"(requests|httpx)(\.[Ss]ession\(\)|\.Client\(\))?\.(get|post|put|patch|delete|request|head)"
    r"|urllib\.request\.(urlopen|urlretrieve)|urllib2?\.(urlopen|urlretrieve)|urllib3\.PoolManager\(\)\.(request|urlopen)"
    r"|http\.client\.HTTPS?Connection|socket\.(socket|create_connection)|ftplib\.FTP\w*|smtplib\.SMTP\w*|wget\.download"
    r"|telnetlib\.Telnet|paramiko\.SSHClient|aiohttp\.(request|ClientSession)|websockets?\.\w*connect\w*"
)
_SENDS: Final = re.compile(r"post|put|request|send\w*|urlopen|connect|get|sendto")
_NATIVE: Final = re.compile(
    r"ctypes\.(CDLL|cdll\.\w+|PyDLL|WinDLL|windll\.\w+|util\.find_library)|cffi\.FFI|torch\.ops\.load_library"
    r"|torch\.classes\.load_library|torch\.utils\.cpp_extension\.load\w*|tensorflow\.load_op_library"
)
SHELL_WORDS: Final = re.compile(
    r"/dev/(tcp|udp)/|\b(nc|ncat|netcat)\b[^|;&\n]{0,2000}\s-\w{0,20}[ec]\b|bash\s+-i\b|\bsh\s+-i\b|mkfifo\s+/tmp"
    r"|\b(curl|wget)\b[^;\n]{0,2000}\|\s*(sudo\s+)?(ba|z|da)?sh\b|base64\s+(-d|--decode)[^;\n]{0,2000}\|\s*(ba|z|da)?sh\b"
    r"|powershell[^\n]{0,2000}\s-(enc|e|ec|encodedcommand)\s|\bIEX\b.{0,40}DownloadString|certutil\b[^\n]{0,2000}-urlcache"
    r"|rm\s+-rf\s+(--no-preserve-root\s+)?(/|~)(\s|\*|$)",
    re.IGNORECASE,
)
"""Commands as attackers write them: a shell through a socket, or a download that is run at once.

What may stand between is bounded: a text of one word a million times would be read again from each of them.
"""
_STARTUP: Final = re.compile(
    r"/etc/(cron|profile|ld\.so\.preload|passwd|shadow|sudoers|init\.d|rc\.local|systemd)"
    r"|(^|/)\.(bashrc|bash_profile|profile|zshrc|ssh/authorized_keys)|/var/spool/cron|sitecustomize\.py|usercustomize\.py"
    r"|\\Start Menu\\Programs\\Startup",
    re.IGNORECASE,
)
_SECRETS: Final = re.compile(r"/etc/(passwd|shadow)|\.ssh/(id_|authorized)|\.aws/credentials|\.netrc|\.kube/config")
_OPENS: Final = re.compile(
    r"(builtins|io|codecs)\.open|pathlib\.Path\(\)\.(write_text|write_bytes|open)|shutil\.(copy\w*|move)"
)
_AROUND: Final = "import os, sys, subprocess, socket, pty, requests, urllib.request\n"
"""What may be imported around code that stands in a text."""
_INSTALLS: Final = re.compile(r"\b(?:pip\d?|conda|apt(?:-get)?)\b.{0,500}?\binstall\b", re.DOTALL)


class Met(NamedTuple):
    """A rule that a call meets."""

    rule: Rule
    evidence: str
    line: int


def judge(source: Source, wanted: frozenset[Rule], spend: Callable[[], None]) -> Iterator[Met]:
    """What a source file's calls come to, each rule once for each name.

    Args:
        source: The parsed file.
        wanted: Which rules matter where it stands.
        spend: Called for each call that is looked at; raises when that costs too much.
    """
    told: set[tuple[str, str]] = set()
    scopes: dict[int, set[str]] = {}
    for called in source.calls():
        spend()
        scopes.setdefault(called.scope, set()).add(called.name)
        for rule in _met(source, called):
            if rule in wanted and (rule.id, called.name) not in told:
                told.add((rule.id, called.name))
                yield Met(rule, shown(called.node), called.node.lineno)
    for line, names in scopes.items():
        if _is_reverse_shell(names):
            yield Met(rules.REVERSE_SHELL, ", ".join(sorted(names))[:200], max(line, 1))


def shown(node: ast.expr) -> str:
    """Source of an expression, short. What is too deep to write is shown by its kind."""
    try:
        return ast.unparse(node)[:300]
    except RecursionError:
        return type(node).__name__


def _met(source: Source, called: Called) -> Iterator[Rule]:
    name, node = called.name, called.node
    arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
    starts, runs_text = _RUNS.fullmatch(name), _RUNS_TEXT.fullmatch(name)
    if called.hidden and danger_of(name):
        yield rules.HIDDEN_CODE
    if starts or runs_text:
        yield from _of_code(source, arguments, WIDE if runs_text else NEAR)
    if starts:
        yield from _of_program(source, called, arguments)
    if runs_text and not (node.args and isinstance(node.args[0], ast.Constant)):
        yield rules.RUNS_TEXT
    if _PICKLES.fullmatch(name) and not _is_safe_load(node):
        yield rules.LOADS_PICKLE
        if any(source.origins(each).downloaded or _is_address(source, each) for each in arguments):
            yield rules.PICKLE_FROM_URL
    if _NETWORK.fullmatch(name):
        yield from (rules.USES_NETWORK, rules.INSTALLS_FROM_NETWORK)
    if called.at_import and _is_sending(name) and any(_is_secret(source, each) for each in arguments):
        yield rules.SENDS_SECRETS
    if _NATIVE.fullmatch(name):
        yield rules.NATIVE_CODE
    if called.at_import and _OPENS.fullmatch(name) and _writes(source, called):
        yield rules.WRITES_STARTUP


def _of_code(source: Source, arguments: list[ast.expr], reach: Reach) -> Iterator[Rule]:
    for each in arguments[:1]:
        origins, text = source.origins(each, reach), fold(each)
        if origins.decoded or origins.downloaded or (text is not None and _is_reaching(text.text)):
            yield rules.HIDDEN_CODE


def _of_program(source: Source, called: Called, arguments: list[ast.expr]) -> Iterator[Rule]:
    texts = [text for each in arguments for text in source.texts(each)]
    if any(SHELL_WORDS.search(text) for text in (*texts, " ".join(texts))):
        yield rules.SHELL_PAYLOAD
    installs = _INSTALLS.search(" ".join(texts)) is not None
    yield rules.RUNS_AT_IMPORT if called.at_import and not installs else rules.STARTS_PROGRAM


def _is_reaching(text: str) -> bool:
    """Whether a literal that is run as code starts programs or uses the network itself."""
    try:
        source = Source(parsed(_AROUND + text.strip()))
        return any(
            _RUNS.fullmatch(each.name) or _NETWORK.fullmatch(each.name) or each.hidden for each in source.calls()
        )
    except SyntaxError:
        return SHELL_WORDS.search(text) is not None


def _is_safe_load(node: ast.Call) -> bool:
    keywords = {each.arg: each.value for each in node.keywords}
    loader = keywords.get("Loader") or (node.args[1] if len(node.args) > 1 else None)
    weights = keywords.get("weights_only")
    is_weights = isinstance(weights, ast.Constant) and weights.value is True
    return is_weights or (loader is not None and "Safe" in shown(loader))


def _is_address(source: Source, node: ast.expr) -> bool:
    return any(text.startswith(("http://", "https://", "ftp://")) for text in source.texts(node))


def _is_sending(name: str) -> bool:
    return (_NETWORK.fullmatch(name) is not None or name.startswith(("socket.", "http.client."))) and _SENDS.search(
        name.rpartition(".")[2]
    ) is not None


def _is_secret(source: Source, node: ast.expr) -> bool:
    if source.origins(node).environment and not any(isinstance(each, ast.Subscript) for each in ast.walk(node)):
        return True
    return any(_SECRETS.search(text) for text in source.texts(node))


def _writes(source: Source, called: Called) -> bool:
    if called.name.endswith("open"):
        modes = [*called.node.args[1:2], *(each.value for each in called.node.keywords if each.arg == "mode")]
        written = any((text := fold(mode)) is not None and set(text.text) & set("wax+") for mode in modes)
        if not written:
            return False
    return any(_STARTUP.search(text) for text in source.texts(called.node))


def _is_reverse_shell(names: set[str]) -> bool:
    """A socket whose descriptor becomes a shell's input and output."""
    connected = any(name.startswith(("socket.socket().connect", "socket.create_connection")) for name in names)
    handed = bool(names & {"os.dup2", "pty.spawn"}) or "socket.socket().makefile" in names
    started = any(_RUNS.fullmatch(name) for name in names)
    return connected and (bool(names & {"os.dup2"}) or (handed and started))
