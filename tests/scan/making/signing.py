"""Signs folders as `model_signing` does with an elliptic-curve key."""

import base64
import hashlib
import json

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

TYPE = "application/vnd.in-toto+json"


def key_pair(folder, curve=ec.SECP256R1, name="key"):
    """A private key, and the file of its public part."""
    private = ec.generate_private_key(curve())
    path = folder / f"{name}.pub"
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    path.write_bytes(private.public_key().public_bytes(serialization.Encoding.PEM, form))
    return private, str(path)


def statement_of(folder, algorithm="sha256", **predicate):
    """What is said of the files of a folder."""
    resources = [
        {
            "name": path.relative_to(folder).as_posix(),
            "algorithm": algorithm,
            "digest": hashlib.new(algorithm, path.read_bytes()).hexdigest(),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "model.sig"
    ]
    said = {"serialization": {"method": "files", "ignore_paths": ["model.sig"]}, "resources": resources, **predicate}
    return {"_type": "https://in-toto.io/Statement/v1", "subject": [{"name": "m"}], "predicate": said}


def sign(private, folder, statement=None, material=None, **envelope):
    """Write a bundle beside the files of a folder."""
    payload = json.dumps(statement or statement_of(folder)).encode()
    sizes = {256: hashes.SHA256(), 384: hashes.SHA384(), 521: hashes.SHA512()}
    said = f"DSSEv1 {len(TYPE)} {TYPE} {len(payload)} ".encode() + payload
    signed = private.sign(said, ec.ECDSA(sizes[private.curve.key_size]))
    bundle = {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": material or {"publicKey": {"hint": "x"}},
        "dsseEnvelope": {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": TYPE,
            "signatures": [{"sig": base64.b64encode(signed).decode(), "keyid": ""}],
            **envelope,
        },
    }
    path = folder / "model.sig"
    path.write_text(json.dumps(bundle))
    return str(path)
