"""Reads `gateway:` of a file with the targets that it names."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from seatrial.app.mistakes import Mistakes
from seatrial.app.serving.routes import routes_of
from seatrial.app.serving.schema import GatewayModel, ServedModel
from seatrial.app.serving.units import seconds
from seatrial.app.validation import Place, convert
from seatrial.app.yaml_places import Document, read_yaml
from seatrial.core.errors import Mistake
from seatrial.gateway.config import Route


@dataclass(frozen=True, slots=True)
class GatewayConfig:
    """`gateway:` of a file, read and checked."""

    path: Path
    document: Document
    model: GatewayModel
    routes: dict[str, Route]
    drain: float
    """Seconds that requests in flight may take when the server is stopped."""

    @property
    def folder(self) -> Path:
        """Where relative paths begin."""
        return self.path.absolute().parent

    @property
    def store(self) -> Path:
        """Where keys, records and budgets are kept."""
        return self.folder / self.model.store


def read_gateway(path: Path) -> GatewayConfig:
    """Read `gateway:` and the targets that it names.

    Raises:
        Mistake: The file cannot be read, or anything in these is wrong: all of it is told at once.
    """
    document, mistakes = read_yaml(path), Mistakes()
    raw: Any = document.root.data
    if not isinstance(raw, dict) or "gateway" not in raw:
        raise Mistake("there is no `gateway:` in it; see `seatrial serve --help`", path=path)
    place = Place(document, mistakes, ("gateway",))
    written, whole = _good_models(raw["gateway"], place)
    model = convert(written, GatewayModel, place)
    targets = raw.get("targets")
    named = targets.items() if isinstance(targets, dict) else ()
    known = {name: each for name, each in named if isinstance(each, dict)}
    routes = routes_of(model, known, place) if model is not None and whole else {}
    drain = seconds(model.drain, place, "drain") if model is not None else 0.0
    mistakes.end()
    assert model is not None  # noqa: S101  else there was a mistake
    return GatewayConfig(path, document, model, routes, drain)


def _good_models(raw: Any, place: Place) -> tuple[Any, bool]:
    """What stands below `gateway:` without the models that have mistakes, and whether that is all of it.

    Each model is looked at by itself: a message about one of many does not say which it is.
    """
    models = raw.get("models") if isinstance(raw, dict) else None
    if not isinstance(models, dict) or not models:
        return raw, True
    good = {name: each for name, each in models.items() if convert(each, ServedModel, place.below("models", name))}
    return raw | {"models": good or {"": _STANDS_IN}}, len(good) == len(models)


_STANDS_IN: Final = {"deployments": [{"target": ""}]}
