"""The table of Checks: data until a Check is used."""

import subprocess
import sys

import pytest

from seatrial.checks.fragments import arguments_schema
from seatrial.checks.judges.combined.weighted import Weighted
from seatrial.checks.judges.plain.json_schema import JsonSchema
from seatrial.checks.judges.plain.regex import Regex
from seatrial.checks.judges.tools.tool_call import ToolCalls
from seatrial.checks.registry import find, names
from seatrial.core.errors import Mistake


def imported_after(code):
    """The modules that are imported once some code has run in a Python of its own."""
    program = f"import sys\n{code}\nprint(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_names_are_sorted_and_found():
    """Every name leads to a class of that title."""
    built_in = [name for name in names() if name in names()[:30]]
    assert built_in == sorted(built_in)
    assert all(find(name).title == name for name in built_in)


def test_each_check_is_in_a_file_of_its_own():
    """One judge, one file."""
    modules = [find(name).__module__ for name in names()[:30]]
    assert len(set(modules)) == len(modules) == 30


def test_an_unknown_name():
    """The nearest known name is offered, or all of them."""
    with pytest.raises(Mistake, match="did you mean `regex`"):
        find("regexp")
    with pytest.raises(Mistake, match=r"known are \w+, all_of, "):
        find("zzz")


def test_only_what_is_used_is_imported():
    """A suite with one plain check pays for no other: no jsonschema, no jsonpath, no other judge."""
    code = "from seatrial.checks.table import build_check; build_check('equals'); build_check('latency <= 3s')"
    modules = imported_after(code)
    assert "seatrial.checks.judges.plain.equals" in modules
    judges = {name for name in modules if name.startswith("seatrial.checks.judges.")}
    assert judges == {f"seatrial.checks.judges.plain{name}" for name in ("", ".equals", ".latency")}
    assert not {"jsonschema", "jsonpath", "pydantic", "jinja2", "aiohttp", "rich"} & modules


def test_listing_checks_imports_no_heavy_library():
    """`seatrial checks` can be quick: the libraries come with the first judgement that needs them."""
    modules = imported_after("from seatrial.checks.table import known_checks; known_checks()")
    assert not {"jsonschema", "jsonpath", "pydantic", "jinja2", "aiohttp", "rich"} & modules


def test_fragment_of_a_check_with_a_short_form():
    """A bare value or the arguments by name."""
    bare, fields = arguments_schema(Regex)["anyOf"]
    assert bare == {"type": "string"}
    assert fields["required"] == ["pattern"]
    assert fields["additionalProperties"] is False
    assert set(fields["properties"]) == {"name", "pattern", "full", "flags"}


def test_fragments_of_checks_with_more_forms():
    """A schema may stand inline, and calls may be a list; without required arguments the value may be left out."""
    assert {"type": "object"} in arguments_schema(JsonSchema)["anyOf"]
    assert {"type": "array", "minItems": 1} in arguments_schema(ToolCalls)["anyOf"]
    assert {"type": "null"} in arguments_schema(ToolCalls)["anyOf"]


def test_fragments_point_to_the_checks_inside():
    """Where a check stands inside another, the fragment refers to the schema of all checks."""
    parts = arguments_schema(Weighted)["properties"]["checks"]
    assert parts["items"]["properties"]["check"] == {"$ref": "#/$defs/check"}
