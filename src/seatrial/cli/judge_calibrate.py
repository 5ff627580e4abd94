"""`seatrial judge calibrate`: a judge against people's labels."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seatrial.cli.options import folder_option

if TYPE_CHECKING:
    from seatrial.metrics.calibration.calibrate import Agreement, Calibration, SuiteCalibration
    from seatrial.metrics.calibration.estimates import Estimate

_SHOWN = 12
"""Problems of a label file that are shown; JSON has all."""
HELP = """Hold a judge of RUN against people: how far they agree, and its pass rate with its errors put right.

RUN is the beginning or the end of a run's id, or `last`. The labels are a CSV (JSONL, Parquet) with the columns `case`
and `label` (pass or fail, 1 or 0, true or false, or a score), and `suite`, `repeat` and `annotator` where they matter.
Draw the answers to label at random. Exit code 3 when there are too few labels to say anything.
"""


@click.command("calibrate", help=HELP)
@click.argument("run")
@click.option("--against", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The labels.")
@click.option("--check", help="The check whose judge is meant, where the run has several.")
@click.option(
    "--drawn",
    type=click.Choice(["random", "verdict", "label"]),
    default="random",
    show_default=True,
    help="How labelled answers were chosen: at random, by the judge's verdict, or by what people say of them.",
)
@folder_option()
@click.option("--format", "format_", type=click.Choice(["terminal", "json"]), default="terminal")
def calibrate_command(run: str, against: Path, check: str | None, drawn: str, folder: Path, format_: str) -> int:
    """Hold a judge against people."""
    from typing import Any, cast

    import msgspec

    from seatrial.app.judge_calibrate import calibrate_run

    found = calibrate_run(folder, run, against, check=check, drawn=cast("Any", drawn))
    if format_ == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
    else:
        click.echo("\n".join(lines(found)))
    return 0 if found.is_enough else 3


def lines(found: "Calibration") -> Iterator[str]:
    """The calibration as a person reads it."""
    from seatrial.metrics.wording import count

    unjudged = f"; {count(found.unjudged, 'labelled answer')} could not be judged" if found.unjudged else ""
    yield f"{found.check}: {found.labelled:,} labelled of {count(found.judged, 'judged answer')}{unjudged}"
    yield ""
    yield from _agreement(found.agreement)
    for suite in found.suites:
        yield ""
        yield from _suite(suite)
    if found.warnings:
        yield ""
        yield from (f"Careful: {warning}." for warning in found.warnings)
    if found.problems:
        yield ""
        yield f"Of the labels, {count(len(found.problems), 'thing')} to look at:"
        yield from (f"  {problem}" for problem in found.problems[:_SHOWN])
        if len(found.problems) > _SHOWN:
            yield f"  and {len(found.problems) - _SHOWN} more; `--format json` has all"


def _agreement(found: "Agreement") -> Iterator[str]:
    from seatrial.metrics.wording import value_with_interval

    rows = [("judge minus people" if found.kappa is None else "agreement", found.share)]
    rows += [("Cohen's kappa", found.kappa)] if found.kappa else []
    rows += [("Krippendorff's alpha", found.alpha)]
    rows += [("  of people themselves", found.people)] if found.people else []
    rows += [("sensitivity", found.sensitivity)] if found.sensitivity else []
    rows += [("specificity", found.specificity)] if found.specificity else []
    for name, reading in rows:
        of = {"sensitivity": " of truly good answers pass", "specificity": " of truly bad answers fail"}.get(name, "")
        yield f"  {name:<24}{value_with_interval(reading)}{of if reading.value is not None else ''}, n {reading.n:,}"


def _suite(found: "SuiteCalibration") -> Iterator[str]:
    from seatrial.metrics.wording import about, count, value_with_interval

    yield f"{found.suite} ({found.target}), {count(found.labelled, 'label')}"
    yield f"  {'by the judge':<24}{value_with_interval(found.raw)}, n {found.raw.n:,}"
    for estimate in found.estimates:
        mark = "  <- take this one" if estimate.method == found.recommended else ""
        yield f"  {estimate.method:<24}{_estimate(estimate)}{mark}"
    yield f"  {found.why}."
    if found.off is not None:
        yield f"  {_off(found)}"
        if found.more_labels is None:
            yield "  Labels alone cannot halve this interval; more answers would."
        else:
            yield f"  About {about(found.more_labels)} more labels would halve this interval."


def _estimate(estimate: "Estimate") -> str:
    from seatrial.metrics.wording import value_with_interval

    note = f" ({estimate.note})" if estimate.note and estimate.reading.value is not None else ""
    return value_with_interval(estimate.reading) + note


def _off(found: "SuiteCalibration") -> str:
    """By how much the judge's rate is wrong, as a sentence."""
    off = found.off
    assert off is not None  # noqa: S101  (for the type)
    assert off.value is not None  # noqa: S101  (for the type)
    scale, unit, digits = (100, " points", 1) if off.unit == "rate" else (1, "", 3)
    low, value, high = (scale * (0.0 if end is None else end) for end in (off.low, off.value, off.high))
    way = "high" if value > 0 else "low"
    if value < 0:
        low, value, high = -high, -value, -low
    between = f"95 %: {low:.{digits}f} to {high:.{digits}f}"
    return f"The judge's own figure is too {way} by {value:.{digits}f}{unit} ({between})."
