"""The first suite file."""

from pathlib import Path

from app_support import refused, simulated

from seatrial.app.front import check
from seatrial.app.initial import FALLBACK, PUBLIC, Found, discover, write_initial
from seatrial.app.suite import load

FOUND = Found("http://127.0.0.1:9/v1", "m", None, "as said")


def test_the_file_is_a_suite_as_it_stands(tmp_path: Path) -> None:
    """What is written can be run without a change, with names that need quotes, too."""
    path = tmp_path / "seatrial.yaml"
    write_initial(path, FOUND._replace(model='odd: "name" #1'))
    trial = load(path)
    assert trial.settings["bot"]["model"] == 'odd: "name" #1'
    assert trial.suites[0].total == 3


def test_a_key_is_named_and_never_written(tmp_path: Path) -> None:
    """An endpoint elsewhere gets the variable's name, not what it holds."""
    write_initial(tmp_path / "a.yaml", FOUND._replace(url=PUBLIC, key="OPENAI_API_KEY"))
    text = (tmp_path / "a.yaml").read_text()
    assert "api_key: ${OPENAI_API_KEY}" in text


def test_nothing_is_overwritten_without_force(tmp_path: Path) -> None:
    """A file that is there stays, unless it is said otherwise."""
    path = tmp_path / "seatrial.yaml"
    path.write_text("mine")
    assert "--force overwrites it" in refused(write_initial, path, FOUND)
    write_initial(path, FOUND, force=True)
    assert path.read_text() != "mine"


def test_the_model_is_asked_for(tmp_path: Path) -> None:
    """An endpoint that is named tells its model itself, and the file can be checked at once."""
    with simulated() as url:
        found = discover(url + "/", None, {})
        assert (found.url, found.model, found.key) == (url, "harbour-v2", None)
        write_initial(tmp_path / "seatrial.yaml", found)
        assert len(check(tmp_path / "seatrial.yaml").batch) == 9


def test_an_endpoint_that_is_silent_gets_a_guess() -> None:
    """Where nobody answers, the file is written all the same."""
    assert discover("http://127.0.0.1:9/v1", None, {}).model == "my-model"


def test_environment_goes_before_guessing() -> None:
    """OPENAI_BASE_URL is taken when no address is given."""
    found = discover(None, "m", {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"})
    assert (found.url, found.source) == ("http://127.0.0.1:9/v1", "OPENAI_BASE_URL")


def test_what_is_no_address_is_refused() -> None:
    """An address without http is told with an example."""
    assert f"write one such as {FALLBACK}" in refused(discover, "localhost:8000", None, {})
    assert PUBLIC.startswith("https://")
