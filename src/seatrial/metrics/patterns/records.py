"""What is said of rows that fail: conditions, patterns made of them, groups of answers."""

from typing import Literal

import msgspec

Side = Literal["case", "question", "answer", "service", "time"]
"""Where a condition is seen. `answer` is a symptom; all others were there before it and may be a cause."""


class Condition(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that holds for a row or not: `name` takes `value`; `words` say it as `have language=es`."""

    name: str
    value: str
    side: Side
    words: str


class Share(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rate with the rows behind it and its 95 % interval; repeats of one case count as one cluster."""

    count: int
    n: int
    low: float
    high: float

    @property
    def rate(self) -> float:
        """Count per row; 0 when there are none."""
        return self.count / self.n if self.n else 0.0


class Example(msgspec.Struct, frozen=True, omit_defaults=True):
    """A case that fails by a pattern; `origin` is where it stands (`cases/en.jsonl:17`)."""

    suite: str
    case: str
    origin: str = ""


class Pattern(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Conditions that hold together for more of what fails.

    `inside` is the failure rate of the rows that fit, `outside` of all others, `difference` inside minus outside with
    its interval. `of_failed` is the share of failing rows that fit, `of_passed` of the others. `p` is corrected for
    all that was tried. A pattern of several conditions was found on one half of the cases; `replicated` is its failure
    rate on the other half. `also` are patterns of nearly the same rows.
    """

    conditions: tuple[Condition, ...]
    inside: Share
    outside: Share
    of_failed: Share
    of_passed: Share
    difference: float
    low: float
    high: float
    p: float
    replicated: Share | None = None
    also: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    sentence: str = ""

    @property
    def is_symptom(self) -> bool:
        """Whether a part of it is seen in the answer, so that it cannot be the cause."""
        return any(condition.side == "answer" for condition in self.conditions)


class Alike(msgspec.Struct, frozen=True, omit_defaults=True):
    """Failing answers that are alike: how many, their most separating words, and the one in their middle."""

    n: int
    words: tuple[str, ...]
    text: str
    example: Example


class Explanation(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What failures have in common.

    `outcome` says what counts as a failure: `pass` (a check failed), `failure` (no answer came) or a check's name.
    `failed` is the failure rate, `left_out` how many rows were not looked at because there were too many, `tried` how
    many conditions and patterns were held against the rows. `causes` are patterns of what was there before the answer,
    `symptoms` patterns of the answer itself; the largest difference first. `alike` are groups of failing answers.
    `sentence` says the most important thing; `note` what a reader must know of how it was found.
    """

    outcome: str
    failed: Share
    left_out: int = 0
    tried: int = 0
    causes: tuple[Pattern, ...] = ()
    symptoms: tuple[Pattern, ...] = ()
    alike: tuple[Alike, ...] = ()
    ungrouped: int = 0
    sentence: str = ""
    note: str = ""

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """Causes, then symptoms."""
        return self.causes + self.symptoms


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How patterns are looked for.

    `alpha` bounds the chance that any pattern at all is reported where there is none. `support` is how many rows a
    condition must hold for, and how many must be left (at least; a thousandth of all where that is more). `beam` is how
    many pairs are made longer, `candidates` how many pairs and how many triples are held against the other half.
    """

    alpha: float = 0.05
    support: int = 10
    longest: int = 3
    beam: int = 150
    candidates: int = 12
    conditions: int = 250
    most: int = 5
    seed: int = 0


DEFAULT = Settings()
