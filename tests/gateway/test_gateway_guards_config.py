"""What may stand under `guard:`, and how mistakes there are told."""

from pathlib import Path

import pytest
from gateway_support import config

from seatrial.app.serving.guarding import guards_of
from seatrial.app.serving.reading import read_gateway
from seatrial.core.errors import Mistake
from seatrial.gateway.absent import NoGuards


def read(folder: Path, guard: str) -> object:
    path = folder / "seatrial.yaml"
    path.write_text(config("http://127.0.0.1:9", served=f"guard: {guard}"))
    return guards_of(read_gateway(path))


def test_no_guards_are_no_stage(tmp_path: Path) -> None:
    """Nothing configured costs nothing."""
    assert isinstance(read(tmp_path, "{}"), NoGuards)


@pytest.mark.parametrize(
    ("guard", "told"),
    [
        ("{request: [pi: flag]}", "did you mean `pii`?"),
        ("{request: [pii: flog]}", "did you mean `flag`?"),
        ("{request: [pii]}", "a guard is `name: action`"),
        ("{request: [{pii: {}}]}", "the key `action` is missing"),
        ("{request: [{pii: {action: flag, kind: [email]}}]}", "did you mean `kinds`?"),
        ("{request: [{pii: {action: flag, kinds: [mail]}}]}", "did you mean `email`?"),
        ("{request: [{pii: {action: flag, restore: true}}]}", "`restore` belongs to a guard of requests that redacts"),
        ("{request: [pii: downgrade]}", "`downgrade_to` names no model"),
        ("{request: [pii: downgrade], downgrade_to: suport}", "did you mean `support`?"),
        ("{answer: [pii: downgrade]}", "an answer cannot be downgraded"),
        ("{answer: [{length: {action: redact, most: 3}}]}", "nothing to redact"),
        ("{answer: [{length: {action: flag}}]}", "needs `least` or `most`"),
        ("{answer: [{regex: {action: flag, pattern: '(a+)+'}}]}", "has no bound"),
        ("{answer: [{words: {action: flag, words: [' ']}}]}", "words or phrases"),
        ("{answer: [{canary: {action: block, tokens: [abc]}}]}", "at least 6 letters"),
        ("{request: [canary: block]}", "needs `tokens`"),
        ("{request: [{json_schema: {action: block, schema: {}}}]}", "is a guard of answers"),
        ("{answer: [{json_schema: {action: block, schema: {type: 7}}}]}", "no JSON Schema"),
        ("{answer: [{json_schema: {action: block, schema: no.json}}]}", "cannot be read"),
        ("{answer: [{language: {action: flag, allowed: [klingon]}}]}", "is no language"),
        ("{answer: [{judge: {action: flag, target: two, question: x}}]}", "there is no target `two`"),
        ("{answer: [{check: {action: flag, is: {rubric: x}}}]}", "guard"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, guard: str, told: str) -> None:
    """Each mistake names the file, the line, what is wrong and what is meant."""
    with pytest.raises(Mistake) as found:
        read(tmp_path, guard)
    assert told in str(found.value)
    assert "seatrial.yaml" in str(found.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Two wrong guards are two lines."""
    with pytest.raises(Mistake) as found:
        read(tmp_path, "{request: [pi: flag], answer: [secret: block]}")
    assert len(str(found.value).splitlines()) == 2


def test_a_check_without_arguments_is_named_as_in_a_suite(tmp_path: Path) -> None:
    """Any cheap Check is a guard by its name."""
    assert not isinstance(read(tmp_path, "{answer: [json_valid: flag]}"), NoGuards)
