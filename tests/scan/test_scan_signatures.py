"""Signatures of models, checked offline."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("cryptography")

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from making.looking import mutated
from making.signing import key_pair, sign, statement_of

from seatrial.core.errors import Mistake
from seatrial.scan.signatures import signature_findings, signatures_in


@pytest.fixture
def model(tmp_path):
    """A folder with two files."""
    folder = tmp_path / "model"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.bin").write_bytes(b"weights")
    (folder / "sub" / "b.json").write_bytes(b"{}")
    return folder


@pytest.fixture
def keys(tmp_path):
    """A private key and the file of its public part."""
    return key_pair(tmp_path)


def said(signature, key=None):
    """Id and evidence of what is said of a signature."""
    return [(each.id, each.evidence) for each in signature_findings(signature, key)]


@pytest.mark.parametrize("curve", [ec.SECP256R1, ec.SECP384R1, ec.SECP521R1])
def test_a_good_signature_is_a_note(model, tmp_path, curve):
    """What the key's owner signed, and nobody changed, is good."""
    private, public = key_pair(tmp_path, curve)
    assert said(sign(private, model), public) == [("signature.good", "by key.pub")]


def test_a_signature_that_nobody_checks_is_told(model, keys):
    """Without a key a signature proves nothing, and that is a note."""
    (finding,) = signature_findings(sign(keys[0], model))
    assert (finding.id, finding.severity) == ("signature.not-checked", "low")


def test_another_key_did_not_sign(model, keys, tmp_path):
    """A signature by somebody else is worth a look."""
    _, other = key_pair(tmp_path, name="other")
    (finding,) = signature_findings(sign(keys[0], model), other)
    assert (finding.id, finding.severity, finding.evidence) == ("signature.wrong", "review", "not by other.pub")


def test_a_changed_statement_is_not_signed(model, keys):
    """Whoever changes a file and its digest cannot sign it."""
    path = sign(keys[0], model)
    (model / "a.bin").write_bytes(b"evil")
    other, _ = key_pair(model.parent, name="third")
    forged = json.loads((model / "model.sig").read_text())
    sign(other, model)
    payload = json.loads((model / "model.sig").read_text())["dsseEnvelope"]["payload"]
    forged["dsseEnvelope"]["payload"] = payload
    (model / "model.sig").write_text(json.dumps(forged))
    assert [name for name, _ in said(path, keys[1])] == ["signature.wrong"]


@pytest.mark.parametrize("change", ["changed", "missing", "added"])
def test_files_that_are_not_as_signed_are_told(model, keys, change):
    """A file that was changed, lost or put in after signing is worth a look, at its path."""
    path = sign(keys[0], model)
    if change == "changed":
        (model / "sub" / "b.json").write_bytes(b"[]")
    elif change == "missing":
        (model / "sub" / "b.json").unlink()
    else:
        (model / "sub" / "c.py").write_bytes(b"import os")
    words = {"changed": "sub/b.json differs", "missing": "sub/b.json is missing", "added": "sub/c.py was not signed"}
    (finding,) = signature_findings(path, keys[1])
    assert (finding.id, finding.severity, finding.evidence) == ("signature.changed", "review", words[change])
    assert finding.path.startswith(str(model / "sub"))


@pytest.mark.parametrize("algorithm", ["sha384", "sha512", "blake2b"])
def test_other_digests_are_made(model, keys, algorithm):
    """Every digest of the format that Python makes is checked."""
    path = sign(keys[0], model, statement_of(model, algorithm))
    assert said(path, keys[1]) == [("signature.good", "by key.pub")]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"serialization": {"method": "shards"}}, "not of whole files"),
        ({"resources": [{"name": "a", "algorithm": "md5", "digest": "0"}]}, "md5"),
        ({"resources": [{"name": "../../x", "algorithm": "sha256", "digest": "0"}]}, "not of the model"),
        ({"resources": [{"name": "/etc/passwd", "algorithm": "sha256", "digest": "0"}]}, "not of the model"),
        ({"resources": [{"name": "a"}]}, "not the shape"),
        ({"resources": 3}, "not the shape"),
    ],
)
def test_statements_that_cannot_be_checked_are_unread(model, keys, change, message):
    """What is signed, but not understood, is not judged."""
    path = sign(keys[0], model, statement_of(model, **change))
    ((name, evidence),) = said(path, keys[1])
    assert name == "signature.unreadable"
    assert message in evidence


@pytest.mark.parametrize(
    ("material", "words"),
    [
        ({"x509CertificateChain": {}}, "a certificate"),
        ({"certificate": {}}, "a certificate"),
        ({"other": 1}, "something unknown"),
    ],
)
def test_certificates_are_left_to_their_program(model, keys, material, words):
    """A chain needs roots of trust from the network, so it is said not to be checked."""
    assert said(sign(keys[0], model, material=material), keys[1]) == [
        ("signature.not-checked", f"it is by {words}, not by a key")
    ]


@pytest.mark.parametrize(
    "envelope", [{"payloadType": "x"}, {"signatures": []}, {"payload": "%"}, {"signatures": [{"sig": "%"}]}]
)
def test_odd_envelopes_are_unread(model, keys, envelope):
    """An envelope of another form is not judged."""
    assert [name for name, _ in said(sign(keys[0], model, **envelope), keys[1])] == ["signature.unreadable"]


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b"3", b"[" * 100_000])
def test_other_files_are_no_signatures(model, keys, data):
    """A file that only is called a signature is unread."""
    (model / "model.sig").write_bytes(data)
    assert [name for name, _ in said(str(model / "model.sig"), keys[1])] == ["signature.unreadable"]


def test_bundles_are_found_by_name_and_content(model, keys):
    """Only files that hold a bundle are signatures."""
    path = sign(keys[0], model)
    (model / "other.sig").write_bytes(b"-----BEGIN PGP SIGNATURE-----")
    (model / "sub" / "x.sigstore.json").write_text('{"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json"}')
    assert signatures_in(str(model)) == (path, str(model / "sub" / "x.sigstore.json"))


@pytest.mark.parametrize("what", ["gone", "text", "rsa"])
def test_a_bad_key_is_a_mistake(model, keys, tmp_path, what):
    """A key that is not there, no key, or of another kind is the user's mistake."""
    path = tmp_path / "bad.pub"
    if what == "text":
        path.write_text("not a key")
    elif what == "rsa":
        public = rsa.generate_private_key(65537, 2048).public_key()
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        path.write_bytes(public.public_bytes(serialization.Encoding.PEM, form))
    with pytest.raises(Mistake, match=r"bad\.pub"):
        said(sign(keys[0], model), str(path))


@settings(max_examples=60)
@given(place=st.integers(0, 5000), byte=st.integers(0, 255), cut=st.integers(0, 3))
def test_no_change_of_a_signature_passes_unseen(tmp_path_factory, place, byte, cut):
    """A bundle with one byte changed is good only if it still says the same."""
    folder = tmp_path_factory.mktemp("m")
    private, public = key_pair(folder.parent)
    (folder / "a").write_bytes(b"x")
    path = sign(private, folder)
    before = (folder / "model.sig").read_bytes()
    (folder / "model.sig").write_bytes(mutated(before, place, byte, cut * 100))
    names = [name for name, _ in said(path, public)]
    assert names
    assert all(name.startswith("signature.") for name in names)
