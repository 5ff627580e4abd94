"""The bill of materials."""

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from making.dependencies import HASH, OTHER, asked

pytest.importorskip("cyclonedx")

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from seatrial.scan.inventory import Item, cyclonedx, kind_of

ITEMS = (
    Item(path="models/b.pkl", sha256="b" * 64, size=2, formats=("pickle",), verdict="review"),
    Item(path="models/a.safetensors", sha256="a" * 64, size=1, formats=("safetensors",)),
    Item(path="data/rows.csv", sha256="c" * 64, size=3, formats=("text",)),
    Item(path="README.md", sha256="d" * 64, size=4, formats=("text",)),
)
PACKAGES = asked(
    f"NumPy==1.26.4 --hash={HASH}\npandas==2.0 --hash={HASH} --hash={OTHER}\nscipy\n-e .\n./x-1.0.tar.gz\n"
).packages


def made(**options):
    """The inventory, parsed."""
    return json.loads(cyclonedx(ITEMS, PACKAGES, name="ferry", **options))


def component(name):
    """One component by its name."""
    return next(each for each in made()["components"] if each["name"] == name)


@pytest.mark.parametrize("options", [{}, {"at": datetime(2026, 11, 21, tzinfo=UTC)}])
@pytest.mark.parametrize(("items", "packages"), [(ITEMS, PACKAGES), ((), ()), (ITEMS, ()), ((), PACKAGES)])
def test_the_standards_own_validator_accepts_it(items, packages, options):
    """Any inventory is valid CycloneDX 1.6."""
    text = cyclonedx(items, packages, name="ferry", **options).decode()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_files_are_models_data_or_files():
    """What was read as a model is one; tables are data; texts are files."""
    kinds = {each["name"]: each["type"] for each in made()["components"] if "purl" not in each}
    assert kinds == {
        "README.md": "file",
        "data/rows.csv": "data",
        "models/a.safetensors": "machine-learning-model",
        "models/b.pkl": "machine-learning-model",
    }


@pytest.mark.parametrize(
    ("path", "formats", "kind"),
    [
        ("x", (), "file"),
        ("x.parquet", (), "data"),
        ("x.npy", ("npy",), "data"),
        ("x.npz", ("zip", "npy"), "machine-learning-model"),
        ("x.pt", ("zip", "pickle"), "machine-learning-model"),
        ("requirements.txt", ("requirements", "text"), "file"),
    ],
)
def test_the_kind_of_a_file_is_what_it_was_read_as(path, formats, kind):
    """Names only tell tables."""
    assert kind_of(Item(path=path, sha256="0" * 64, size=1, formats=formats)) == kind


def test_files_have_digests_and_verdicts():
    """A model's digest, size, formats and verdict stand with it."""
    model = component("models/b.pkl")
    assert model["hashes"] == [{"alg": "SHA-256", "content": "b" * 64}]
    assert {each["name"]: each["value"] for each in model["properties"]} == {
        "seatrial:formats": "pickle",
        "seatrial:size": "2",
        "seatrial:verdict": "review",
    }


def test_packages_have_addresses_of_the_index():
    """Each distribution has its package URL in normal form; paths are nobody's package."""
    urls = sorted(each["purl"] for each in made()["components"] if "purl" in each)
    assert urls == ["pkg:pypi/numpy@1.26.4", "pkg:pypi/pandas@2.0", "pkg:pypi/scipy"]


def test_only_the_hash_of_one_file_stands_there():
    """Of several hashes none says which file is installed."""
    assert component("numpy")["hashes"] == [{"alg": "SHA-256", "content": HASH[7:]}]
    assert "hashes" not in component("pandas")


def test_a_package_stands_once():
    """The same version from two lists is one component."""
    twice = json.loads(cyclonedx((), [*PACKAGES, *PACKAGES]))
    assert len(twice["components"]) == 3


def test_the_same_content_gives_the_same_bytes():
    """Order does not matter, and no time or chance is in it unless it is given."""
    assert cyclonedx(ITEMS, PACKAGES) == cyclonedx(ITEMS[::-1], PACKAGES[::-1])
    assert cyclonedx(ITEMS) != cyclonedx(ITEMS[1:])
    assert "timestamp" not in made()["metadata"]
    assert made(at=datetime(2026, 11, 21, tzinfo=UTC))["metadata"]["timestamp"] == "2026-11-21T00:00:00+00:00"


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_another_process_gives_the_same_bytes(seed):
    """The order of sets in a process does not reach the file."""
    code = (
        "import sys; from seatrial.scan.inventory import Item, cyclonedx\n"
        "items = [Item(path=f'{n}', sha256=f'{n}' * 64, size=n, formats=('pickle', 'zip')) for n in range(10)]\n"
        "sys.stdout.buffer.write(cyclonedx(items))"
    )
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True)
    items = [Item(path=f"{n}", sha256=f"{n}" * 64, size=n, formats=("pickle", "zip")) for n in range(10)]
    assert done.stdout == cyclonedx(items)


@pytest.mark.parametrize("name", ["\u202egnp.exe", "a\nb", "caf\u00e9", "a" * 500, '"'])
def test_odd_names_are_kept_and_valid(name):
    """Any name of a file makes a valid inventory."""
    text = cyclonedx([Item(path=name, sha256="0" * 64, size=1)]).decode()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert json.loads(text)["components"][0]["name"] == name
