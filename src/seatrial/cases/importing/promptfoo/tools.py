"""The tools that promptfoo's providers offer a model: in OpenAI's form they belong to the cases."""

from typing import Any

from seatrial.cases.importing.notes import Level
from seatrial.cases.importing.promptfoo.work import Work, is_reference
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake


def tools_of(work: Work) -> list[dict[str, Any]]:
    """The tools of the first provider that has some; others' that differ are named."""
    found: list[dict[str, Any]] = []
    written = work.root.get("providers") or work.root.get("targets")
    for provider in written.each() if written is not None else []:
        config = provider.get("config") if provider.is_mapping else None
        for key in ("tools", "functions"):
            part = config.get(key) if config is not None and config.is_mapping else None
            tools = _read(work, part, key) if part is not None else []
            if part is not None and found and tools != found:
                work.note(Level.CHANGED, part, f"provider `config.{key}`", "cases take the tools of the first provider")
            found = found or tools
    return found


def _read(work: Work, part: Tree, key: str) -> list[dict[str, Any]]:
    try:
        if is_reference(part.data):
            part = work.loaded(part.data, part)
        tools = [_tool(work.loaded(each.data, each) if is_reference(each.data) else each) for each in part.each()]
    except Mistake as mistake:
        work.note(Level.CHANGED, part, f"provider `config.{key}`", mistake.what)
        return []
    return tools


def _tool(tree: Tree) -> dict[str, Any]:
    """A tool in the form of OpenAI (old and new), Anthropic or Bedrock.

    Raises:
        Mistake: It is in none of these.
    """
    function = tree.value("function", tree.value("toolSpec", tree.data)) if tree.is_mapping else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise Mistake("it is not in OpenAI's form, so that cases do not carry it")
    bedrock = function.get("inputSchema")
    parameters = bedrock.get("json") if isinstance(bedrock, dict) else None
    parameters = parameters or function.get("parameters", function.get("input_schema", {}))
    description = str(function.get("description") or "")
    return {"name": function["name"], "description": description, "parameters": parameters or {}}
