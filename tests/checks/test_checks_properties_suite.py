"""Properties of texts in a suite file, through the command that users type."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = """
targets:
  bot: {{recorded: answers.jsonl}}
suites:
  manners:
    target: bot
    cases:
      - id: one
        ask: What does it cost?
        tags: {{language: en}}
        context: [It costs 4.60 euros.]
        checks: [{checks}]
"""
SEATRIAL = str(Path(sys.executable).with_name("seatrial"))


def checked(folder, checks, answer):
    """The code with which `seatrial check` ends, and all that it says."""
    folder.joinpath("seatrial.yaml").write_text(SUITE.format(checks=checks))
    folder.joinpath("answers.jsonl").write_text(json.dumps({"case": "one", "answer": answer}) + "\n")
    done = subprocess.run([SEATRIAL, "check"], cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_a_polite_answer_passes(tmp_path):
    """An answer that is as it should be passes every property."""
    checks = "language, toxicity, profanity, personal_data, secrets, urls, valid_markdown, numbers_from_context"
    code, said = checked(tmp_path, checks, "A ticket costs **4.60 euros**, which you pay on board.")
    assert "not judged" not in said
    assert code in (0, 3), said


@pytest.mark.parametrize(
    ("check", "answer", "reason"),
    [
        ("toxicity", "Only an idiot would ask that.", "idiot"),
        ("personal_data", "Ask kim@mail.example.com about it.", "1 e-mail address"),
        ("numbers_from_context", "It costs 5.60 euros.", "5.60 euros"),
        ("valid_yaml", "fare: [1", "YAML"),
    ],
)
def test_a_rude_answer_fails(tmp_path, check, answer, reason):
    """The reason stands in what the command prints, and a datum does not."""
    _, said = checked(tmp_path, check, answer)
    assert reason in " ".join(said.split())
    assert "kim@" not in said


@pytest.mark.parametrize(
    ("check", "mistake"),
    [
        ("{language: klingon}", "klingon"),
        ("{valid_sql: postgress}", "did you mean `postgres`"),
        ("readability.fleshy <= 8", "fleshy"),
        ("{urls: 'https://example.com'}", "host"),
        ("{toxicity: {word: [x]}}", "did you mean `words`"),
    ],
)
def test_mistakes_name_file_and_line(tmp_path, check, mistake):
    """A wrong argument ends the command with 2 and one sentence, before anything is asked."""
    code, said = checked(tmp_path, check, "x")
    assert code == 2
    assert "seatrial.yaml:12" in said
    assert mistake in said
    assert "Traceback" not in said
