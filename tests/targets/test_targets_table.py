"""The table of Targets."""

import subprocess
import sys

import pytest

from seatrial.core.errors import Mistake
from seatrial.core.target import Target
from seatrial.targets.table import build_target, known_targets

GOOD = {
    "openai": {"openai": "http://h/v1", "model": "m", "api_key": "none", "stream": False, "timeouts": {"total": "90s"}},
    "http": {"http": "http://h/ask", "method": "post", "answer": "$.text", "request": {"q": "{{ question }}"}},
    "python": {"python": "pkg.mod:reply"},
    "recorded": {"recorded": "answers.jsonl", "answer": "$.a", "id": "key"},
}


def test_the_built_in_targets_are_known():
    """Four kinds, first in the table."""
    assert known_targets()[:4] == ("openai", "http", "python", "recorded")


@pytest.mark.parametrize("kind", GOOD)
def test_the_one_key_picks_the_target(kind):
    """Each kind is built without touching the world."""
    target = build_target("bot", GOOD[kind])
    assert isinstance(target, Target)
    assert target.name == "bot"
    assert target.identity.startswith(kind)


@pytest.mark.parametrize("kind", GOOD)
def test_an_unknown_key_is_a_mistake_with_the_nearest(kind):
    """A misspelt key does not switch anything off silently."""
    word = next(key for key in GOOD[kind] if key != kind) if len(GOOD[kind]) > 1 else "timeouts"
    with pytest.raises(Mistake, match=f"did you mean {word}") as caught:
        build_target("bot", {kind: GOOD[kind][kind], f"{word}x": 1})
    assert caught.value.key == f"{word}x"


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "needs one of the keys openai, http, python, recorded"),
        ({"model": "m"}, "needs one of"),
        ({"openai": "http://h", "http": "http://h"}, "not openai and http"),
        ({"openai": 5}, "must be a text"),
        ({"recorded": ""}, "must be a text"),
        ({"http": "http://h"}, "needs `answer:`"),
        ({"python": "no place"}, "module:name"),
        ({"openai": "http://h", "retries": {"attempts": 0}}, "above 0"),
        ({"openai": "http://h", "api_key": "sk-real-one"}, "must not be written"),
    ],
)
def test_settings_that_cannot_work_are_mistakes(settings, says):
    """One sentence each."""
    with pytest.raises(Mistake, match=says):
        build_target("bot", settings)


PACKAGE = """
class Echo:
    def __init__(self, name, settings):
        self.name, self.identity = name, "echo " + settings["echo"]
"""


@pytest.fixture
def third_party(tmp_path, monkeypatch):
    """An installed package that brings the target `echo`, and one that tries to take `openai` over."""
    (tmp_path / "echo_bot.py").write_text(PACKAGE)
    info = tmp_path / "echo_bot-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: echo-bot\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[seatrial.targets]\necho = echo_bot:Echo\nopenai = echo_bot:Echo\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("echo_bot", None)


def test_a_third_partys_target_is_found(third_party):
    """An entry point adds a key; its own settings are its own matter."""
    assert known_targets() == ("openai", "http", "python", "recorded", "echo")
    assert build_target("bot", {"echo": "hi", "volume": 11}).identity == "echo hi"


def test_a_built_in_name_cannot_be_taken_over(third_party):
    """`openai` stays ours, whatever is installed."""
    assert build_target("bot", GOOD["openai"]).identity.startswith("openai http")


def test_relative_files_begin_at_the_folder(tmp_path):
    """The caller says where the suite file stands."""
    (tmp_path / "answers.jsonl").write_text('{"id": "a", "answer": "x"}\n')
    assert "missing" not in build_target("old", GOOD["recorded"], folder=tmp_path).identity


def test_the_table_is_light():
    """Importing it loads neither the client nor templates nor the `openai` package."""
    code = "import sys, seatrial.targets.table; print(*{'aiohttp', 'jinja2', 'openai', 'jsonpath'} & {*sys.modules})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""
