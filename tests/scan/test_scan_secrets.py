"""Secrets in texts, found by shape; none is ever shown."""

import base64
import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.scan.blob import BytesBlob
from seatrial.scan.limits import Budget, Limits
from seatrial.scan.part import Part
from seatrial.scan.secrets import TEXT
from seatrial.scan.texts import BLOCK, MOST_BYTES, blocks_of, encoding_of

BODY = base64.b64encode(bytes(range(120))).decode()
TAIL = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF"
# Put together here, so that no scanner takes this file for a leak.
SECRETS = {
    "an AWS access key": "AKI" + "AZ7Q3MPLD5XWN2KVT",
    "a GitHub token": "gh" + f"p_{TAIL}aB3d",
    "a GitLab token": "glp" + f"at-{TAIL[:20]}",
    "a Slack token": "xox" + f"b-123456789012-{TAIL}",
    "a Stripe key": "sk_" + f"live_{TAIL}",
    "an Anthropic key": "sk-" + f"ant-api03-{TAIL}",
    "an OpenAI key": "sk-" + f"proj-{TAIL}{TAIL}",
    "a Google key": "AIz" + f"a{TAIL}aB3",
    "a Hugging Face token": "h" + f"f_{TAIL}aB",
    "an npm token": "npm" + f"_{TAIL}aB3d",
    "a SendGrid key": "S" + f"G.{TAIL[:22]}.{TAIL}{TAIL[:11]}",
    "a Telegram bot token": "123456789" + f":AA{TAIL}a",
    "a JSON Web Token": "ey" + f"JhbGciOiJIUzI1NiJ9.eyJ1c2VyIjoiYWRhIn0.{TAIL}",
    "a private key": f"-----BEGIN RSA PRIVATE {'KEY'}-----\n{BODY}\n-----END RSA PRIVATE {'KEY'}-----",
    "a password in an address": "postgres://ada:" + "hunter22x@db.harbour.io:5432/ferry",
}


def part_of(data, name="config.txt"):
    """A Part with bytes and a name."""
    return Part(
        BytesBlob(data if isinstance(data, bytes) else data.encode()), name, lambda part: iter(()), Budget(Limits())
    )


def found(data, name="config.txt"):
    """What is found in a text."""
    part = part_of(data, name)
    assert TEXT.recognise(part)
    return list(TEXT.inspect(part))


def kinds(data, name="config.txt"):
    """Id, kind and line of what is found in a text."""
    return [(each.id, each.evidence.rpartition(":")[0], each.line) for each in found(data, name)]


@pytest.mark.parametrize("kind", sorted(SECRETS))
@pytest.mark.parametrize(
    "around", ["{}", "# a\nkey = '{}'\n", '{{"a": "{}"}}', "x\n\nTOKEN={} # mine", "see {}, please"]
)
def test_each_kind_is_found_at_its_line(kind, around):
    """A secret in any config, JSON or sentence is worth a look, at its line."""
    secret = SECRETS[kind] if "{{" not in around else json.dumps(SECRETS[kind])[1:-1]
    line = around[: around.index("{}")].count("\n") + 1
    assert kinds(around.format(secret)) == [("secrets.found", kind, line)]


@pytest.mark.parametrize("kind", sorted(SECRETS))
def test_no_secret_is_shown(kind):
    """Evidence names the kind and four characters, and no field holds more."""
    for finding in found(f"a = '{SECRETS[kind]}'\n"):
        assert SECRETS[kind][:6] not in str(finding)
        assert TAIL[:8] not in str(finding)
        assert "hunter22" not in str(finding)


@pytest.mark.parametrize(
    "text",
    [
        "AKIA" + "IOSFODNN7EXAMPLE",
        "sk-" + "x" * 40,
        "key: sk-your-key-here-0123456789abcdef",
        "token = ${GITHUB_TOKEN}",
        "password: changeme",
        "postgres://user:" + "password@db.harbour.io/x",
        "postgres://${USER}:${PASSWORD}@db.harbour.io/x",
        "-----BEGIN PRIVATE KEY-----",
        "Paste your `-----BEGIN RSA PRIVATE KEY-----` block here, all of it, from the first line to the last one.",
        "-----BEGIN PUBLIC KEY-----\n" + BODY,
        "-----BEGIN CERTIFICATE-----\n" + BODY,
        "numpy==1.0 --hash=sha256:" + "0123456789abcdef" * 4,
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkw" + "IiwibmFtZSI6IkpvaG4gRG9lIn0." + TAIL,
        "data:image/png;base64," + base64.b64encode(bytes(range(256)) * 20).decode(),
        'Licensed under the Apache License, Version 2.0 (the "License")',
        "https://harbour.io:8080/path@2.0",
        "me@harbour.io:22",
        "task-0123456789abcdefghijkl",
        "disk-0123456789abcdefghij0123456789",
    ],
)
def test_honest_texts_are_clean(text):
    """Placeholders, examples, hashes, licences and pictures are no secrets."""
    assert [each for each in found(text) if each.severity != "low"] == []


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:5432", "db", "postgres", "api.example.com", "x.test", "h.internal"]
)
def test_passwords_of_ones_own_machine_are_notes(host):
    """What opens nothing from outside is not worth a look."""
    assert kinds(f"url = postgres://ada:{'hunter22x'}@{host}/ferry\n") == [
        ("secrets.local-password", "a password in an address", 1)
    ]


def test_secrets_of_installed_packages_are_notes():
    """What a published package brings along is known to everybody."""
    text = SECRETS["a private key"]
    assert kinds(text, "/x/lib/python3.11/site-packages/thing/tests/key.py")[0][0] == "secrets.published"
    assert kinds(text, "/x/site-packages.bak/key.py")[0][0] == "secrets.found"


def test_a_notebook_is_a_text():
    """Keys in the cells of a notebook are found, through the escapes of JSON."""
    cell = {"cell_type": "code", "source": ["import os\n", f"KEY = '{SECRETS['an OpenAI key']}'\n"], "outputs": []}
    text = json.dumps({"cells": [cell], "nbformat": 4, "nbformat_minor": 5}, indent=1)
    assert [each[0] for each in kinds(text, "a.ipynb")] == ["secrets.found"]


def test_a_service_account_is_a_private_key():
    """Google's files hold the key as one line of JSON."""
    text = json.dumps({"type": "service_account", "private_key": SECRETS["a private key"].replace("RSA ", "") + "\n"})
    assert [each[1] for each in kinds(text, "a.json")] == ["a private key"]


def test_many_secrets_are_cut():
    """A file full of keys is told fifty times, not thousands."""
    lines = [f"k{number} = AKIA{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[number % 26]}Z7Q3MPLD5XWN2KV" for number in range(200)]
    assert len(found("\n".join(lines))) == 50


def test_secrets_over_a_border_of_blocks_are_found_once():
    """A text is read in blocks of whole lines; nothing is lost or told twice where they meet."""
    secret = SECRETS["a GitHub token"]
    for shift in (0, 10, 20, 40, 60):
        text = "x" * (BLOCK - shift - 1) + "\n" + secret + "\nend\n"
        assert kinds(text) == [("secrets.found", "a GitHub token", 2)]


def test_secrets_in_endless_lines_are_found():
    """A line that is longer than a block is cut with an overlap."""
    secret = SECRETS["a Slack token"]
    text = "x " * (BLOCK // 2 - 5) + secret + " x" * BLOCK
    assert [each[1] for each in kinds(text)] == ["a Slack token"]


def test_a_long_text_says_what_was_left():
    """Behind so many bytes nothing is looked at, and that is a note."""
    text = b"x = 1\n" * (MOST_BYTES // 6 + 10)
    assert [each.id for each in found(text)] == ["text.cut"]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"plain", "utf-8"),
        ("caf\u00e9".encode(), "utf-8"),
        ("caf\u00e9".encode()[:-1], "utf-8"),
        (b"\xef\xbb\xbfx", "utf-8-sig"),
        ("x\n".encode("utf-16"), "utf-16-le"),
        ("\ufeffx\n".encode("utf-16-be"), "utf-16-be"),
        (b"", None),
        (b"\x80\x02}.", None),
        (b"PK\x03\x04", None),
        (b"a\x00b", None),
        (b"caf\xe9 au", None),
        (b"\x1b[31mred\x1b[0m", "utf-8"),
    ],
)
def test_texts_are_known_by_their_bytes(data, encoding):
    """Valid UTF-8 without control characters, or a mark, makes a text."""
    assert encoding_of(data) == encoding


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_secrets_are_found_in_every_encoding(encoding):
    """Windows tools write UTF-16."""
    assert kinds(f"a\nkey = {SECRETS['a GitHub token']}\n".encode(encoding)) == [("secrets.found", "a GitHub token", 2)]


def test_lines_are_counted_over_blocks():
    """The number of a block's first line goes on from the block before."""
    text = "line\n" * (BLOCK // 5 * 2 + 7)
    blocks = list(blocks_of(part_of(text)))
    assert len(blocks) == 3
    for before, after in pairwise(blocks):
        assert after.line == before.line + before.text.count("\n")
    assert "".join(each.text for each in blocks) == text


def test_shapes_of_detect_secrets_are_notes():
    """What only its plug-ins know never changes a verdict."""
    pytest.importorskip("detect_secrets")
    findings = found("mailchimp = " + "0123456789abcdef" * 2 + "-us12\n")
    assert [(each.id, each.severity, each.line) for each in findings] == [("secrets.possible", "low", 1)]
    assert "01234" not in findings[0].evidence


@settings(max_examples=120)
@given(
    st.lists(st.sampled_from([*SECRETS.values(), "\n", " ", "sk-", "eyJ", "://", "@", ":", "-----BEGIN "]), max_size=12)
)
def test_any_run_of_pieces_gives_findings_that_show_nothing(pieces):
    """Whatever secrets stand beside each other, findings come and show no tail of any."""
    text = "".join(pieces)
    if text.strip():
        for finding in found(text):
            assert TAIL[:10] not in str(finding)


@settings(max_examples=100)
@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_not(data):
    """Any bytes are recognised or left, and what is recognised is read."""
    part = part_of(data)
    if TEXT.recognise(part):
        assert all(each.path == "config.txt" for each in TEXT.inspect(part))
