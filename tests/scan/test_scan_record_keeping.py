"""Acceptances, manifests, signatures, inventories and loaders: each law and each refusal at its edge."""

import json
import os
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("cryptography")
pytest.importorskip("cyclonedx")

from cryptography.hazmat.primitives.asymmetric import ec
from making.signing import key_pair, sign, statement_of

from seatrial.core.errors import CannotRun, Mistake
from seatrial.core.finding import Finding, Scanned
from seatrial.scan.baseline import Accepted, Allowances, Allowed, propose
from seatrial.scan.baseline_reading import MOST_BYTES, load_allowances
from seatrial.scan.integrity import compare_manifest, digest_of, read_manifest, write_manifest
from seatrial.scan.inventory import Item, cyclonedx, kind_of
from seatrial.scan.loaders import loader_findings
from seatrial.scan.packages.package import Package
from seatrial.scan.signatures import (
    check_key,
    is_signature,
    signature_findings,
    signatures_beside,
    signatures_in,
    unsigned,
)

TODAY = date(2026, 11, 21)


def accepted(**fields):
    """An acceptance."""
    return Accepted(**{"id": "a.b", "path": "x.pkl", "reason": "seen", "expires": TODAY, **fields})


def finding(path="x.pkl", id="a.b", member=None):
    """A finding somewhere."""
    return Finding(id, "review", "x", path, member)


@pytest.mark.parametrize(
    ("pattern", "path", "covers"),
    [
        ("models/x.pkl", "models/x.pkl", True),
        ("./models/x.pkl", "models/x.pkl", True),
        ("./models/x.pkl", "./models/x.pkl", True),
        ("./models/x.pkl", "/srv/models/x.pkl", True),
        ("models/x.pkl", "C:\\srv\\models\\x.pkl", True),
        ("models/x.pkl", "other/models/x.pkl", True),
        ("models/x.pkl", "models/x.pkl.bak", False),
        ("models/x.pkl", "my-models/x.pkl", False),
        ("models/*", "models/deep/er/x.pkl", True),
        ("x.pk[lt]", "a/x.pkt", True),
        ("x.pk?", "x.pk", False),
        ("X.pkl", "x.pkl", False),
        ("/srv/x.pkl", "/srv/x.pkl", True),
        ("/srv/x.pkl", "srv/x.pkl", False),
    ],
)
def test_paths_of_acceptances_count_from_any_folder(pattern, path, covers):
    """A path is the same from wherever a scan is started, and never that of another file."""
    assert accepted(path=pattern).covers(finding(path)) is covers


@pytest.mark.parametrize(
    ("pattern", "member", "covers"),
    [
        (None, "a", True),
        (None, None, True),
        ("*", None, True),
        ("a", None, False),
        ("a", "b/a", True),
        ("a", "ab", False),
    ],
)
def test_members_narrow_an_acceptance(pattern, member, covers):
    """Without one every member counts; with one only that of the name."""
    assert accepted(member=pattern).covers(finding(member=member)) is covers


def test_the_first_entry_that_covers_is_named():
    """A finding that two entries cover is accepted once, by the earlier one, and each finding by its own."""
    one, other = accepted(reason="one"), accepted(id="*.*", reason="other")
    judged = Allowances("f", (), (one, other), TODAY).apply(Scanned.of("x.pkl", (finding(), finding(id="c.d"))))
    assert [by.reason for _, by in judged.accepted] == ["one", "other"]
    assert (judged.scanned.verdict, judged.scanned.findings) == ("clean", ())


def test_an_expired_entry_leaves_its_finding_to_the_next():
    """What no longer counts hides nothing, though it stands first."""
    entries = (accepted(expires=TODAY - timedelta(1), reason="old"), accepted(reason="new"))
    judged = Allowances("f", (), entries, TODAY).apply(Scanned.of("x.pkl", (finding(),)))
    assert [by.reason for _, by in judged.accepted] == ["new"]


@given(
    st.lists(st.sampled_from(["a.b", "a.c", "d.e", "baseline.expired"]), max_size=6),
    st.lists(st.sampled_from(["a.*", "d.e"])),
)
def test_nothing_is_lost_between_left_and_accepted(found, patterns):
    """Each finding is either still there or among those that were accepted, in its order."""
    scanned = Scanned.of("x.pkl", tuple(finding(id=each) for each in found))
    entries = tuple(accepted(id=each) for each in patterns)
    judged = Allowances("f", (), entries, TODAY).apply(scanned)
    taken = [each for each, _ in judged.accepted]
    assert sorted(each.id for each in (*judged.scanned.findings, *taken)) == sorted(found)
    assert Allowances("f", (), entries, TODAY).apply(judged.scanned).scanned == judged.scanned


def test_globals_end_with_their_day():
    """Of two dates the one that is over no longer allows; nothing of it is told as unused."""
    ends = {"a.B": TODAY, "c.D": TODAY - timedelta(1)}
    allowed = tuple(Allowed(name=name, reason="seen", expires=day) for name, day in ends.items())
    read = Allowances("f", allowed, (), TODAY)
    assert read.globals == {"a.B"}
    assert [each.evidence for each in read.own_findings()] == ["c.D, since 2026-11-20"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[allow]]\nglobal = "a.B"\nreason = "x"\nexpires = 2027-01-01T10:00:00Z\n', None),
        ('[[allow]]\nglobal = "a.B"\nreason = "x"\nexpires = 10:00:00\n', "a date is expected"),
        ('[[allow]]\nglobal = "a"\nreason = "x"\nexpires = 2027-01-01\n', "without wildcards"),
        ('[[allow]]\nglobal = ["a.B"]\nreason = "x"\nexpires = 2027-01-01\n', "allow.global: a text is expected"),
        ('[[allow]]\nglobal = "a.B"\nreason = 3\nexpires = 2027-01-01\n', "a reason that says why"),
        (
            '[[allow]]\nglobal = "a.B"\nid = "a.b"\nreason = "x"\nexpires = 2027-01-01\n',
            "allow: the key `id` is unknown",
        ),
        ("allow = [3]\n", "write each entry as a table `[[allow]]`"),
        ('allow = [{global = "a.B", reason = "x", expires = 2027-01-01}]\n', None),
        ('"allow" = []\naccept = []\n', None),
        ('[[accept]]\nid = "a.?"\npath = "./."\nreason = "x"\nexpires = 2027-01-01\n', "this would accept everything"),
        ("", None),
        ("# only said\n", None),
    ],
)
def test_files_of_acceptances_are_read_strictly(tmp_path, text, said):
    """Each slip is told in words that mend it, and other honest ways to write the same are read."""
    path = tmp_path / "a.toml"
    path.write_text(text)
    if said is None:
        assert load_allowances(str(path), TODAY).path == str(path)
        return
    with pytest.raises(Mistake, match=r"a\.toml") as caught:
        load_allowances(str(path), TODAY)
    assert said in str(caught.value)


@pytest.mark.parametrize(("size", "fine"), [(MOST_BYTES, True), (MOST_BYTES + 1, False)])
def test_files_of_acceptances_have_a_most_size(tmp_path, size, fine):
    """The largest that is allowed is read, one byte more is refused."""
    (tmp_path / "a.toml").write_bytes(b"#" * size)
    if fine:
        assert load_allowances(str(tmp_path / "a.toml"), TODAY).accepted == ()
        return
    with pytest.raises(Mistake, match="larger than 4 MB"):
        load_allowances(str(tmp_path / "a.toml"), TODAY)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("x\ny", "x\\ny"), ("\u202e", "\\u202e"), ("a" * 300, "a" * 200), ("caf\u00e9", "caf\u00e9")],
)
def test_places_in_proposals_stay_comments(name, shown):
    """Whatever a file is called, it cannot write a line of its own into the proposal."""
    assert f"# found in {shown}\n" in propose({"a.B": name}, TODAY)


def test_proposals_without_places_are_only_entries():
    """Names alone give entries in order, each once, half a year on."""
    text = propose(["c.D", "a.B", "a.B"], TODAY)
    assert [line for line in text.splitlines() if "global" in line] == ['global = "a.B"', 'global = "c.D"']
    assert "found in" not in text
    assert text.count("expires = 2027-05-22\n") == 2


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from("abcd"), st.binary(max_size=20), max_size=4), st.data())
def test_a_manifest_tells_exactly_what_was_changed(tmp_path_factory, contents, data):
    """Whatever is changed, lost or added is told at its file, and nothing else."""
    folder = tmp_path_factory.mktemp("m")
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    write_manifest([str(folder / name) for name in contents], str(folder / "m.json"))
    change = data.draw(st.dictionaries(st.sampled_from("abcdef"), st.none() | st.just(b"another content that is long")))
    for name, content in change.items():
        (folder / name).unlink(missing_ok=True)
        if content is not None:
            (folder / name).write_bytes(content)
    there = [str(path) for path in folder.iterdir()]
    told = {os.path.basename(each.path) for each in compare_manifest(str(folder / "m.json"), there)}  # noqa: PTH119
    assert told == {name for name, content in change.items() if name in contents or content is not None}


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1])
def test_digests_do_not_hang_on_the_size_of_pieces(tmp_path, size):
    """A file is hashed piece by piece; at each border it is all of it."""
    (tmp_path / "x").write_bytes(b"a" * size)
    assert digest_of(str(tmp_path / "x")).size == size
    write_manifest([str(tmp_path / "x")], str(tmp_path / "m.json"))
    assert list(compare_manifest(str(tmp_path / "m.json"), [])) == []


def test_links_are_recorded_as_what_they_lead_to(tmp_path):
    """A link to a file has its digest; one that leads nowhere stops the manifest."""
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "b").symlink_to("a")
    made = write_manifest([str(tmp_path / "a"), str(tmp_path / "b")], str(tmp_path / "m.json"))
    assert len({each.sha256 for each in made.files}) == 1
    (tmp_path / "a").unlink()
    with pytest.raises(CannotRun, match="there is no such file"):
        write_manifest([str(tmp_path / "b")], str(tmp_path / "m.json"))


def test_a_manifest_is_read_as_it_was_written(tmp_path):
    """What is recorded comes back, with paths above its folder, too; a file that is now a folder is missing."""
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "sub").mkdir()
    made = write_manifest([str(tmp_path / "a")] * 2, str(tmp_path / "sub" / "m.json"))
    assert read_manifest(str(tmp_path / "sub" / "m.json")) == made
    assert [each.path for each in made.files] == ["../a"]
    (tmp_path / "a").unlink()
    (tmp_path / "a").mkdir()
    assert [each.id for each in compare_manifest(str(tmp_path / "sub" / "m.json"), [])] == ["integrity.missing"]


@pytest.fixture
def model(tmp_path):
    """A folder with one file."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "a.bin").write_bytes(b"weights")
    return tmp_path / "model"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (".gitignore", False),
        (".gitattributes", False),
        (".git/hooks/x", False),
        (".github/x.yml", False),
        (".git-evil.pkl", True),
        (".gitignore.pkl", True),
        ("sub/.gitignore", True),
        (".hidden", True),
        ("git/x", True),
        ("skipped/x", False),
        ("skipped-not/x", True),
    ],
)
def test_only_what_signers_leave_out_may_be_added(model, tmp_path, name, told):
    """Git's own files and those that the statement ignores need no signature; what is only called alike does."""
    private, public = key_pair(tmp_path)
    ignoring = {"serialization": {"method": "files", "ignore_paths": ["model.sig", "skipped"]}}
    path = sign(private, model, statement_of(model, **ignoring))
    (model / name).parent.mkdir(parents=True, exist_ok=True)
    (model / name).write_bytes(b"x")
    said = [each.evidence for each in signature_findings(path, public)]
    assert said == ([f"{name} was not signed"] if told else ["by key.pub"])


@pytest.mark.parametrize(
    ("name", "content", "is_one"),
    [
        ("model.sig", "application/vnd.dev.sigstore.bundle.v0.3+json", True),
        ("x.sigstore", "application/vnd.dev.sigstore.bundle+json;version=0.2", True),
        ("x.sigstore.json", "application/vnd.dev.sigstore.bundle.v0.3+json", True),
        ("x.sig.json", "application/vnd.dev.sigstore.bundle.v0.3+json", False),
        ("model.sig", "-----BEGIN PGP SIGNATURE-----", False),
        ("model.sig", "", False),
        ("x.json", "application/vnd.dev.sigstore.bundle.v0.3+json", False),
    ],
)
def test_bundles_are_told_by_suffix_and_beginning(tmp_path, name, content, is_one):
    """Both must be those of a bundle; a folder and what is not there are none."""
    (tmp_path / name).write_text(content)
    (tmp_path / "folder.sig").mkdir()
    assert is_signature(str(tmp_path / name)) is is_one
    assert not is_signature(str(tmp_path / "folder.sig"))
    assert not is_signature(str(tmp_path / "gone.sig"))


def test_bundles_of_a_file_are_looked_for_beside_it_only(tmp_path):
    """A file's signature lies in its folder; a model's anywhere below."""
    (tmp_path / "sub").mkdir()
    for place in ("a.sig", "sub/b.sig"):
        (tmp_path / place).write_text("application/vnd.dev.sigstore.bundle")
    assert signatures_beside(str(tmp_path / "model.bin")) == (str(tmp_path / "a.sig"),)
    assert signatures_in(str(tmp_path)) == (str(tmp_path / "a.sig"), str(tmp_path / "sub" / "b.sig"))
    assert signatures_beside(str(tmp_path / "gone" / "x")) == ()


def test_a_key_and_no_signature_are_told(tmp_path):
    """Taking the signature away does not make a model clean."""
    made = unsigned("/keys/ours.pub", "model")
    assert (made.id, made.severity, made.path) == ("signature.missing", "review", "model")
    assert made.evidence == "nothing that ours.pub could be held against"


def test_a_curve_that_signs_no_models_is_unread(model, tmp_path):
    """A good key of an odd size cannot have signed by the format."""
    private, _ = key_pair(tmp_path)
    _, odd = key_pair(tmp_path, ec.SECP224R1, "odd")
    check_key(odd)
    (found,) = signature_findings(sign(private, model), odd)
    assert (found.id, found.evidence) == (
        "signature.unreadable",
        "a curve of 224 bits is not used for model signatures",
    )


def test_another_folder_may_be_the_model(model, tmp_path):
    """A bundle that lies elsewhere is held against the folder that is named."""
    private, public = key_pair(tmp_path)
    signed = sign(private, model)
    (tmp_path / "elsewhere").mkdir()
    moved = str(tmp_path / "elsewhere" / "model.sig")
    os.rename(signed, moved)  # noqa: PTH104
    assert [each.id for each in signature_findings(moved, public, str(model))] == ["signature.good"]
    assert [each.id for each in signature_findings(moved, public)] == ["signature.changed"]


@pytest.mark.parametrize(
    ("path", "formats", "kind"),
    [
        ("a.CSV", ("pickle",), "data"),
        ("a.jsonl", ("text",), "data"),
        ("a.tfrecord", (), "data"),
        ("a.tfrecords", (), "data"),
        ("a.csv.pkl", ("pickle",), "machine-learning-model"),
        ("a", ("csv", "npy"), "data"),
        ("a", ("text", "python"), "file"),
        ("a", ("text", "pickle"), "machine-learning-model"),
        ("a", ("safetensors",), "machine-learning-model"),
    ],
)
def test_kinds_of_files_in_inventories(path, formats, kind):
    """A table's suffix decides; else one format of a model makes it a model."""
    assert kind_of(Item(path=path, sha256="0" * 64, size=1, formats=formats)) == kind


@pytest.mark.parametrize(
    ("hashes", "shown"),
    [
        (("sha512:" + "A" * 128,), [{"alg": "SHA-512", "content": "a" * 128}]),
        (("sha384:" + "0" * 96,), [{"alg": "SHA-384", "content": "0" * 96}]),
        (("md5:" + "0" * 32, "sha256:" + "1" * 64), [{"alg": "SHA-256", "content": "1" * 64}]),
        (("md5:" + "0" * 32,), None),
        (("sha256:" + "0" * 64, "sha256:" + "1" * 64), None),
        (("direct",), None),
    ],
)
def test_one_strong_hash_of_a_package_is_kept(hashes, shown):
    """Weak digests are left out, and of two nobody knows which file is meant."""
    made = json.loads(cyclonedx((), [Package(name="a", version="1", place="x", hashes=hashes)]))
    assert made["components"][0].get("hashes") == shown


@given(st.permutations(range(4)))
@settings(max_examples=10)
def test_the_order_of_an_inventory_is_its_own(order):
    """However files and packages come, the bytes are the same."""
    items = [Item(path=f"f{each}", sha256=f"{each}" * 64, size=each) for each in range(4)]
    packages = [Package(name=f"p{each}", version="1", place="x") for each in range(4)]
    at = datetime.fromisoformat("2026-11-21T00:00:00+00:00")
    shuffled = cyclonedx([items[each] for each in order], [packages[each] for each in order], name="n", at=at)
    assert shuffled == cyclonedx(items, packages, name="n", at=at)


@pytest.mark.parametrize(
    ("version", "told"),
    [("2.9.99", True), ("2.10.0.dev1", True), ("2.10.0rc1", True), ("2.10", False), ("1!0", False), ("v2.9.0", True)],
)
def test_versions_of_loaders_are_compared_as_versions(version, told):
    """Pre-releases come before the mend, and two digits after one."""
    found = loader_findings(Scanned.of("m", (), ("torchscript",)), {"torch": version})
    assert any("CVE-2026-24747" in each.evidence for each in found) is told
