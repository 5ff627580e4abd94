"""The program with its commands, which are loaded when they are called; `--help` needs none of them."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import click

BEFORE, LIVE, AFTER = "Before release", "Going live", "After"


class Entry(NamedTuple):
    """A command before it is loaded: its moment and what it does."""

    moment: str
    summary: str


COMMANDS = {
    "init": Entry(BEFORE, "Write a commented seatrial.yaml for my endpoint."),
    "check": Entry(BEFORE, "Run seatrial.yaml to its verdict."),
    "runs": Entry(BEFORE, "List the runs that were made."),
    "show": Entry(BEFORE, "Show a run again, in any format."),
    "compare": Entry(BEFORE, "Hold a run against another one, or a baseline."),
    "rank": Entry(BEFORE, "Rank several systems on the same cases."),
    "bless": Entry(BEFORE, "Make a run the baseline for later ones."),
    "simulate": Entry(BEFORE, "Serve a simulated model with known faults."),
    "explain": Entry(BEFORE, "Find what failing answers have in common."),
    "cases": Entry(BEFORE, "Import, generate, propose and audit cases."),
    "judge": Entry(BEFORE, "Measure a model that judges."),
    "checks": Entry(BEFORE, "List the checks, or explain one."),
    "probes": Entry(BEFORE, "List the probes, or explain one."),
    "scan": Entry(BEFORE, "Scan model files, dependencies and data without loading them."),
    "allow": Entry(BEFORE, "Propose allow-list lines for my own classes."),
    "schema": Entry(BEFORE, "Print the JSON Schema of seatrial.yaml."),
    "serve": Entry(LIVE, "Serve the gateway before model providers."),
    "keys": Entry(LIVE, "Make, list, rotate and revoke keys of the gateway."),
    "budget": Entry(LIVE, "Show how far budgets are spent."),
    "cost": Entry(LIVE, "Estimate what a month would cost."),
    "interactions": Entry(AFTER, "Show what went through the gateway, or follow it."),
}
EPILOG = (
    "Exit codes: 0 ready, 1 not ready, 2 a mistake in the command or the suite file, 3 not enough evidence, "
    "4 could not run."
)


@dataclass(slots=True)
class Session:
    """What all commands share."""

    debug: bool = False


class Commands(click.Group):
    """Commands that are loaded when they are called, shown by the moment at which they are needed.

    A command `x` of the program stands in `seatrial.cli.x`, a command `x` of its group `g` in `seatrial.cli.g_x`; its
    module has a function of that name with `_command` behind it.
    """

    def __init__(self, *args: Any, entries: Mapping[str, Entry], prefix: str = "", **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._entries, self._prefix = entries, prefix

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in the order of the help."""
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        if cmd_name not in self._entries:
            return None
        module = importlib.import_module(f"seatrial.cli.{self._prefix}{cmd_name}")
        found: Any = getattr(module, f"{cmd_name}_command")
        assert isinstance(found, click.Command)  # noqa: S101  (for the type)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command, or say which is near."""
        if args and args[0] not in self._entries and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], self._entries, 1)
            hint = f" Did you mean '{near[0]}'?" if near else f" There are {', '.join(self._entries)}."
            raise click.UsageError(f"No such command '{args[0]}'.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands by moment, without loading any."""
        for moment in dict.fromkeys(entry.moment for entry in self._entries.values()):
            rows = [(name, entry.summary) for name, entry in self._entries.items() if entry.moment == moment]
            with formatter.section(moment):
                formatter.write_dl(rows)


def _version(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"seatrial {version('seatrial')}")
        ctx.exit()


@click.group(cls=Commands, entries=COMMANDS, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback of a bug.")
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Print the version."
)
@click.pass_obj
def program(session: Session, debug: bool) -> None:
    """Is this model ready for production? Seatrial answers with evidence."""
    session.debug = debug
