"""Commands in an answer that destroy, fetch and run, or send away; POSIX shell and what is common around it.

A command stands in a fenced block of a shell (or of no language), or in a line behind a prompt (`$ `, `# `); a
quotation inside a sentence is none.
"""

import re
from collections.abc import Iterator

from seatrial.checks.detectors.html_sinks import Sink
from seatrial.text.blocks import blocks_of, prose_of

MOST_CHARACTERS = 500_000
_LANGUAGES = frozenset(["", "sh", "bash", "zsh", "shell", "console", "terminal", "ksh", "dash", "shell-session"])
_PROMPT = re.compile(r"^\s{0,8}(?:[\w.-]{1,40}@[\w.-]{1,60}:?\S{0,100})?[$#]\s+(?P<command>\S.*)$")
_FETCH = r"(?:curl|wget|fetch)\b[^\n|;]{0,300}"
_SHELL = r"(?:sudo\s+)?(?:ba|z|k|da)?sh\b|(?:sudo\s+)?(?:python3?|perl|ruby|node)\b"
_DANGERS = {
    "deletes whole folders": r"\brm\s+(?:-\w+\s+)*-\w*[rR]\w*\s+(?:-\w+\s+)*[\"']?(?:/|~|\*|\$|\.\.|\.(?:\s|$))",
    "runs what it fetches": rf"{_FETCH}\|\s*(?:{_SHELL})|(?:{_SHELL})\s+(?:-c\s+)?[\"']?(?:\$\(|<\()\s*{_FETCH}",
    "sends data away": (
        r"\b(?:curl|wget)\b[^\n]{0,300}?"
        r"(?:(?:-d|--data(?:-\w+)?|-F)[= ]?\S{0,100}@|-T |--(?:post|upload)-file|\$\(|`)"
    ),
    "opens a way in": r"\bnc\b[^\n]{0,200}\s-\w*[ec]\b|/dev/(?:tcp|udp)/|\bbash\s+-i\b",
    "overwrites a disk": r"\bdd\b[^\n]{0,500}\bof=/dev/|\bmkfs(?:\.\w+)?\s|>\s*/dev/(?:sd|nvme|hd)\w",
    "writes to the system": r">>?\s*(?:/etc/|/boot/|~?/?\.ssh/|/root/)|\btee\s+(?:-a\s+)?/etc/",
    "opens all rights": r"\bchmod\s+(?:-\w+\s+)?(?:0?777|a\+rwx|\+s)\b",
    "never ends": r":\(\)\s*\{\s*:\|:&\s*\}\s*;\s*:",
    "reads secrets": (
        r"\b(?:cat|less|more|head|tail|base64)\s+[^\n|;]{0,200}(?:/etc/(?:passwd|shadow)|\.ssh/id_|\.aws/cred)"
    ),
}
_FORMS = {what: re.compile(form) for what, form in _DANGERS.items()}
_META = re.compile(r"[;|&`<>]|\$[({]")


def commands_in(text: str) -> Iterator[str]:
    """The lines of a text that a shell would run, of the first 500,000 characters."""
    text = text[:MOST_CHARACTERS]
    for block in blocks_of(text):
        if block.language in _LANGUAGES:
            yield from (_bare(line) for line in block.body.replace("\\\n", " ").split("\n") if _is_command(line))
    for line in prose_of(text).split("\n"):
        found = _PROMPT.match(line[:20_000])
        # A heading of Markdown begins with `#` and no command; a price with `$` and a digit.
        if found and not line.lstrip().startswith("#") and not found["command"][0].isdigit():
            yield found["command"]


def shell_sinks(text: str) -> Iterator[Sink]:
    """The commands that do harm."""
    for command in commands_in(text):
        for what, form in _FORMS.items():
            if form.search(command):
                yield Sink(f"a command that {what}", command)
                break


def chained_commands(text: str) -> Iterator[Sink]:
    """The commands with a sign that makes the shell do more than one thing."""
    return (Sink("a chained command", command) for command in commands_in(text) if _META.search(command))


def _is_command(line: str) -> bool:
    return bool(line.strip()) and len(line) <= 20_000 and not line.lstrip().startswith("#")


def _bare(line: str) -> str:
    found = _PROMPT.match(line)
    return found["command"] if found else line.strip()
