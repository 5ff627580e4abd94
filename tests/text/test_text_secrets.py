"""Secrets by their published prefixes. The examples are put together here, so that no file holds one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.text.secrets import secrets_in

BODY = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0"
HEX = "0123456789abcdef" * 4


def kinds_in(text):
    """The kinds of what is found."""
    return [secret.kind for secret in secrets_in(text)]


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        (("AKIA", "Q3EGB7WXZ2LMNPR5"), "an AWS access key"),
        (("ghp_", BODY[:36]), "a GitHub token"),
        (("github_", "pat_", BODY, BODY), "a GitHub token"),
        (("glpat-", BODY[:20]), "a GitLab token"),
        (("xoxb-", "1234567890-", BODY[:24]), "a Slack token"),
        (("https://hooks.slack.com/", "services/T0123ABCD/B0123ABCD/", BODY[:24]), "a Slack web hook"),
        (("sk_", "live_", BODY[:24]), "a Stripe key"),
        (("sk-", "ant-api03-", BODY), "an Anthropic key"),
        (("sk-", BODY), "an OpenAI key"),
        (("sk-", "proj-", BODY, "_", BODY), "an OpenAI key"),
        (("AIza", BODY[:35]), "a Google key"),
        (("hf_", BODY[:34]), "a Hugging Face token"),
        (("npm_", BODY[:36]), "an npm token"),
        (("pypi-", "AgEIcHlwaS5vcmc", BODY, BODY), "a PyPI token"),
        (("SG.", BODY[:22], ".", BODY, "abc"), "a SendGrid key"),
        (("dop_", "v1_", HEX), "a DigitalOcean token"),
        (("shpat_", HEX[:32]), "a Shopify token"),
        (("123456789:", "AA", BODY[:33]), "a Telegram bot token"),
        (("dapi", HEX[:32]), "a Databricks token"),
        (("dckr_", "pat_", BODY[:27]), "a Docker token"),
        (("hvs.", BODY), "a Vault token"),
        (("AccountKey=", BODY, BODY, BODY[:6], "=="), "an Azure storage key"),
        (("eyJ", "hbGciOiJIUzI1NiJ9.", "eyJ", "zdWIiOiIxMjM0NSJ9.", BODY), "a JSON Web Token"),
        (("-----BEGIN ", "PRIVATE KEY-----"), "a private key"),
        (("-----BEGIN RSA ", "PRIVATE KEY-----"), "a private key"),
        (("-----BEGIN PGP ", "PRIVATE KEY BLOCK-----"), "a private key"),
        (("postgres://kim:", "hunter42", "@db.example.org/x"), "a password in an address"),
    ],
)
def test_secrets(parts, kind):
    """Each published form is found inside a sentence, at its place."""
    text = f'The key is "{"".join(parts)}", keep it.'
    found = list(secrets_in(text))
    assert [secret.kind for secret in found] == [kind]
    assert found[0].start == 12


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AKIA" + "IOSFODNN7EXAMPLE",
        "sk-" + "x" * 40,
        "sk-your-key-here-0123456789",
        "export KEY=sk-...",
        "ghp_" + "0" * 36,
        "task-sk-learn-is-a-very-long-name-1",
        "sk-learn-is-a-very-long-package-name",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----",
        "https://user:password@example.org/",
        "https://user:<token>@example.org/",
        "http://example.org:8080/a@b",
        "a JSON object {eyJ}",
        "AKIA and ghp_ are prefixes",
        "0123456789abcdef0123456789abcdef",
    ],
)
def test_what_is_no_secret(text):
    """Placeholders, public keys, names that begin alike and bare prefixes are none."""
    assert kinds_in(text) == []


@given(st.text(max_size=200))
def test_any_text_is_searched(text):
    """Whatever is found stands inside the text."""
    assert all(0 <= secret.start < len(text) for secret in secrets_in(text))


@pytest.mark.parametrize("piece", ["sk-", "eyJ", "eyJa.", "-----BEGIN ", "http://a:", "://", "AKIA", "xoxb-", "ghp_a"])
def test_long_texts_end(piece):
    """A long row of one prefix is searched to its end."""
    assert isinstance(list(secrets_in(piece * 60_000)), list)
