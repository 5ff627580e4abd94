"""Requirements, locks, environments and advisories as files."""

import base64
import hashlib
import json
from pathlib import Path

from seatrial.scan.packages.checks import listing_findings
from seatrial.scan.packages.requirements import read_requirements, requirements_in

SHA = "0" * 63
HASH = f"sha256:{SHA}1"
OTHER = f"sha256:{SHA}2"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def asked(text, path="requirements.txt"):
    """What the text of a requirements file lists."""
    return requirements_in(text.encode(), path)


def said(listing):
    """Id and line of all that is found about a listing."""
    return [(each.id, each.line) for each in listing_findings(listing)]


def asked_on_disk(folder, **files):
    """Write requirements files (`base` is base.txt) and read the first of them."""
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text)
    return read_requirements(str(folder / f"{next(iter(files))}.txt"))


def record_line(name, data):
    """A line of RECORD for a file."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(data)}"


def site_of(folder):
    """The folder of installed packages of an environment, made when it is not there."""
    site = Path(folder) / "lib" / "python3.11" / "site-packages"
    site.mkdir(parents=True, exist_ok=True)
    return site


def installed(folder, name="thing", version="1.0", files=None, direct=None, record=True):
    """Install a distribution into an environment, as pip does; gives its folder of metadata."""
    site = site_of(folder)
    files = {f"{name}/__init__.py": b"x = 1\n", **(files or {})}
    info = site / f"{name}-{version}.dist-info"
    info.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nName: not-this\n".encode()
    files[f"{info.name}/METADATA"] = metadata
    if direct is not None:
        files[f"{info.name}/direct_url.json"] = json.dumps(direct).encode()
    for path, data in files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(data)
    if record:
        lines = [record_line(path, data) for path, data in files.items()]
        (info / "RECORD").write_text("\n".join([*lines, f"{info.name}/RECORD,,", f"{name}/x.pyc,,"]) + "\n")
    return info


def advisory(folder, name, number="PYSEC-2026-1", **fields):
    """Write an advisory as the PyPA database does (YAML is a superset of JSON)."""
    made = {
        "id": number,
        "modified": "2026-11-01T00:00:00Z",
        "aliases": ["CVE-2026-1"],
        "affected": [
            {
                "package": {"name": name, "ecosystem": "PyPI"},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0"}]}],
            }
        ],
        **fields,
    }
    path = Path(folder) / "vulns" / name / f"{number}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(made))
    return path
