"""Guards, limits, budgets and the door of a file: what they are built from, and what is told when they cannot be."""

import textwrap
from pathlib import Path
from typing import Any

import pytest

from seatrial.app.serving.budgets import budgets_of, unpriced
from seatrial.app.serving.guarding import guards_of
from seatrial.app.serving.keys import check_door, is_loopback, networks, trusted
from seatrial.app.serving.limits import limit_rules, shared_of
from seatrial.app.serving.reading import GatewayConfig, read_gateway
from seatrial.app.serving.records import keep_of, user_hash
from seatrial.app.serving.tls import server_tls
from seatrial.core.errors import Mistake
from seatrial.gateway.absent import NoGuards
from seatrial.gateway.guards.guard import EVERYONE, FROM_OUTSIDE, SAID, Guard, Guarding
from seatrial.gateway.guards.stage import Guarded

HEAD = """
targets:
  east: {openai: "http://127.0.0.1:9001/v1", model: mini, price: {input: 0.15, output: 0.6}}
  euro: {openai: "http://127.0.0.1:9002/v1", model: midi, price: {input: 1, output: 2, currency: EUR}}
  bare: {openai: "http://127.0.0.1:9003/v1", model: own}
  far: {openai: "https://api.example.com/v1", model: far}
  local: {python: "pkg.model:ask"}
gateway:
"""


def config(folder: Path, gateway: str = "", served: str = "", target: str = "east") -> GatewayConfig:
    """A file with the model `support` on one target, with further keys of it and of `gateway:`."""
    model = textwrap.indent(f"deployments: [{{target: {target}}}]\n{textwrap.dedent(served)}", "      ")
    path = folder / "seatrial.yaml"
    above = textwrap.indent(textwrap.dedent(gateway).strip("\n"), "  ")
    path.write_text(
        f"{HEAD}{above}\n  models:\n    support:\n{model}\n    small: {{deployments: [{{target: bare}}]}}\n"
    )
    return read_gateway(path)


def guarding(folder: Path, guard: str) -> Guarding:
    stage = guards_of(config(folder, served=f"guard: {guard}"))
    assert isinstance(stage, Guarded)
    found: Guarding = stage._guardings["support"]
    return found


def one(folder: Path, guard: str, stage: str = "answer") -> Guard:
    found = guarding(folder, f"{{{stage}: [{guard}]}}")
    (guard_,) = found.answer if stage == "answer" else found.request
    return guard_


@pytest.mark.parametrize(
    ("guard", "stage", "roles"),
    [
        ("pii: redact", "request", SAID),
        ("secrets: block", "request", EVERYONE),
        ("injection: flag", "request", FROM_OUTSIDE),
        ("injection: flag", "answer", SAID),
        ("invisible: redact", "request", EVERYONE),
        ("{pii: {action: flag, roles: [system]}}", "request", frozenset({"system"})),
        ("{pii: {action: flag, roles: []}}", "request", frozenset()),
        ("{words: {action: block, words: [orca]}}", "request", SAID),
    ],
)
def test_whose_messages_a_guard_looks_at(tmp_path: Path, guard: str, stage: str, roles: frozenset[str]) -> None:
    """Each has its own default, and `roles` goes before it."""
    assert one(tmp_path, guard, stage).roles == roles


@pytest.mark.parametrize(
    ("guard", "text", "found"),
    [
        ("{words: {action: block, words: ['blue  whale']}}", "a Blue Whale", 1),
        ("{topics: {action: flag, topics: {sea: [orca, whale]}}}", "orca", 0),
        ("{topics: {action: flag, topics: {sea: [orca, whale]}}}", "orca and whale", 2),
        ("{topics: {action: flag, topics: {sea: [orca, whale]}, at_least: 1}}", "orca", 1),
        ("{regex: {action: block, pattern: 'case-[0-9]{3}'}}", "case-123", 1),
        ("{pii: {action: flag, kinds: [email]}}", "a@b.org +49 30 901820", 1),
        ("{pii: {action: flag, kinds: []}}", "a@b.org", 0),
        ("{canary: {action: block, tokens: [Zebrafish42]}}", "zebrafish 42", 1),
        ("{pii: {action: flag, kinds: [phone], regions: [de]}}", "030 901820", 1),
    ],
)
def test_a_guard_finds_what_its_arguments_say(tmp_path: Path, guard: str, text: str, found: int) -> None:
    """Words, topics, patterns, kinds and tokens of the file are what is looked for."""
    finder = one(tmp_path, guard).finder
    assert finder is not None
    assert len(finder.find(text)) == found


@pytest.mark.parametrize(
    ("guard", "told"),
    [
        ("{topics: {action: flag, topics: {}}}", "topics"),
        ("{topics: {action: flag, topics: {sea: [orca]}, at_least: 0}}", "at_least"),
        ("{topics: {action: flag, topics: {sea: []}}}", "1 to 5,000 words"),
        ("{words: {action: flag, words: []}}", "words"),
        ("{words: {action: flag, words: [x, '']}}", "1 to 200 characters"),
        (f"{{words: {{action: flag, words: [{'x' * 201}]}}}}", "1 to 200 characters"),
        ("{regex: {action: flag}}", "pattern"),
        ("{regex: {action: flag, pattern: '('}}", "no regular expression"),
        ("{length: {action: flag, most: 0}}", "most"),
        ("{length: {action: flag, least: -1}}", "least"),
        ("{length: {action: downgrade, most: 3}}", "an answer cannot be downgraded"),
        ("{language: {action: flag, allowed: []}}", "allowed"),
        ("{moderation: {action: flag, target: local}}", "no `openai:` target"),
        ("{moderation: {action: flag, target: nort}}", "there is no target `nort`"),
        ("{judge: {action: flag, target: east}}", "question"),
        ("{judge: {action: flag, target: east, question: x, gone: ajar}}", "gone"),
        ("{judge: {action: flag, target: east, question: x, timeout: soon}}", "500ms, 10s or 1h"),
        ("{check: {action: flag, is: {equal: x}}}", "equal"),
        ("{check: {action: flag}}", "`is`"),
        ("{pii: {action: flag, roles: [boss]}}", "boss"),
        ("{pii: {action: redact, restore: true}}", "belongs to a guard of requests"),
        ("pii: 7", "guard"),
        ("{}", "a guard is `name: action`"),
        ("7", "a guard is `name: action`"),
        ("secret: block", "did you mean `secrets`"),
    ],
)
def test_a_guard_that_cannot_be_says_why(tmp_path: Path, guard: str, told: str) -> None:
    """Each refusal names the file with the line and what would be right."""
    with pytest.raises(Mistake) as found:
        one(tmp_path, guard)
    assert told in str(found.value)
    assert "seatrial.yaml:" in str(found.value)


def test_a_schema_may_stand_in_a_file(tmp_path: Path) -> None:
    """It is read from beside the configuration; one that is no JSON is told by its name."""
    (tmp_path / "good.json").write_text('{"type": "object"}')
    assert one(tmp_path, "{json_schema: {action: block, schema: good.json}}").mend
    assert not one(tmp_path, "{json_schema: {action: block, schema: good.json, repair: false}}").mend
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(Mistake, match=r"bad\.json is no JSON"):
        one(tmp_path, "{json_schema: {action: block, schema: bad.json}}")


def test_where_a_guard_downgrades_to(tmp_path: Path) -> None:
    """The route of the named model, and none where nothing is named."""
    found = guarding(tmp_path, "{request: [injection: downgrade], downgrade_to: small}")
    assert found.downgrade_to is not None
    assert found.downgrade_to.name == "small"
    assert guarding(tmp_path, "{request: [injection: flag]}").downgrade_to is None
    assert isinstance(guards_of(config(tmp_path)), NoGuards)


def rules(config_: GatewayConfig) -> list[tuple[str, str, int]]:
    return [(str(each.scope), each.what, each.amount) for each in limit_rules(config_)]


def test_limits_of_all_of_models_and_of_single_ones(tmp_path: Path) -> None:
    """Each number becomes a rule of its scope."""
    found = config(
        tmp_path,
        """
        limits: {rpm: 600}
        rate_limits: [{of: "user:*", tpm: 20k}, {of: "model:support", concurrency: 3}]
        """,
        "limits: {rpm: 60, max_tokens: 100}",
    )
    assert sorted(rules(found)) == [
        ("all", "requests", 600),
        ("model:support", "concurrency", 3),
        ("model:support", "requests", 60),
        ("user:*", "tokens", 20_000),
    ]
    assert rules(config(tmp_path)) == []


@pytest.mark.parametrize(
    ("gateway", "key", "told"),
    [
        ("limits: {rpm: 0}", "limits.rpm", "600, 200k or 1.5M"),
        ("limits: {tpm: many}", "limits.tpm", "600, 200k or 1.5M"),
        ("limits: {rpm: '0.2'}", "limits.rpm", "600, 200k or 1.5M"),
        ("rate_limits: [{of: everybody, rpm: 1}]", "rate_limits", "`user:*`"),
        ("rate_limits: [{of: 'all:x', rpm: 1}]", "rate_limits", "`all`"),
        ("rate_limits: [{of: 'project:', rpm: 1}]", "rate_limits", "`project:support`"),
        ("rate_limits: [{of: 'model:suport', rpm: 1}]", "rate_limits", "there are support, small"),
        ("rate_limits: [{of: all, rpm: -5}]", "rate_limits", "600"),
    ],
)
def test_a_limit_that_cannot_be_says_why(tmp_path: Path, gateway: str, key: str, told: str) -> None:
    """The place in the file and what is expected there."""
    with pytest.raises(Mistake) as found:
        limit_rules(config(tmp_path, gateway))
    assert key in str(found.value)
    assert told in str(found.value)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("{of: all, limit: 10 USD/month}", ("all", "10 USD/month", "block", None)),
        ("{of: 'project:*', limit: 0.5 usd / day, then: warn}", ("project:*", "0.50 USD/day", "warn", None)),
        (
            "{of: 'model:support', limit: 1 USD per day, then: downgrade to small}",
            ("model:support", "1 USD/day", "downgrade", "small"),
        ),
    ],
)
def test_budgets_as_they_are_written(tmp_path: Path, written: str, shown: tuple[Any, ...]) -> None:
    """Whose, how much in which time, and what happens then."""
    (budget,) = budgets_of(config(tmp_path, f"budgets: [{written}]"))
    assert (str(budget.scope), str(budget.cap), budget.then, budget.to) == shown


@pytest.mark.parametrize(
    ("written", "target", "told"),
    [
        ("{of: all, limit: 10 USD}", "east", "200 USD/month"),
        ("{of: all, limit: 10 USD/week}", "east", "200 USD/month"),
        ("{of: all, limit: lots USD/day}", "east", "200 USD/month"),
        ("{of: nobody, limit: 1 USD/day}", "east", "`user:*`"),
        ("{of: 'model:larg', limit: 1 USD/day}", "east", "no model `larg`"),
        ("{of: all, limit: 1 USD/day, then: panic}", "east", "then"),
        ("{of: all, limit: 1 USD/day, then: downgrade to tiny}", "east", "no model `tiny`"),
        ("{of: all, limit: 1 EUR/day}", "east", "priced in USD: use one currency"),
        ("{of: all, limit: 1 USD/day}", "euro", "priced in EUR: use one currency"),
        ("{of: all, limit: 1 EUR/day}", "far", "write the price of `far`"),
    ],
)
def test_a_budget_that_cannot_be_says_why(tmp_path: Path, written: str, target: str, told: str) -> None:
    """A budget that nothing could be counted for is refused at the start, not found out when it is spent."""
    with pytest.raises(Mistake) as found:
        budgets_of(config(tmp_path, f"budgets: [{written}]", target=target))
    assert told in str(found.value)
    assert "gateway.budgets" in str(found.value)


def test_deployments_that_budgets_count_nothing_for_are_named(tmp_path: Path) -> None:
    """Those of this machine without a price; a provider's has one in the list."""
    assert unpriced(config(tmp_path)) == ["bare"]
    assert unpriced(config(tmp_path, target="far")) == ["bare"]


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("localhost.example", False),
        ("", False),
    ],
)
def test_without_keys_only_this_machine_is_listened_to(tmp_path: Path, host: str, loopback: bool) -> None:
    """Any other address is refused with a sentence that says what it would cost."""
    assert is_loopback(host) is loopback
    check_door(config(tmp_path, "keys: required"), host)
    if loopback:
        check_door(config(tmp_path, "keys: none"), host)
    else:
        with pytest.raises(Mistake, match="could spend your money"):
            check_door(config(tmp_path, "keys: none"), host)


@pytest.mark.parametrize("text", ["10.0.0.0/8", "192.168.1.7", "::1", " fd00::/8 "])
def test_networks_and_addresses_are_networks(text: str) -> None:
    """Blanks around them do not matter."""
    assert str(networks([text])[0]).startswith(text.strip().partition("/")[0])


@pytest.mark.parametrize("text", ["10.0.0.1/8", "localhost", "10.0.0.0/33", "", "10.0.0.0-10.0.0.9"])
def test_what_is_no_network_is_told(tmp_path: Path, text: str) -> None:
    """A network whose address has bits behind its length is one that somebody mistyped."""
    with pytest.raises(Mistake, match=r"10\.0\.0\.0/8 is expected"):
        networks([text])
    with pytest.raises(Mistake, match=r"gateway\.trust_proxy"):
        trusted(config(tmp_path, f"trust_proxy: ['{text}']"))


@pytest.mark.parametrize(
    ("keep", "seconds"), [("30d", 30 * 86400.0), ("90", 90.0), ("null", None), ("1h30m", 5400.0), ("0", 0.0)]
)
def test_how_long_records_are_kept(tmp_path: Path, keep: str, seconds: float | None) -> None:
    """Durations with units, plain seconds, or for ever."""
    assert keep_of(config(tmp_path, f"records: {{keep: {keep}}}")) == seconds


def test_a_time_to_keep_records_that_is_none_is_told(tmp_path: Path) -> None:
    """The place is named."""
    with pytest.raises(Mistake, match=r"gateway\.records\.keep"):
        keep_of(config(tmp_path, "records: {keep: for ever}"))


def test_users_are_hashed_with_the_servers_secret(tmp_path: Path) -> None:
    """The same name has the same hash in each process of a store, and another one elsewhere."""
    (tmp_path / "other").mkdir()
    here, again, there = (user_hash(config(each)) for each in (tmp_path, tmp_path, tmp_path / "other"))
    assert here("ada") == again("ada") != there("ada")
    assert len({here("ada"), here("Ada"), here(""), here("\ud800")}) == 4
    assert "ada" not in here("ada")


@pytest.mark.parametrize(
    ("tls", "told"),
    [
        ("{}", "{cert: FILE, key: FILE}"),
        ("{cert: a.pem}", "{cert: FILE, key: FILE}"),
        ("{cert: a.pem, key: b.pem, ca: c.pem}", "{cert: FILE, key: FILE}"),
        ("{cert: a.pem, key: b.pem}", "a.pem cannot be read: no such file"),
        ("{cert: seatrial.yaml, key: b.pem}", "b.pem cannot be read"),
        ("{cert: seatrial.yaml, key: seatrial.yaml}", "are no certificate with its unencrypted key"),
    ],
)
def test_certificates_that_cannot_be_say_why(tmp_path: Path, tls: str, told: str) -> None:
    """Which file, and what is wrong with it."""
    with pytest.raises(Mistake, match=r"gateway\.tls") as found:
        server_tls(config(tmp_path, f"tls: {tls}"))
    assert told in str(found.value)
    assert server_tls(config(tmp_path)) is None


@pytest.mark.parametrize("address", ["${NO_SUCH_REDIS}", "http://127.0.0.1", "nonsense"])
def test_a_redis_that_cannot_be_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """An address that is none, or a variable that is not set."""
    monkeypatch.delenv("NO_SUCH_REDIS", raising=False)
    with pytest.raises(Mistake, match=r"gateway\.redis"):
        shared_of(config(tmp_path, f"redis: '{address}'"), lambda _: None)
    assert shared_of(config(tmp_path), lambda _: None) is None
