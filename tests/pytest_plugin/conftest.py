"""What sessions of pytest inside this process need beforehand."""

from pathlib import Path

import pytest

from seatrial.app.front import check

SUITE = """\
targets: {bot: {recorded: answers.jsonl}}
suites: {behaviour: {target: bot, cases: [{ask: Why?, expect: "yes", id: c}], checks: [contains]}}
gates: [behaviour.pass_rate >= 20%]
"""


@pytest.fixture(scope="module", autouse=True)
def _loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that a check loads: a session forgets what it loaded, and C extensions load only once."""
    folder = tmp_path_factory.mktemp("loaded")
    (folder / "seatrial.yaml").write_text(SUITE)
    (folder / "answers.jsonl").write_text('{"id": "c", "answer": "yes"}\n')
    check(folder / "seatrial.yaml")
    return folder
