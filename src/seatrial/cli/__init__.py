"""The command line: each command parses, calls one function of `app`, and prints."""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process with its exit code."""
    from seatrial.cli.ending import ended

    sys.exit(ended(list(sys.argv[1:] if arguments is None else arguments)))
