"""Times and dates written in other ways."""

import random

from seatrial.probes.robustness.signs import pick
from seatrial.probes.robustness.worded import Reword, Worded, verified
from seatrial.text.moments import moments, otherwise


def _reword(language: str) -> Reword:
    def other(text: str, draw: random.Random, strength: float) -> str:
        found = moments(text)
        chosen = [moment for moment in found if draw.random() < strength] or found[:1]
        made = text
        for moment in reversed(chosen):
            written = text[moment.start : moment.end]
            forms = [form for form in otherwise(moment.value, language) if form not in (written, f"0{written}")]
            made = made[: moment.start] + pick(draw, forms) + made[moment.end :]
        same = [moment.value for moment in moments(made)] == [moment.value for moment in found]
        return made if same else text

    return other


dates = Worded(
    name="dates",
    summary="times and dates written in other ways: 21:40 as 9:40 pm, 2026-11-21 as 21 November 2026 (en, de, es, fr)",
    rewrites={
        language: verified(_reword(language), lambda text: [(each.start, each.end) for each in moments(text)])
        for language in ("en", "de", "es", "fr")
    },
    example="Is there a ferry at 21:40 on 2026-11-21?",
    keeps=False,
    after="ISO 8601",
)
