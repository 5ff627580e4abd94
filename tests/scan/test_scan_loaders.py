"""Files that are only safe with a recent loader."""

import re

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from seatrial.core.finding import Scanned
from seatrial.scan.loaders import loader_findings, weaknesses, with_loaders
from seatrial.scan.table import formats

TORCH = ("zip", "pickle")


def told(read_as, **versions):
    """Severity, and the CVEs that are named, of a file that was read as some formats."""
    found = loader_findings(
        Scanned.of("model", (), read_as), {key.replace("_", "-"): each for key, each in versions.items()}
    )
    return [(each.severity, tuple(re.findall(r"CVE-\d{4}-\d+", each.evidence))) for each in found]


@pytest.mark.parametrize(
    ("formats", "versions", "expected"),
    [
        (TORCH, {"torch": "2.5.1"}, ["CVE-2025-32434", "CVE-2026-24747"]),
        (TORCH, {"torch": "2.6.0"}, ["CVE-2026-24747"]),
        (TORCH, {"torch": "2.6.0+cpu"}, ["CVE-2026-24747"]),
        (TORCH, {"torch": "2.6.0rc1"}, ["CVE-2025-32434", "CVE-2026-24747"]),
        (TORCH, {"torch": "2.10.0"}, []),
        (("torchscript",), {"torch": "2.10.1"}, []),
        (("zip", "keras"), {"keras": "2.13.0"}, ["CVE-2024-3660"]),
        (("zip", "keras"), {"keras": "2.15.0"}, []),
        (("zip", "keras", "hdf5"), {"keras": "3.13.2"}, []),
        (("zip", "keras"), {"keras": "3.13.0"}, ["CVE-2026-1462", "CVE-2026-0897"]),
        (("hdf5", "keras"), {"keras": "3.11.2"}, ["CVE-2025-9905", "CVE-2025-12058", "CVE-2026-1462", "CVE-2026-0897"]),
        (("zip", "skops"), {"skops": "0.12.0"}, ["CVE-2025-54886"]),
        (("zip", "skops"), {"skops": "0.13"}, []),
        (("tar", "yaml", "pickle"), {"nemo_toolkit": "2.3.1"}, ["CVE-2025-23304", "CVE-2026-24157", "CVE-2026-24159"]),
        (("gguf", "jinja"), {"llama_cpp_python": "0.2.71", "jinja2": "3.1.6"}, ["CVE-2024-34359"]),
        (("gguf",), {"llama_cpp_python": "0.2.29"}, []),
        (("gguf",), {"llama_cpp_python": "0.2.72"}, []),
        (("pickle",), {"joblib": "1.1.1"}, ["CVE-2022-21797"]),
        (("npy",), {"numpy": "1.16.2"}, ["CVE-2019-6446"]),
        (
            ("onnx",),
            {"onnx": "1.16.0"},
            ["CVE-2024-27318", "CVE-2024-5187", "CVE-2026-27489", "CVE-2026-34446", "CVE-2026-34447"],
        ),
        (("onnx",), {"onnx": "1.21.0"}, []),
    ],
)
def test_a_locked_loader_is_held_to_the_table(formats, versions, expected):
    """Too old is worth a look and names the CVE; what holds says nothing."""
    found = told(formats, **versions)
    assert {severity for severity, _ in found} <= {"review"}
    assert [each for _, names in found for each in names] == expected


@pytest.mark.parametrize(
    ("formats", "package"),
    [(TORCH, "torch"), (("pickle",), "joblib"), (("onnx",), "onnx"), (("zip", "skops", "npy"), "skops")],
)
def test_an_unknown_version_is_one_note(formats, package):
    """Without a lock, or with one that does not name the loader, a note says from which version it holds."""
    for versions in ({}, {"other": "1.0"}, {package: "no-version"}):
        found = list(loader_findings(Scanned.of("model", (), formats), versions))
        about = [each for each in found if each.evidence.startswith(f"{package} from ")]
        assert [(each.id, each.severity) for each in about] == [("loader.unknown-version", "low")]


def test_the_note_names_the_newest_mend():
    """Whoever follows the note is safe from all that is known."""
    (note,) = loader_findings(Scanned.of("model", (), TORCH), {})
    assert note.evidence.startswith("torch from 2.10.0 on holds: CVE-2026-24747")


@pytest.mark.parametrize("formats", [(), ("safetensors",), ("text",), ("zip",), ("lightgbm",)])
def test_formats_without_a_weak_loader_say_nothing(formats):
    """Safetensors and the like were never unsafe to load."""
    assert told(formats, torch="1.0", keras="1.0", numpy="1.0") == []


def test_archives_of_arrays_are_not_torchs():
    """An npz with objects is a zip with pickles, too, but torch does not load it."""
    assert told(("zip", "npy", "pickle"), torch="1.0", numpy="2.0") == []


def test_the_table_names_formats_that_there_are():
    """A row for a format that nothing is ever read as would never be used."""
    known = {each.name for each in formats()}
    assert {name for weakness in weaknesses() for each in weakness.formats for name in each} <= known
    assert {name for weakness in weaknesses() for name in weakness.without} <= known


def test_names_are_compared_in_normal_form():
    """A lock may spell a package as it likes."""
    scanned = Scanned.of("m", (), ("gguf",))
    assert [each.severity for each in loader_findings(scanned, {"Llama_CPP.Python": "0.2.50"})] == ["review"]


def test_a_verdict_can_count_the_loaders():
    """A clean file with a weak loader is worth a look; findings that were there stay."""
    clean = Scanned.of("m", (), TORCH, 7)
    judged = with_loaders(clean, {"torch": "2.0.0"})
    assert (judged.verdict, judged.formats, judged.size, len(judged.findings)) == ("review", TORCH, 7, 2)
    assert with_loaders(clean, {"torch": "2.10.0"}) == clean


@pytest.mark.parametrize("weakness", weaknesses(), ids=lambda each: f"{each.package}-{each.fixed}-{each.cve[0]}")
def test_each_row_of_the_table_is_whole(weakness):
    """Versions are in order, CVEs are CVEs, and names are normal."""
    assert Version(weakness.introduced) < Version(weakness.fixed)
    assert weakness.has(Version(weakness.introduced))
    assert not weakness.has(Version(weakness.fixed))
    assert all(re.fullmatch(r"CVE-\d{4}-\d{4,6}", each) for each in weakness.cve)
    assert weakness.package == canonicalize_name(weakness.package)
    assert weakness.formats
    assert not weakness.words.endswith(".")
