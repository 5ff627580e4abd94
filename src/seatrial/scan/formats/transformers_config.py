"""Configuration of Hugging Face's libraries as JSON: code that it names, chat templates, and files that it leads to.

Read: config.json, tokenizer_config.json, chat_template.json, processor_config.json, model_index.json of diffusers,
modules.json of sentence-transformers, adapter_config.json of peft. They are known by their keys, not their names.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from seatrial.core.finding import Finding
from seatrial.scan.blob import BytesBlob
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.formats.jinja import template_findings
from seatrial.scan.formats.jinja_rules import RULES as JINJA_RULES
from seatrial.scan.formats.json_text import names_any, parse
from seatrial.scan.limits import MEGABYTE
from seatrial.scan.part import Part
from seatrial.scan.rule import SUPPLY_CHAIN, Rule

KEYS: Final = (
    *("auto_map", "auto_mapping", "trust_remote_code", "chat_template", "model_type", "architectures"),
    *("transformers_version", "tokenizer_class", "processor_class", "added_tokens_decoder", "_class_name"),
    *("_diffusers_version", "custom_pipeline", "peft_type", "image_processor_type", "feature_extractor_type"),
    *("weight_map", "added_tokens", "bos_token", "max_seq_length", "word_embedding_dimension"),
)
_REFERENCE: Final = re.compile(r"(?:[\w.-]+/[\w.-]+--)?[\w./-]+\.\w+\Z")
_KERNEL: Final = re.compile(r"[\w.-]+/[\w.-]+")
_OUTSIDE: Final = re.compile(r"[/\\~]|[A-Za-z]:[/\\]|.*(?:^|[/\\])\.\.(?:[/\\]|$)")
_ATTENTION: Final = (
    "attn_implementation",
    "_attn_implementation",
    "_attn_implementation_internal",
    "experts_implementation",
)
_DEPTH: Final = 6
_LONGEST: Final = 1000
"""Characters of a name; what is longer is not looked at as one, and told."""
_MEND: Final = "Read the code it names and pin its revision, or use a model that needs none."

CODE = Rule(
    "transformers.custom-code",
    "review",
    "The configuration names code to be loaded",
    "With trust_remote_code=True that code is fetched and run, on the machine that loads the model.",
    _MEND,
    ("CWE-829", *SUPPLY_CHAIN),
)
KERNEL = Rule(
    "transformers.kernel-from-hub",
    "review",
    "The configuration names a kernel to be fetched",
    "The library downloads compiled code of that name and runs it.",
    _MEND,
    ("CWE-829", *SUPPLY_CHAIN),
)
OUTSIDE = Rule(
    "transformers.leaves-folder",
    "attack",
    "Code or a file outside the model's folder",
    "Loading the model reads or runs what lies elsewhere.",
    "Do not load it.",
    ("CWE-22", *SUPPLY_CHAIN),
)
DUPLICATE = Rule(
    "transformers.duplicate-key",
    "review",
    "A key that names code or a template is given twice",
    "Readers differ in which of the two they use.",
    "Write it once.",
)


def recognise(part: Part) -> bool:
    """A JSON object with a key of theirs, or their list of modules."""
    if part.name.lower().endswith((".jsonl", ".ndjson")):
        return False  # rows may have any keys, and no loader reads them as a configuration
    if names_any(part.blob, KEYS):
        return True
    head = part.blob.read(0, 4096).lstrip()
    return head.startswith(b"[") and b'"idx"' in head and b'"type"' in head and b'"path"' in head


def inspect(part: Part) -> Iterator[Finding]:
    """Every reference to code, every template."""
    limit = min(part.budget.limits.header, 64 * MEGABYTE)
    raw = part.blob.read(0, limit + 1)
    if len(raw) > limit:
        raise Unreadable(f"it has more than {limit} bytes")
    whole, twice = parse(raw)
    for key in sorted(set(twice) & set(KEYS)):
        yield part.finding(DUPLICATE, key)
    if isinstance(whole, list):
        for module in whole:
            yield from _module(part, module)
        return
    if not isinstance(whole, dict):
        return
    yield from _templates(part, whole.get("chat_template"))
    yield from _index(part, whole)
    for name in sorted({each for each in _texts(whole.get("weight_map")) if _OUTSIDE.match(each)}):
        yield part.finding(OUTSIDE, f"weight_map: {name}")
    waiting: list[tuple[dict[str, Any], int]] = [(whole, 0)]
    while waiting:
        config, depth = waiting.pop()
        yield from _config(part, config)
        if depth < _DEPTH:
            # Only the parts that are configurations themselves: a vocabulary has a hundred thousand keys.
            waiting += [
                (value, depth + 1) for key, value in config.items() if isinstance(value, dict) and _is_part(key)
            ]


def _is_part(key: str) -> bool:
    return key.endswith(("config", "_cfg", "encoder", "decoder", "model", "processor", "tokenizer", "extractor"))


def _config(part: Part, config: dict[str, Any]) -> Iterator[Finding]:
    for key in ("auto_map", "auto_mapping"):
        for reference in _texts(config.get(key)):
            yield from _reference(part, key, reference)
    if config.get("trust_remote_code") is True:
        yield part.finding(CODE, "trust_remote_code: true")
    for key in ("custom_pipeline", "custom_pipelines", "custom_generate"):
        for reference in _texts(config.get(key)):
            yield part.finding(OUTSIDE if _OUTSIDE.match(reference) else CODE, f"{key}: {reference}")
    for key in _ATTENTION:
        for value in _texts(config.get(key)):
            if _KERNEL.match(value):
                yield part.finding(KERNEL, f"{key}: {value}")


def _reference(part: Part, key: str, reference: str) -> Iterator[Finding]:
    place = reference.rpartition("--")[2]
    if _OUTSIDE.match(place):
        yield part.finding(OUTSIDE, f"{key}: {reference}")
    elif key == "auto_map" or len(reference) > _LONGEST or _REFERENCE.match(reference):
        yield part.finding(CODE, f"{key}: {reference}")


def _texts(value: Any) -> Iterator[str]:
    """The texts in a value of any shape, a few levels deep."""
    waiting = [(value, 0)]
    while waiting:
        each, depth = waiting.pop()
        if isinstance(each, str):
            yield each
        elif depth < _DEPTH and isinstance(each, dict | list):
            inner = list(each.values()) if isinstance(each, dict) else each
            waiting += [(item, depth + 1) for item in reversed(inner)]


def _templates(part: Part, given: Any) -> Iterator[Finding]:
    """One template, or several with names."""
    entries = given if isinstance(given, list) else [{"name": "", "template": given}]
    if isinstance(given, dict):
        entries = [{"name": name, "template": text} for name, text in given.items()]
    for entry in entries:
        text = entry.get("template") if isinstance(entry, dict) else entry
        if isinstance(text, str):
            name = str(entry.get("name", "")) if isinstance(entry, dict) else ""
            part.budget.member()
            where = f"chat_template.{name}" if name else "chat_template"
            yield from template_findings(part.inside(where, BytesBlob(text.encode("utf-8", "replace"))))


def _index(part: Part, whole: dict[str, Any]) -> Iterator[Finding]:
    """diffusers: each component is a library and a class; a library that is a file of the model is its code."""
    if "_class_name" not in whole or "_diffusers_version" not in whole:
        return
    pipeline = whole["_class_name"]
    if isinstance(pipeline, list):
        yield part.finding(CODE, f"_class_name: {pipeline}")
    for key, value in whole.items():
        library = value[0] if isinstance(value, list) and len(value) == 2 else None
        if not isinstance(library, str) or key.startswith("_"):
            continue
        if _OUTSIDE.match(library):
            yield part.finding(OUTSIDE, f"{key}: {library}")
        elif library.partition(".")[0] not in _LIBRARIES and not library.startswith("stable_diffusion"):
            yield part.finding(CODE, f"{key}: {library}")


_OWN = """
diffusers transformers onnxruntime optimum k_diffusion ip_adapter deepfloyd_if kandinsky kandinsky2 latent_diffusion
paint_by_example wuerstchen unidiffuser shap_e unclip semantic_stable_diffusion versatile_diffusion audioldm2 flux
"""
_LIBRARIES: Final = frozenset(_OWN.split())
"""Libraries, and modules of diffusers' own pipelines; those of Stable Diffusion begin with its name."""


def _module(part: Part, module: Any) -> Iterator[Finding]:
    """sentence-transformers: the class of each layer, and its folder."""
    if not isinstance(module, dict):
        return
    kind, path = module.get("type"), module.get("path")
    if isinstance(kind, str) and kind.partition(".")[0] not in ("sentence_transformers", "pylate"):
        yield part.finding(CODE, f"type: {kind}")
    if isinstance(path, str) and _OUTSIDE.match(path):
        yield part.finding(OUTSIDE, f"path: {path}")


TRANSFORMERS = Format(
    "transformers",
    "Configuration of Hugging Face's libraries (config.json, tokenizer_config.json and others)",
    recognise,
    inspect,
    (CODE, KERNEL, OUTSIDE, DUPLICATE, *JINJA_RULES),
)
