"""The parts of SARIF 2.1.0 that we write, as a JSON Schema that allows nothing else.

Facts (names, required properties, allowed values) from the OASIS Standard "Static Analysis Results Interchange Format
(SARIF) Version 2.1.0": sections 3.13 sarifLog, 3.14 run, 3.17 runAutomationDetails, 3.18 tool, 3.19 toolComponent,
3.20 invocation, 3.27 result, 3.28 location, 3.29 physicalLocation, 3.4 artifactLocation, 3.30 region,
3.49 reportingDescriptor, 3.50 reportingConfiguration, 3.11 message, 3.8 property bag.
"""

from typing import Any

TEXT = {"type": "string", "minLength": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}


def closed(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    """An object with these properties and no others."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


MESSAGE = closed({"text": TEXT})
RULE = closed({"id": TEXT}, {"shortDescription": MESSAGE, "defaultConfiguration": closed({}, {"level": LEVEL})})
REGION = closed({"startLine": {"type": "integer", "minimum": 1}})
ARTIFACT = closed({"uri": {"type": "string", "format": "uri-reference", "pattern": r"^[!-~]+$"}}, {"uriBaseId": TEXT})
LOCATION = closed({"physicalLocation": closed({"artifactLocation": ARTIFACT}, {"region": REGION})})
RESULT = closed(
    {"ruleId": TEXT, "level": LEVEL, "message": MESSAGE, "ruleIndex": {"type": "integer", "minimum": 0}},
    {
        "locations": {"type": "array", "items": LOCATION},
        "partialFingerprints": {"type": "object", "additionalProperties": TEXT},
        "properties": closed({"tags": {"type": "array", "items": TEXT, "uniqueItems": True}}),
    },
)
RUN = closed(
    {
        "tool": closed(
            {
                "driver": closed(
                    {"name": TEXT}, {"version": TEXT, "rules": {"type": "array", "items": RULE, "uniqueItems": True}}
                )
            }
        ),
        "results": {"type": "array", "items": RESULT},
    },
    {
        "invocations": {
            "type": "array",
            "items": closed(
                {"executionSuccessful": {"type": "boolean"}},
                {"startTimeUtc": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}},
            ),
        },
        "automationDetails": closed({}, {"id": TEXT}),
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "properties": {"type": "object"},
    },
)
LOG = closed(
    {"version": {"const": "2.1.0"}, "runs": {"type": "array", "items": RUN}},
    {"$schema": {"type": "string", "format": "uri"}},
)
