"""What `scan:` may hold: what is looked at before anything is asked."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from seatrial.app.validation import Place, convert


class ScanModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Files that are shipped. A list stands for `files` alone."""

    files: Annotated[list[str], Meta(description="files, folders and patterns; requirements and locks among them")] = []
    environment: Annotated[
        str | None, Meta(description="an installed environment: its packages and start-up hooks")
    ] = None
    advisories: Annotated[str | None, Meta(description="a folder of advisories in OSV form")] = None
    allow: Annotated[
        str | None,
        Meta(description="own classes and accepted findings; else `seatrial-allow.toml` beside the suite file"),
    ] = None
    manifest: Annotated[str | None, Meta(description="digests that the files are held to")] = None
    jobs: Annotated[int, Meta(ge=1, le=64, description="processes that look at files")] = 1


def read_scan(value: Any, place: Place) -> ScanModel | None:
    """`scan:` as written: a list of files, or a mapping; mistakes are told at their place."""
    written = {"files": value} if isinstance(value, list) else value
    model = convert(written, ScanModel, place)
    if model is not None and not model.files and model.environment is None:
        place.add("nothing is named: list files, folders, patterns, or an environment")
        return None
    return model
