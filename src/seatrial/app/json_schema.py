"""The JSON Schema of `seatrial.yaml`, for editors; made from the same records that check it."""

from typing import Any

import msgspec

from seatrial.app.schema import FileModel, SuiteModel
from seatrial.app.schema_cases import CaseModel, FromModel
from seatrial.app.schema_probes import PROBES
from seatrial.app.schema_scan import ScanModel
from seatrial.app.schema_targets import TARGETS
from seatrial.app.serving.schema import GatewayModel
from seatrial.checks.table import known_checks
from seatrial.report.document import cleaned

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12). Third parties' targets and checks are part of it where they are installed."""
    kinds = [FileModel, SuiteModel, CaseModel, FromModel, *TARGETS.values(), *PROBES.values(), ScanModel, GatewayModel]
    _, parts = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    top = parts.pop("FileModel")
    suite, properties = parts["SuiteModel"]["properties"], top["properties"]
    named = {"type": "object", "minProperties": 1}
    targets = [{"$ref": f"#/$defs/{kind.__name__}"} for kind in TARGETS.values()]
    properties["targets"] |= named | {"additionalProperties": {"anyOf": targets}}
    properties["suites"] |= named | {"additionalProperties": {"$ref": "#/$defs/SuiteModel"}}
    groups = {
        kind: {"anyOf": [{"$ref": f"#/$defs/{model.__name__}"}, {"type": "null"}]} for kind, model in PROBES.items()
    }
    properties["probes"] |= {"type": "object", "properties": groups, "additionalProperties": False}
    files = {"type": "array", "minItems": 1, "items": {"type": "string"}}
    properties["scan"] |= {"anyOf": [files, {"$ref": "#/$defs/ScanModel"}]}
    properties["gateway"] |= {"$ref": "#/$defs/GatewayModel"}
    suite["cases"]["items"] = {"anyOf": [{"$ref": "#/$defs/CaseModel"}, {"$ref": "#/$defs/FromModel"}]}
    for part in ("SuiteModel", "CaseModel", "FromModel", *(model.__name__ for model in PROBES.values())):
        parts[part]["properties"]["checks"]["items"] = {"$ref": "#/$defs/check"}
    made = {"$schema": DIALECT, "title": "seatrial.yaml", **top, "$defs": {**parts, "check": _check()}}
    return {key: cleaned(value) for key, value in made.items()}


def schema_text() -> str:
    """The JSON Schema as it is committed in `schema/seatrial.schema.json`."""
    return msgspec.json.format(msgspec.json.encode(schema(), order="sorted"), indent=2).decode() + "\n"


def _check() -> dict[str, Any]:
    """A check: a name or a comparison, or a mapping with the name as its one key."""
    known = known_checks()
    names = [check.name for check in known]
    line = {"type": "string", "pattern": rf"^\s*({'|'.join(names)})\b", "examples": ["contains", "latency <= 3s"]}
    mapping = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": {check.name: {"description": check.summary, **check.arguments} for check in known},
    }
    return {"anyOf": [line, mapping]}
