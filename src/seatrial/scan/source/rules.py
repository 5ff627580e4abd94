"""What can be found in Python source, in words."""

from typing import Final

from seatrial.scan.rule import SUPPLY_CHAIN, UNSAFE_LOADING, Rule

_HIDDEN_TAXONOMY: Final = ("CWE-506", *SUPPLY_CHAIN, "AML.T0011.001")
_LOOK: Final = "Read the code before you run it, or keep it from being imported."

HIDDEN_CODE = Rule(
    "python.hidden-code",
    "attack",
    "Runs code that is hidden, or fetched from elsewhere",
    "Honest source has no reason to decode itself or to spell out the names of what it calls.",
    "Do not import it; find out where the file comes from.",
    _HIDDEN_TAXONOMY,
)
REVERSE_SHELL = Rule(
    "python.reverse-shell",
    "attack",
    "Hands a shell to a network connection",
    "Whoever listens at the other end has the machine.",
    "Do not import it; find out where the file comes from.",
    _HIDDEN_TAXONOMY,
)
SHELL_PAYLOAD = Rule(
    "python.shell-payload",
    "attack",
    "Starts a command as attackers write them",
    "It fetches a program and runs it, or opens a shell to another machine.",
    "Do not import it; find out where the file comes from.",
    _HIDDEN_TAXONOMY,
)
RUNS_AT_IMPORT = Rule(
    "python.runs-at-import",
    "attack",
    "Source in a model archive starts a program when it is imported",
    "A model's code is imported by the server that loads it: the program starts with the server's rights.",
    "Do not load the archive.",
    ("CWE-506", *SUPPLY_CHAIN, "AML.T0011.001"),
)
WRITES_STARTUP = Rule(
    "python.writes-startup-file",
    "attack",
    "Writes where the system or a shell looks for commands when it starts",
    "Cron tables, shell profiles, SSH keys and start-up hooks run what they hold.",
    "Do not import it; find out where the file comes from.",
    _HIDDEN_TAXONOMY,
)
SENDS_SECRETS = Rule(
    "python.sends-secrets",
    "attack",
    "Sends the environment or key files over the network when it is imported",
    "The environment of a server holds its keys and passwords.",
    "Do not import it; if it was imported, change the keys.",
    ("CWE-200", *SUPPLY_CHAIN, "AML.T0025"),
)
STARTS_PROGRAM = Rule(
    "python.starts-program",
    "review",
    "Source in a model archive starts a program",
    "It runs with the rights of the server that loads the model.",
    _LOOK,
    ("CWE-78", *SUPPLY_CHAIN),
)
RUNS_TEXT = Rule(
    "python.runs-text",
    "review",
    "Source in a model archive runs text as code",
    "What is run may come from a request or from another file.",
    _LOOK,
    ("CWE-95", *SUPPLY_CHAIN),
)
USES_NETWORK = Rule(
    "python.uses-network",
    "review",
    "Source in a model archive uses the network",
    "It may fetch code, or send out what it is given.",
    _LOOK,
    ("CWE-829", *SUPPLY_CHAIN),
)
LOADS_PICKLE = Rule(
    "python.loads-pickle",
    "review",
    "Source in a model archive loads a pickle",
    "A pickle runs code when it is loaded: scan the file it loads too.",
    "Load weights from safetensors, or scan that file.",
    UNSAFE_LOADING,
)
NATIVE_CODE = Rule(
    "python.native-code",
    "review",
    "Source in a model archive loads or builds machine code",
    "Machine code cannot be judged here.",
    _LOOK,
    ("CWE-829", *SUPPLY_CHAIN),
)
INSTALLS_FROM_NETWORK = Rule(
    "python.setup-uses-network",
    "review",
    "setup.py uses the network",
    "What is installed then depends on what a server answers on that day.",
    "Install a wheel whose digest is locked.",
    ("CWE-829", *SUPPLY_CHAIN),
)
PICKLE_FROM_URL = Rule(
    "notebook.pickle-from-url",
    "review",
    "Loads a pickle from a web address",
    "A pickle runs code when it is loaded, and whoever holds the address decides which.",
    "Download it once, scan it, and keep it with its digest.",
    UNSAFE_LOADING,
)
ODD_ENCODING = Rule(
    "python.odd-encoding",
    "review",
    "Source in an encoding that can hide code",
    "A reader sees another text than the interpreter does.",
    "Save it as UTF-8 and read it.",
    ("CWE-506", *SUPPLY_CHAIN),
)
UNPARSED = Rule(
    "python.unparsed",
    "low",
    "Python source that could not be parsed",
    "It may be for another version of Python; only its text was searched.",
    "Read it if it is ever imported.",
)
RULES: Final = (
    HIDDEN_CODE,
    REVERSE_SHELL,
    SHELL_PAYLOAD,
    RUNS_AT_IMPORT,
    WRITES_STARTUP,
    SENDS_SECRETS,
    STARTS_PROGRAM,
    RUNS_TEXT,
    USES_NETWORK,
    LOADS_PICKLE,
    NATIVE_CODE,
    INSTALLS_FROM_NETWORK,
    PICKLE_FROM_URL,
    ODD_ENCODING,
    UNPARSED,
)
EVERYWHERE: Final = frozenset({HIDDEN_CODE, REVERSE_SHELL, SHELL_PAYLOAD, WRITES_STARTUP, SENDS_SECRETS, ODD_ENCODING})
"""What is looked for in any source; the rest only where the place makes it matter."""
IN_ARCHIVE: Final = EVERYWHERE | {
    RUNS_AT_IMPORT,
    STARTS_PROGRAM,
    RUNS_TEXT,
    USES_NETWORK,
    LOADS_PICKLE,
    NATIVE_CODE,
}
IN_SETUP: Final = EVERYWHERE | {INSTALLS_FROM_NETWORK}
IN_NOTEBOOK: Final = EVERYWHERE | {PICKLE_FROM_URL}
