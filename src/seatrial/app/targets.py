"""Targets from the words of a suite file: prompts are read from their files, models from the environment."""

from pathlib import Path
from typing import Any, NamedTuple

from seatrial.app.config import Config
from seatrial.app.yaml_places import shown
from seatrial.core.errors import Mistake
from seatrial.core.target import Target
from seatrial.targets.secret import expand
from seatrial.targets.table import build_target

MAX_PROMPT = 1_000_000
_FIELDS = ("id", "answer", "question", "latency", "usage", "repeat")
_PROMPT_FILES = (".txt", ".md", ".prompt", ".jinja", ".j2")


class Built(NamedTuple):
    """Targets by name, and the settings of which they are made."""

    targets: dict[str, Target]
    settings: dict[str, dict[str, Any]]


def build_targets(config: Config) -> Built:
    """Every target of the file; mistakes go to the file's own."""
    built = Built({}, {})
    for name, written in config.targets.items():
        try:
            settings = built.settings[name] = _settings(written, config.folder)
            built.targets[name] = build_target(name, settings, folder=config.folder)
        except Mistake as mistake:
            config.place("targets", name).add(mistake.what, *(mistake.key.split(".") if mistake.key else ()))
    return built


def built_target(config: Config, name: str) -> Target:
    """One more Target of a name, with connections of its own.

    Raises:
        Mistake: It cannot be built.
    """
    return build_target(name, _settings(config.targets[name], config.folder), folder=config.folder)


def _settings(settings: dict[str, Any], folder: Path) -> dict[str, Any]:
    changed = {name: value for name, value in settings.items() if value is not None}
    if isinstance(changed.get("model"), str):
        try:
            changed["model"] = expand(changed["model"]).text
        except Mistake as mistake:
            raise Mistake(mistake.what, key="model") from None
    if isinstance(changed.get("system"), str):
        changed["system"] = prompt_text(changed["system"], folder)
    if "recorded" in changed:
        changed |= {name: _json_path(changed[name]) for name in _FIELDS if isinstance(changed.get(name), str)}
    return changed


def _json_path(field: str) -> str:
    """`a.b` means the field b inside the field a, as it does for the fields of foreign cases."""
    if field.startswith("$") or "." not in field:
        return field
    return "$" + "".join(f"['{name}']" for name in field.replace("\\", "\\\\").replace("'", "\\'").split("."))


def prompt_text(text: str, folder: Path) -> str:
    """A system prompt: the text, or what is in the file of that name.

    Raises:
        Mistake: The file is missing, too large or cannot be read; the key is `system`.
    """
    if "\n" in text or len(text) > 250:
        return text
    path = folder / text.strip()
    try:
        if not path.is_file():
            if path.suffix in _PROMPT_FILES and " " not in text.strip():
                raise Mistake(f"there is no file {shown(path)}", key="system")
            return text
        if path.stat().st_size > MAX_PROMPT:
            raise Mistake(f"{shown(path)} has more than {MAX_PROMPT:,} bytes", key="system")
        return path.read_text("utf-8").rstrip("\n")
    except (OSError, ValueError) as error:
        raise Mistake(f"{shown(path)} cannot be read: {error}", key="system") from None
