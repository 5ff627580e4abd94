"""promptfoo's prompts: in line, in files, chats; each becomes a template that is filled for every test."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from seatrial.cases.importing.files import csv_trees, jsonl_trees, read_text
from seatrial.cases.importing.messages import Turns, is_messages, turns_of
from seatrial.cases.importing.notes import Level
from seatrial.cases.importing.promptfoo.keys import PROMPT_KEYS, params_of
from seatrial.cases.importing.promptfoo.nunjucks import printed, rendered
from seatrial.cases.importing.promptfoo.work import SCRIPTS, Work, is_reference, refuse_script
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake

_TEXT_FILES = (".txt", ".md", ".j2", ".njk", ".jinja", ".jinja2", ".prompt", ".xml", ".html")
_DATA_FILES = (".json", ".jsonl", ".yaml", ".yml", ".csv")
_ELSEWHERE = re.compile(r"^(?:langfuse|portkey|helicone|package|https?|az|s3|opik)://?|^exec:|^package:")
_BETWEEN = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)


class Prompt(NamedTuple):
    """A prompt: `body` is a template, or a structure with templates in its texts (a chat)."""

    body: Any
    label: str
    tree: Tree
    params: Mapping[str, Any] = {}

    def filled(self, variables: Mapping[str, Any], around: tuple[str, str], missing: set[str]) -> str | Turns:
        """What is asked.

        Raises:
            Mistake: A template cannot be filled, or what comes out is no text.
        """
        if not isinstance(self.body, str):
            return _asked(_filled(self.body, variables, missing))
        before, after = around
        text = rendered(before + self.body + after, variables, missing)
        chat = _chat(text)
        return text if chat is None else _asked(chat)


def prompts_of(work: Work) -> list[Prompt]:
    """All prompts of a suite; without any, each test's variable `prompt` is asked."""
    written = work.root.get("prompts")
    if written is None:
        return [Prompt(work.ask, "", work.root)]
    if written.is_mapping and not {"id", "raw"} & set(written.data):
        entries = [(Tree(key, part.path, part.place, {}), str(part.data)) for key, part in written.items()]
    else:
        entries = [(entry, "") for entry in written.each()]
    found: list[Prompt] = []
    for entry, label in entries:
        try:
            found += _of_entry(work, entry, label)
        except Mistake as mistake:
            work.lose_by(entry, f"prompt `{_name(entry)}`", mistake)
    return found


def selected(prompts: list[Prompt], wanted: Any) -> list[Prompt]:
    """The prompts that a test names by label, `group` or `group:*`."""
    names = [wanted] if isinstance(wanted, str) else wanted if isinstance(wanted, list) else []
    if not names:
        return prompts
    stems = [str(name).removesuffix(":*").removesuffix("*") for name in names]
    return [each for each in prompts if any(each.label == stem or each.label.startswith(f"{stem}:") for stem in stems)]


def _name(entry: Tree) -> str:
    return str(entry.value("label") or entry.value("id") or entry.value("raw") if entry.is_mapping else entry.data)


def _of_entry(work: Work, entry: Tree, label: str) -> list[Prompt]:
    if is_messages(entry.data):
        return [Prompt(entry.data, label, entry)]
    if entry.is_list:
        raise Mistake("a prompt is a text or a chat; this list is neither")
    if not entry.is_mapping:
        return _of_text(work, entry, str(entry.data), label)
    if is_messages([entry.data]):
        return [Prompt([entry.data], label, entry)]
    work.leave(entry, PROMPT_KEYS, {"id", "label", "raw", "config", "display"}, "prompt ")
    label = str(entry.value("label") or entry.value("display") or (entry.value("raw") and entry.value("id")) or label)
    config = entry.get("config")
    params = params_of(work, config, "prompt ") if config is not None else {}
    body = entry.value("raw", entry.value("id"))
    if isinstance(body, list | dict):
        return [Prompt(body, label, entry, params)]
    if body is None:
        raise Mistake("it has neither `raw` nor `id`")
    return [prompt._replace(params=params) for prompt in _of_text(work, entry, str(body), label)]


def _of_text(work: Work, entry: Tree, text: str, label: str) -> list[Prompt]:
    if _ELSEWHERE.match(text):
        raise Mistake("it is kept elsewhere or made by a program; paste its text into the suite")
    if is_reference(text):
        refuse_script(text)
        return [prompt for path in work.find(text, entry) for prompt in _of_path(work, entry, path, label)]
    if "\n" in text or not _looks_like_path(text):
        return [Prompt(_structure(text), label, entry)]
    if Path(text.partition(":")[0]).suffix.lower() in SCRIPTS:
        refuse_script(text)
    try:
        paths = work.find(text, entry)
    except Mistake:
        if " " in text or "{{" in text:
            return [Prompt(text, label, entry)]
        raise
    return [prompt for path in paths for prompt in _of_path(work, entry, path, label)]


def _looks_like_path(text: str) -> bool:
    suffix = Path(text.partition(":")[0]).suffix.lower() if len(text) < 300 else ""
    return suffix in (*_TEXT_FILES, *_DATA_FILES, *SCRIPTS)


def _of_path(work: Work, entry: Tree, path: Path, label: str) -> Iterator[Prompt]:
    refuse_script(path.name)
    if path.is_dir():
        for inner in sorted(path.iterdir()):
            if inner.is_file() and inner.suffix in (*_TEXT_FILES, *_DATA_FILES):
                yield from _of_path(work, entry, inner, label)
        return
    name = label or path.stem
    if path.suffix in (".csv", ".jsonl"):
        yield from _of_rows(work, path, label)
    elif path.suffix in (".yaml", ".yml"):
        tree = work.files.yaml(read_text(path, work.files), path)
        yield Prompt(tree.data, name, tree)
    else:
        text = read_text(path, work.files)
        pieces = _BETWEEN.split(text) if path.suffix == ".txt" else [text]
        bodies = [piece.strip() for piece in pieces if piece.strip()]
        if not bodies:
            raise Mistake(f"`{path.name}` is empty")
        for number, body in enumerate(bodies, 1):
            whole = Tree(body, path, work.files.place(path, 1), {})
            yield Prompt(_structure(body), name if len(bodies) == 1 else f"{name}:{number}", whole)


def _of_rows(work: Work, path: Path, label: str) -> Iterator[Prompt]:
    rows = list(csv_trees(path, work.files) if path.suffix == ".csv" else jsonl_trees(path, work.files))
    first = rows[0] if rows else None
    if path.suffix == ".csv" and isinstance(first, Tree) and len(first.data) == 1 and "prompt" not in first.data:
        place = work.files.place(path, 1)  # a table of one column without a head: its first line is a prompt, too
        rows.insert(0, Tree.plain({"prompt": next(iter(first.data))}, path, place))
    for number, row in enumerate(rows, 1):
        if isinstance(row, Mistake):
            work.notes.not_imported(work.files.place(path, row.line or 0), "prompt", row.what)
        elif path.suffix == ".jsonl":
            yield Prompt(row.data, f"{label or path.stem}:{number}", row)
        else:
            cells = dict(row.data)
            body = cells.get("prompt") or next(iter(cells.values()), "")
            yield Prompt(_structure(body), cells.get("label") or f"{label or path.stem}:{number}", row)
            for other in sorted(set(cells) - {"prompt", "label"}) if "prompt" in cells else []:
                work.note(Level.LEFT_OUT, row, f"column `{other}`", "a table of prompts has `prompt` and `label`")


def _structure(text: str) -> Any:
    """A chat in JSON as a structure: promptfoo escapes variables inside a prompt that is JSON."""
    chat = _chat(text)
    return text if chat is None else chat


def _chat(text: str) -> Any:
    start = text.lstrip()[:1]
    if start not in ("[", "{"):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    inner = value.get("messages", value.get("contents")) if isinstance(value, dict) else value
    return value if is_messages(inner) or is_messages([value]) else None


def _filled(value: Any, variables: Mapping[str, Any], missing: set[str]) -> Any:
    if isinstance(value, str):
        return rendered(value, variables, missing)
    if isinstance(value, dict):
        return {key: _filled(each, variables, missing) for key, each in value.items()}
    return [_filled(each, variables, missing) for each in value] if isinstance(value, list) else value


def _asked(value: Any) -> str | Turns:
    """Turns of a chat, be it a list of messages, or a request body that holds one."""
    if isinstance(value, dict) and is_messages([value]):
        value = [value]
    if isinstance(value, dict) and isinstance(value.get("messages", value.get("contents")), list):
        messages: Any = value.get("messages", value.get("contents"))
        value = [*([{"role": "system", "content": value["system"]}] if value.get("system") else []), *messages]
    if is_messages(value):
        return turns_of(value)
    return printed(value)
