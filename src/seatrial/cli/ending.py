"""How a command ends: every error is one line on stderr and an exit code, here and nowhere else."""

import os
import sys
import traceback

import click

from seatrial.cli.program import Session, program
from seatrial.core.errors import SeatrialError

COULD_NOT_RUN = 4


def ended(arguments: list[str]) -> int:
    """Run a command; gives its exit code: 0 ready, 1 not ready, 2 mistake, 3 not enough evidence, 4 could not run."""
    session = Session()
    try:
        code = program.main(arguments, prog_name="seatrial", standalone_mode=False, obj=session)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except SeatrialError as error:
        return _say(str(error), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        return _say("stopped", COULD_NOT_RUN)
    except BrokenPipeError:
        return _unread()
    except Exception as error:  # noqa: BLE001  the boundary to the shell: a bug is one line, too
        if session.debug:
            traceback.print_exc()
        what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        hint = "" if session.debug else "; `seatrial --debug ...` shows where"
        return _say(f"this is a bug in Seatrial, please report it: {what}{hint}", COULD_NOT_RUN)


def _say(text: str, code: int) -> int:
    for line in text.splitlines():
        click.echo(f"seatrial: {line}", err=True)
    return code


def _unread() -> int:
    """Whoever read our output has gone; Python must not complain about that while it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return COULD_NOT_RUN
