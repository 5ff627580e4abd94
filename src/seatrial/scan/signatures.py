"""Signatures of models: bundles of Sigstore as `model_signing` writes them, checked offline against a public key.

Sources: OpenSSF Model Signing 1.0 (an in-toto statement with a digest for each file, in a DSSE envelope, in a Sigstore
bundle), DSSE 1.0 (what is signed: `DSSEv1`, lengths, type and payload). Only signatures by an elliptic-curve key are
checked here: a certificate's chain and a keyless signature need roots of trust that are fetched from the network, for
which there is the program `model_signing verify`. What is not checked is said.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from seatrial.core.errors import MissingExtra, Mistake
from seatrial.core.finding import Finding
from seatrial.scan.limits import MEGABYTE
from seatrial.scan.packages.package import place
from seatrial.scan.rule import Rule

_SIGNED = ("CWE-347", "LLM04:2026", "AML.T0010.003")
NOT_CHECKED = Rule(
    "signature.not-checked",
    "low",
    "A signature is there, but was not checked",
    "A signature that nobody checks proves nothing.",
    "Give the signer's public key (`--key`), or run `model_signing verify` yourself.",
    _SIGNED,
)
GOOD = Rule(
    "signature.good",
    "low",
    "Signed with the given key, and unchanged since",
    "The files are those that the key's owner signed.",
    "Nothing.",
    _SIGNED,
)
WRONG = Rule(
    "signature.wrong",
    "review",
    "A signature that is not by the given key",
    "Somebody else signed this, or the signature was changed.",
    "Ask whoever you have the model from; do not load it before.",
    _SIGNED,
)
CHANGED = Rule(
    "signature.changed",
    "review",
    "A file is not the one that was signed",
    "It was changed, added or lost after the owner signed it.",
    "Fetch the model again.",
    _SIGNED,
)
BAD = Rule(
    "signature.unreadable",
    "unread",
    "A signature that cannot be read",
    "Whether the model was signed cannot be said.",
    "Fetch it again.",
    _SIGNED,
)
MISSING = Rule(
    "signature.missing",
    "review",
    "A key was given, and nothing is signed",
    "Whoever can change a model can also take its signature away.",
    "Ask whoever you have the model from for the signature.",
    _SIGNED,
)
RULES = (NOT_CHECKED, GOOD, WRONG, CHANGED, BAD, MISSING)
MOST_BYTES = 64 * MEGABYTE
_BUNDLE = "application/vnd.dev.sigstore.bundle"
_PAYLOAD = "application/vnd.in-toto+json"
_HASHES = frozenset({"sha256", "sha384", "sha512", "blake2b"})
_NAMES = (".sig", ".sigstore", ".sigstore.json")
_OF_GIT = (".git", ".gitattributes", ".github", ".gitignore")
"""What `model_signing` leaves out by itself, at the top of a model."""


class _Unreadable(Exception):
    """A bundle is not one that can be checked here; its text says why."""


def signatures_in(folder: str) -> tuple[str, ...]:
    """Bundles beside or below a model, by their names and their first bytes."""
    return tuple(sorted(str(path) for path in Path(folder).rglob("*.sig*") if is_signature(str(path))))


def signatures_beside(path: str) -> tuple[str, ...]:
    """Bundles in a file's own folder, and not below it: that may be somebody's whole home."""
    try:
        return tuple(sorted(str(each) for each in Path(path).parent.glob("*.sig*") if is_signature(str(each))))
    except OSError:
        return ()


def is_signature(path: str) -> bool:
    """Whether a file is a bundle, by its name and its first bytes; false when it cannot be read."""
    try:
        if not path.endswith(_NAMES) or not Path(path).is_file():
            return False
        with Path(path).open("rb") as opened:
            return _BUNDLE.encode() in opened.read(4 * MEGABYTE)
    except OSError:
        return False


def check_key(path: str) -> None:
    """Say before a scan, and not after it, that a key cannot be used.

    Raises:
        Mistake: It cannot be read.
        MissingExtra: The extra `signing` is not installed.
    """
    _key_of(path)


def unsigned(key: str, path: str) -> Finding:
    """What is said of a path when a key was given and no signature was found."""
    return place(path).finding(MISSING, f"nothing that {Path(key).name} could be held against")


def signature_findings(signature: str, key: str | None = None, folder: str | None = None) -> Iterator[Finding]:
    """What a bundle says of the files beside it.

    Args:
        signature: The bundle.
        key: A file with the signer's public key (PEM); without it nothing is checked.
        folder: The model that was signed; by default the bundle's folder.

    Raises:
        Mistake: The key cannot be read.
        MissingExtra: A key is given, and the extra `signing` is not installed.
    """
    here = place(signature)
    if key is None:
        yield here.finding(NOT_CHECKED, Path(signature).name)
        return
    verifier = _key_of(key)
    try:
        payload, signed, kind = _envelope(signature)
        if kind != "publicKey":
            by = "a certificate" if "ertificate" in kind else "something unknown"
            yield here.finding(NOT_CHECKED, f"it is by {by}, not by a key")
            return
        if not _is_signed_by(verifier, payload, signed):
            yield here.finding(WRONG, f"not by {Path(key).name}")
            return
        differing = list(_differing(payload, Path(folder or Path(signature).parent), Path(signature)))
    except (_Unreadable, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as reason:
        said = str(reason) if isinstance(reason, _Unreadable) else f"it has not the shape of one: {reason!r}"
        yield here.finding(BAD, said)
        return
    yield from differing or [here.finding(GOOD, f"by {Path(key).name}")]


def _envelope(path: str) -> tuple[bytes, bytes, str]:
    """The payload, its signature, and what a bundle says to check it with."""
    with Path(path).open("rb") as opened:
        data = opened.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise _Unreadable("it is larger than any signature")
    bundle = json.loads(data)
    if not str(bundle.get("mediaType", "")).startswith(_BUNDLE):
        raise _Unreadable("it is no bundle of Sigstore")
    envelope = bundle["dsseEnvelope"]
    if envelope.get("payloadType") != _PAYLOAD or len(envelope["signatures"]) != 1:
        raise _Unreadable("its envelope is not one statement with one signature")
    payload = base64.b64decode(envelope["payload"], validate=True)
    signed = base64.b64decode(envelope["signatures"][0]["sig"], validate=True)
    material = bundle.get("verificationMaterial", {})
    kind = next((each for each in ("publicKey", "x509CertificateChain", "certificate") if each in material), "")
    return payload, signed, kind


def _key_of(path: str) -> Any:
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
    except ImportError as error:
        raise MissingExtra("signing", "checking a signature") from error
    try:
        with Path(path).open("rb") as opened:
            found = load_pem_public_key(opened.read(MEGABYTE))
    except OSError as error:
        raise Mistake(f"the key cannot be read: {error.strerror or error}", path=path) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Mistake("it is no public key in PEM form", path=path) from error
    if not isinstance(found, EllipticCurvePublicKey):
        raise Mistake("it is not an elliptic-curve key, which model signatures are made with", path=path)
    return found


def _is_signed_by(key: Any, payload: bytes, signed: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA

    by_size: dict[int, Any] = {256: hashes.SHA256(), 384: hashes.SHA384(), 521: hashes.SHA512()}
    if key.curve.key_size not in by_size:
        raise _Unreadable(f"a curve of {key.curve.key_size} bits is not used for model signatures")
    said = f"DSSEv1 {len(_PAYLOAD)} {_PAYLOAD} {len(payload)} ".encode() + payload
    try:
        key.verify(signed, said, ECDSA(by_size[key.curve.key_size]))
    except InvalidSignature:
        return False
    return True


def _differing(payload: bytes, folder: Path, signature: Path) -> Iterator[Finding]:
    """Files that differ from a statement that is known to be signed."""
    statement = json.loads(payload)
    predicate = statement["predicate"]
    if predicate.get("serialization", {}).get("method") != "files":
        raise _Unreadable("its digests are not of whole files")
    ignored = {str(each) for each in predicate["serialization"].get("ignore_paths") or []}
    signed = {str(each["name"]): (str(each["algorithm"]), str(each["digest"])) for each in predicate["resources"]}
    for name, (algorithm, digest) in sorted(signed.items()):
        if name.startswith(("/", "~")) or ".." in name.split("/"):
            raise _Unreadable(f"it names a file that is not of the model: {name[:200]}")
        if algorithm not in _HASHES:
            raise _Unreadable(f"digests by {algorithm[:20]} cannot be made here")
        found = _digest(folder / name, algorithm)
        if found != digest:
            yield place(str(folder / name)).finding(CHANGED, f"{name} {'is missing' if found is None else 'differs'}")
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        hidden = any(name == each or name.startswith(f"{each}/") for each in (*ignored, *_OF_GIT))
        if path.is_file() and name not in signed and path != signature and not hidden:
            yield place(str(path)).finding(CHANGED, f"{name} was not signed")


def _digest(path: Path, algorithm: str) -> str | None:
    if not path.is_file():
        return None
    hashed = hashlib.new(algorithm)
    with path.open("rb") as opened:
        while chunk := opened.read(MEGABYTE):
            hashed.update(chunk)
    return hashed.hexdigest()
