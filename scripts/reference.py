"""Writes the generated part of the reference pages; with `--check` says which pages are not current.

What stands above the mark in a page is written by hand, what stands below comes from the code.
"""

import asyncio
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import msgspec
import yaml
from msgspec import inspect as types
from reference_records import NONE, default, in_words, keys, prose, shown, table
from reference_words import PERSONA, SUITE_FILE

DOCS = Path(__file__).resolve().parent.parent / "docs"
MARK = "<!-- generated: do not edit below; make docs -->"


def suite_file() -> Iterator[str]:
    """The keys of `seatrial.yaml`."""
    from seatrial.app import schema, schema_cases, schema_probes, schema_scan, schema_targets

    headings: dict[type[msgspec.Struct], str] = {
        schema.FileModel: "The top",
        schema.SuiteModel: "A suite",
        schema.ScheduleModel: "A schedule",
        schema_cases.CaseModel: "A case",
        schema_cases.UserModel: "A simulated user",
        schema_cases.FromModel: "Cases from files",
        schema_cases.FieldModel: "A field of a foreign row",
        schema_cases.ToolModel: "A tool",
        **{model: f"The probes `{kind}`" for kind, model in schema_probes.PROBES.items()},
        schema_probes.GroupsModel: "Groups of customers",
        schema_scan.ScanModel: "What is scanned",
        **{model: f"The target `{kind}`" for kind, model in schema_targets.TARGETS.items()},
        schema_targets.PriceModel: "A price",
        schema_targets.TimeoutsModel: "Timeouts",
        schema_targets.RetriesModel: "Retries",
    }
    yield from _sections(headings, SUITE_FILE)


def _sections(headings: Mapping[type[msgspec.Struct], str], words: Mapping[str, str]) -> Iterator[str]:
    links = {record.__name__: _link(heading) for record, heading in headings.items()}
    for record, heading in headings.items():
        yield f"## {heading}\n\n{prose(record)}\n\n{keys(record, links, words)}"


def _link(heading: str) -> str:
    return f"[{heading.replace('`', '').lower()}](#{heading.replace('`', '').lower().replace(' ', '-')})"


def checks() -> Iterator[str]:
    """Every built-in check."""
    from seatrial.checks.registry import find
    from seatrial.checks.table import known_checks

    known = [info for info in known_checks() if find(info.name).__module__.startswith("seatrial.")]
    rows = [[f"[`{info.name}`](#{info.name})", info.summary, _needs(info), info.cost, info.after] for info in known]
    yield f"## All of them\n\n{table(['name', 'passes when', 'needs', 'cost', 'after'], rows)}"
    for info in known:
        yield f"## {info.name}\n\n{prose(find(info.name))}\n\n{_arguments(info.arguments)}\n{_example(info)}"


def _needs(info: Any) -> str:
    return ", ".join(sorted(need.value for need in info.needs))


def _arguments(schema: dict[str, Any]) -> str:
    forms = schema.get("anyOf", [schema])
    named = next(form for form in reversed(forms) if "properties" in form)
    bare = [_of_schema(form) for form in forms if form is not named and form.get("type") != "null"]
    alone = any(form.get("type") == "null" for form in forms)
    ways = [*(["its name alone"] if alone else []), *([f"a bare value ({', '.join(bare)})"] if bare else [])]
    required = named.get("required", [])
    rows = [
        [f"`{name}`", _of_schema(each), "required" if name in required else shown(each.get("default"))]
        for name, each in named["properties"].items()
    ]
    line = f"Written as {', '.join([*ways, 'a mapping'])}.\n\n"
    return line + table(["argument", "type", "default"], rows)


def _of_schema(schema: dict[str, Any]) -> str:
    """The type that a JSON Schema allows, in words."""
    if "$ref" in schema:
        return "a check"
    if "enum" in schema:
        return " or ".join(f"`{each}`" for each in schema["enum"])
    if "anyOf" in schema:
        parts = [_of_schema(each) for each in schema["anyOf"] if each.get("type") != "null"]
        return " or ".join(dict.fromkeys(part for part in parts if part != "whole number" or "number" not in parts))
    if schema.get("type") == "array":
        inner = _of_schema(schema.get("items", {}))
        inner = {"a check": "checks"}.get(inner, f"({inner})" if " or " in inner else inner)
        return "list" if inner == "anything" else f"list of {inner}"
    names = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    return {**names, "object": "mapping"}.get(schema.get("type", ""), "anything")


def _example(info: Any) -> str:
    spec = yaml.safe_dump([info.example.spec], default_flow_style=True, width=10_000, allow_unicode=True).strip()
    text = f"```yaml\nchecks: {spec}\n```\n"
    if info.cost == "model":
        return text
    return text + "\n" + table(["", "reason"], _judged(info.example))


def _judged(example: Any) -> Iterator[list[str]]:
    from seatrial.checks.judge import judge
    from seatrial.checks.table import build_check

    check = build_check(example.spec)
    for word, evidence in (("passes", example.passing), ("fails", example.failing)):
        score = asyncio.run(judge(check, evidence))
        assert score.passed is (word == "passes")
        yield [word, score.reason]


def metrics() -> Iterator[str]:
    """Every built-in metric, and the kinds of failures."""
    from seatrial.core.interaction import FailureKind
    from seatrial.metrics.catalogue import BUILT_IN_METRICS

    rows = [[f"`{each.name}`", each.summary, each.unit or NONE, each.direction] for each in BUILT_IN_METRICS]
    yield f"## Metrics\n\n{table(['name', 'what it is', 'unit', 'better'], rows)}"
    yield f"## Kinds of failures\n\n`failures.KIND` takes {', '.join(f'`{kind.value}`' for kind in FailureKind)}.\n"


def reports() -> Iterator[str]:
    """The formats, and the fields of the JSON document."""
    from seatrial.report.model import Report
    from seatrial.report.table import FORMATS

    rows = [[f"`{each.name}`", f"`{each.file}`", each.summary] for each in FORMATS.values()]
    yield f"## Formats\n\n{table(['`--format`', 'file', 'what it is'], rows)}"
    yield from _records([Report])


def journal() -> Iterator[str]:
    """The entries of a journal, and what stands in them."""
    from seatrial.store import entries

    kinds = get_args(entries.Entry)
    rows = [[f"`{kind.__struct_config__.tag}`", prose(kind), _fields(kind)] for kind in kinds]
    yield f"## Entries\n\n{table(['`entry`', 'meaning', 'keys'], rows)}"
    yield from _records(list(kinds), listed=False)


def _fields(kind: type[msgspec.Struct]) -> str:
    return ", ".join(f"`{field.encode_name}`" for field in msgspec.structs.fields(kind)) or NONE


def _records(roots: list[Any], listed: bool = True) -> Iterator[str]:
    """The records below these, each once, in the order they are met."""
    waiting, met = list(roots), list(roots)
    while waiting:
        for inner in _inner(types.type_info(waiting.pop(0)), []):
            if inner not in met:
                met.append(inner)
                waiting.append(inner)
    links = {record.__name__: f"[{record.__name__}](#{record.__name__.lower()})" for record in met}
    for record in met if listed else met[len(roots) :]:
        yield f"## {record.__name__}\n\n{prose(record)}\n\n{_bare_keys(record, links)}"


def _bare_keys(record: Any, links: Mapping[str, str]) -> str:
    info: Any = types.type_info(record)
    rows = [[f"`{field.encode_name}`", in_words(field.type, links)] for field in info.fields]
    return table(["key", "type"], rows)


def _inner(kind: Any, found: list[Any]) -> list[Any]:
    """The records that a type holds, not those inside of them."""
    match kind:
        case types.StructType():
            for field in kind.fields:
                _records_in(field.type, found)
        case _:
            _records_in(kind, found)
    return found


def _records_in(kind: Any, found: list[Any]) -> None:
    if isinstance(kind, types.StructType):
        found.append(kind.cls)
    for name in ("type", "item_type", "value_type"):
        if (inner := getattr(kind, name, None)) is not None and not isinstance(kind, types.StructType):
            _records_in(inner, found)
    for inner in (*getattr(kind, "types", ()), *getattr(kind, "item_types", ())):
        _records_in(inner, found)


def personas() -> Iterator[str]:
    """The keys of persona files, and the kinds of faults."""
    from seatrial.simulator import fault_kinds, schema
    from seatrial.simulator.persona_record import Persona

    headings: dict[type[msgspec.Struct], str] = {
        Persona: "The top",
        schema.Entry: "An entry",
        schema.Slot: "A slot",
        schema.Tool: "A tool",
        schema.Latency: "Latency",
        schema.Queue: "A queue",
        schema.Limits: "Limits",
        schema.When: "Conditions",
        fault_kinds.Planted: "A fault",
    }
    faults = {kind.__name__: _link("A fault") for kind in get_args(fault_kinds.Fault)}
    yield from (text.replace(_every_fault(faults), _link("A fault")) for text in _sections(headings, PERSONA))
    groups = {
        "What the answer says": fault_kinds.AnswerFault,
        "When it comes": fault_kinds.TimingFault,
        "Whether it is let in": fault_kinds.DoorFault,
        "What the bytes look like": fault_kinds.BytesFault,
    }
    for heading, kinds in groups.items():
        rows = [_fault(kind) for kind in get_args(kinds)]
        yield f"## Kinds: {heading.lower()}\n\n{table(['`kind`', 'what happens', 'own keys'], rows)}"


def _every_fault(names: Mapping[str, str]) -> str:
    return f"({' or '.join(names)})"


def _fault(kind: Any) -> list[str]:
    from seatrial.simulator.fault_kinds import Planted

    info: Any = types.type_info(kind)
    common = Planted.__struct_fields__
    own = [field for field in info.fields if field.name not in common]
    parts = [f"`{field.encode_name}` ({in_words(field.type)}; {default(field)})" for field in own]
    return [f"`{kind.__struct_config__.tag}`", prose(kind), ", ".join(parts) or NONE]


def commands() -> Iterator[str]:
    """Every command with its help."""
    from seatrial.cli.program import COMMANDS, program

    top = program.make_context("seatrial", [], resilient_parsing=True, terminal_width=88)
    yield f"## seatrial\n\n```text\n{program.get_help(top)}\n```\n"
    for name in COMMANDS:
        command = program.get_command(top, name)
        assert command is not None
        inner = command.make_context(name, [], parent=top, resilient_parsing=True)
        yield f"## seatrial {name}\n\n```text\n{command.get_help(inner)}\n```\n"


def scan_formats() -> Iterator[str]:
    """Every format that a scan reads, with all that can be found in it."""
    from seatrial.scan import baseline, file, integrity, loaders, signatures
    from seatrial.scan.packages import advisories, environment, imports, installed
    from seatrial.scan.rule import Rule
    from seatrial.scan.table import formats

    own = [each for each in formats() if type(each).__module__.startswith("seatrial.")]
    rows = [[f"[{each.name}](#{each.name.replace(' ', '-').replace('.', '')})", each.title] for each in own]
    yield f"## All of them\n\n{table(['read as', 'what it is'], rows)}"
    for each in own:
        yield f"## {each.name}\n\n{each.title}.\n\n{_rules(each.rules)}"
    packages = (advisories, environment, installed, imports)
    everywhere = {
        "Any file": file.RULES,
        "Loaders": loaders.RULES,
        "Integrity": (*integrity.RULES, *signatures.RULES),
        "Packages": [rule for each in packages for rule in vars(each).values() if isinstance(rule, Rule)],
        "The allow-list": baseline.RULES,
    }
    for heading, rules in everywhere.items():
        yield f"## {heading}\n\n{_rules(rules)}"


def _rules(rules: Any) -> str:
    """What can be found, the worst first; what is *could not read* wherever a file is cut is said once, of any file."""
    words = {"attack": "**attack**", "review": "review", "unread": "could not read", "low": "note"}
    ordered = sorted(dict.fromkeys(rules), key=lambda rule: (list(words).index(rule.severity), rule.id))
    rows = [[rule.title, f"`{rule.id}`", words[rule.severity], rule.why] for rule in ordered]
    empty = "Recognised, so that nothing else takes it for its own; what it holds is not read.\n"
    return table(["found", "id", "we say", "why"], rows) if rows else empty


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "suite-file": suite_file,
    "checks": checks,
    "commands": commands,
    "gates": metrics,
    "reports": reports,
    "journal": journal,
    "personas": personas,
    "scan-formats": scan_formats,
}
"""Page of `docs/reference` -> what makes its generated part."""


def current(page: str) -> str:
    """A page as it should be: what is written by hand, the mark, and what the code says."""
    by_hand = (DOCS / "reference" / f"{page}.md").read_text("utf-8").partition(MARK)[0].rstrip()
    return f"{by_hand}\n\n{MARK}\n\n" + "\n".join(PAGES[page]()).rstrip() + "\n"


def main(arguments: list[str]) -> int:
    """Write the pages; with `--check` write nothing, name those that are not current and exit 1."""
    stale = []
    for page in PAGES:
        path, text = DOCS / "reference" / f"{page}.md", current(page)
        if path.read_text("utf-8") == text:
            continue
        stale.append(page)
        if "--check" not in arguments:
            path.write_text(text, "utf-8")
    for page in stale if "--check" in arguments else ():
        print(f"docs/reference/{page}.md is not current; run python scripts/reference.py")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
