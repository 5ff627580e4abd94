"""Look-alike names, and imports held to what is declared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making.dependencies import asked, installed

from seatrial.scan.packages.imports import import_findings, imported_in
from seatrial.scan.packages.names import resembles, well_known


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("reqeusts", "requests"),
        ("request", "requests"),
        ("requestss", "requests"),
        ("rrequests", "requests"),
        ("nunpy", "numpy"),
        ("tensorfow", "tensorflow"),
        ("python-dateutil2", "python-dateutil"),
        ("scikitlearn", "scikit-learn"),
        ("sci-kit-learn", "scikit-learn"),
        ("djang-o", "django"),
        ("torchh", "torch"),
        ("beautifulsoup5x", None),
        ("jellyfish", None),
        ("urllib4", None),
        ("nvidia-cublas-cu13", None),
        ("six2", None),
        ("my-own-package", None),
        ("", None),
    ],
)
def test_names_one_keystroke_away_are_told(name, known):
    """A letter too many, too few, wrong or swapped, and separators, make a look-alike; other numbers do not."""
    assert resembles(name) == known


def test_well_known_names_resemble_nothing():
    """None of the well-known is a look-alike of another."""
    assert [name for name in sorted(well_known()) if resembles(name)] == []
    assert len(well_known()) > 400


@given(st.sampled_from(sorted(name for name in well_known() if len(name) > 6)), st.data())
def test_a_swap_of_neighbours_is_always_seen(name, data):
    """Two letters in the wrong order are the commonest slip."""
    place = data.draw(st.integers(0, len(name) - 2))
    swapped = name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    numbers = name[place].isdigit() or name[place + 1].isdigit()
    separator = "-" in name[place : place + 2]
    assert swapped in well_known() or resembles(swapped) is not None or numbers or separator


def project(folder, **files):
    """Write a project's sources; `a__b` is a/b."""
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(folder)


def told(folder, declared, environment=None):
    """Id, evidence and line of what imports say."""
    found = import_findings(folder, asked(declared).packages, environment)
    return [(each.id, each.evidence, each.line) for each in found]


def test_undeclared_and_unused_are_told(tmp_path):
    """What is imported is declared, and what is declared is imported; each finding has its line."""
    folder = project(tmp_path, main="import os\nimport numpy as np\n\nfrom pandas.core import frame\n")
    assert told(folder, "numpy\nscipy\n") == [("imports.undeclared", "pandas", 4), ("imports.unused", "scipy", 2)]


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        ("scikit-learn", "sklearn"),
        ("PyYAML", "yaml"),
        ("opencv-python", "cv2"),
        ("Pillow", "PIL"),
        ("beautifulsoup4", "bs4"),
        ("python-dateutil", "dateutil"),
        ("sentence-transformers", "sentence_transformers"),
        ("python-pptx", "pptx"),
        ("attrs", "attr"),
    ],
)
def test_names_that_differ_are_known(tmp_path, declared, name):
    """A small table knows what is imported under another name."""
    assert told(project(tmp_path, main=f"import {name}\n"), declared + "\n") == []


@pytest.mark.parametrize("metadata", ["top_level.txt", "RECORD"])
def test_an_environment_says_what_is_imported(tmp_path, metadata):
    """What is installed tells import names better than any table."""
    files = {"odd_name/__init__.py": b"", "odd_single.py": b"", "odd_c.cpython-311.so": b""}
    info = installed(tmp_path / "env", "thing", "1.0", files=files, record=metadata == "RECORD")
    if metadata == "top_level.txt":
        (info / "top_level.txt").write_text("odd_name\nodd_single\nodd_c\n")
    folder = project(tmp_path / "src", main="import odd_name.x, odd_single, odd_c\n")
    assert told(folder, "thing\n", str(tmp_path / "env")) == []
    assert len(told(folder, "thing\n")) == 4


def test_own_modules_and_pythons_are_left_out(tmp_path):
    """A project's own packages, relative imports and the standard library need no declaration."""
    folder = project(
        tmp_path,
        own____init__="from . import inner\nfrom .inner import x\n",
        own__inner="import own.inner, json, __future__\n",
    )
    assert list(imported_in(folder)) == []


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    import extra\nexcept ImportError:\n    extra = None\n",
        "try:\n    import extra\nexcept (KeyError, ModuleNotFoundError):\n    extra = None\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import extra\n",
        "try:\n    import extra\nexcept Exception:\n    extra = None\n",
    ],
)
def test_imports_that_may_fail_need_no_declaration(tmp_path, text):
    """Who is ready for a package's absence need not declare it."""
    assert told(project(tmp_path, main=text), "") == []


def test_an_import_that_is_needed_elsewhere_counts(tmp_path):
    """One place that is ready does not excuse another that is not."""
    folder = project(tmp_path, a="try:\n    import extra\nexcept ImportError:\n    pass\n", b="import extra\n")
    assert told(folder, "") == [("imports.undeclared", "extra", 1)]


@pytest.mark.parametrize("name", ["pytest-cov", "types-PyYAML", "ruff", "mypy", "pandas-stubs", "hatchling"])
def test_tools_are_used_without_imports(tmp_path, name):
    """Commands, plug-ins and types are not unused because nobody imports them."""
    assert told(project(tmp_path, main="x = 1\n"), name + "\n") == []


@pytest.mark.parametrize("text", ["import (", "\x00", "(" * 3000, "import \udcff"])
def test_sources_that_cannot_be_parsed_say_nothing(tmp_path, text):
    """A broken source is somebody else's finding."""
    (tmp_path / "bad.py").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert list(imported_in(str(tmp_path))) == []


@pytest.mark.parametrize("folder", [".venv", "node_modules", "build", "__pycache__", "a/.hidden"])
def test_foreign_folders_are_not_the_project(tmp_path, folder):
    """Environments, builds and hidden folders hold others' code."""
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "x.py").write_text("import strange\n")
    assert list(imported_in(str(tmp_path))) == []
