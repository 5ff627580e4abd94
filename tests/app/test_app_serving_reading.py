"""`gateway:` as it is written becomes routes; what does not fit together is told with its line."""

import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.app.mistakes import Mistakes
from seatrial.app.serving.reading import GatewayConfig, read_gateway
from seatrial.app.serving.units import amount, seconds, share
from seatrial.app.validation import Place
from seatrial.app.yaml_places import read_yaml
from seatrial.core.errors import Mistake

HEAD = """
targets:
  east: {openai: "http://127.0.0.1:9001/v1", model: mini, price: {input: 0.15, output: 0.6}}
  west: {openai: "http://127.0.0.1:9002/v1/", model: large}
  bare: {openai: "http://127.0.0.1:9003/v1"}
  local: {python: "pkg.model:ask"}
"""


def config(folder: Path, gateway: str, head: str = HEAD) -> GatewayConfig:
    """Read a file with these lines below `gateway:`."""
    path = folder / "seatrial.yaml"
    path.write_text(head + "gateway:\n" + textwrap.indent(textwrap.dedent(gateway).strip("\n"), "  ") + "\n")
    return read_gateway(path)


def one(folder: Path, model: str) -> GatewayConfig:
    """Read a file with one model of the name `support`."""
    return config(folder, "models:\n  support:\n" + textwrap.indent(textwrap.dedent(model).strip("\n"), "    "))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Somewhere in a file."""
    path = tmp_path / "seatrial.yaml"
    path.write_text("gateway: {timeout: 1}\n")
    return Place(read_yaml(path), Mistakes(), ("gateway",))


def test_a_model_becomes_a_route(tmp_path: Path) -> None:
    """All that stands at a model and at its target is in the route."""
    route = one(
        tmp_path,
        """
        deployments: [{target: east, weight: 3, rpm: 600, tpm: 200k, max_in_flight: 7, queue: 2, region: eu}]
        balance: least-latency
        retry: {attempts: 5, budget: 35%, base: 100ms, cap: 2s}
        timeout: {connect: 1, first_token: 10s, between: 500ms, total: 2m}
        hedge: 250ms
        sticky: true
        limits: {max_tokens: 800, n: 2, stop: ["END"]}
        """,
    ).routes["support"]
    (deployment,) = route.deployments
    assert (deployment.name, deployment.url, deployment.model) == ("east", "http://127.0.0.1:9001/v1", "mini")
    assert (deployment.weight, deployment.rpm, deployment.tpm) == (3.0, 600, 200_000)
    assert (deployment.most, deployment.queue, deployment.region) == (7, 2, "eu")
    assert (route.balance, route.hedge, route.sticky) == ("least-latency", 0.25, True)
    assert (route.retry.attempts, route.retry.budget, route.retry.base, route.retry.cap) == (5, 0.35, 0.1, 2.0)
    patience = route.patience
    assert (patience.connect, patience.first_byte, patience.between, patience.total) == (1.0, 10.0, 0.5, 120.0)
    assert (route.most_tokens, route.most_n, route.stop) == (800, 2, ("END",))


def test_what_is_not_said_has_a_default(tmp_path: Path) -> None:
    """One deployment alone is enough, and every wait is bounded."""
    found = one(tmp_path, "deployments: [{target: west}]")
    route = found.routes["support"]
    assert (route.balance, route.fallback, route.hedge) == ("weighted", (), None)
    assert 0 < route.patience.connect < route.patience.total
    assert route.retry.attempts > 1
    assert 0 < route.retry.budget < 1
    assert found.model.listen == "127.0.0.1:8400"
    assert found.drain > 0


def test_a_slash_behind_an_address_is_none_of_the_path(tmp_path: Path) -> None:
    """The address is taken without its last slash: paths begin with one."""
    assert one(tmp_path, "deployments: [{target: west}]").routes["support"].deployments[0].url.endswith("/v1")


def test_a_target_without_a_model_leaves_the_client_its_own(tmp_path: Path) -> None:
    """No model at the target means that the name goes on as it came."""
    assert one(tmp_path, "deployments: [{target: bare}]").routes["support"].deployments[0].model is None


def test_a_price_comes_from_the_target_first(tmp_path: Path) -> None:
    """The target's own price goes before that of `gateway.prices`, which goes by the model's name."""
    found = config(
        tmp_path,
        """
        prices: {mini: {input: 9, output: 9}, large: {input: 2.5, output: 10, currency: EUR}}
        models: {support: {deployments: [{target: east}, {target: west}, {target: bare}]}}
        """,
    )
    east, west, bare = found.routes["support"].deployments
    assert east.price is not None
    assert east.price.input == 150_000_000
    assert west.price is not None
    assert (west.price.input, west.price.currency) == (2_500_000_000, "EUR")
    assert bare.price is None


def test_the_store_lies_beside_the_file(tmp_path: Path) -> None:
    """Relative folders begin where the file is."""
    found = config(tmp_path, "store: kept\nmodels: {support: {deployments: [{target: east}]}}")
    assert found.store == tmp_path / "kept"


def test_a_key_comes_from_the_environment_and_shows_itself_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key is there for the wire, and in no text of the configuration."""
    monkeypatch.setenv("EAST_KEY", "sk-very-secret-key")
    head = HEAD.replace("model: mini,", "model: mini, api_key: '${EAST_KEY}',")
    found = config(tmp_path, "models: {support: {deployments: [{target: east}]}}", head)
    key = found.routes["support"].deployments[0].key
    assert key is not None
    assert key.reveal() == "sk-very-secret-key"
    assert "very-secret" not in repr(found.routes)


WRONG = [
    ("models: {}", "gateway.models", "must not be empty"),
    ("models: {support: {deployments: []}}", "models.support.deployments", "1"),
    ("models: {support: {}}", "models.support", "deployments"),
    ("models: {support: {deployments: [{target: nort}]}}", "target", "east, west, bare"),
    ("models: {support: {deployments: [{target: local}]}}", "target", "no `openai:` target `local`"),
    ("models: {support: {deployments: [{target: east, wieght: 2}]}}", "wieght", "did you mean `weight`"),
    ("models: {support: {deployments: [{target: east, weight: 0}]}}", "weight", "0"),
    ("models: {support: {deployments: [{target: east, weight: -1}]}}", "weight", "-1"),
    ("models: {support: {deployments: [{target: east, rpm: many}]}}", "rpm", "600, 200k or 1.5M"),
    ("models: {support: {deployments: [{target: east, dialect: french}]}}", "dialect", "openai"),
    ("models: {support: {deployments: [{target: east}], balance: fair}}", "balance", "least-busy"),
    ("models: {support: {deployments: [{target: east}], hedge: soon}}", "hedge", "500ms, 10s or 1h"),
    ("models: {support: {deployments: [{target: east}], retry: {attempts: 0}}}", "retry.attempts", "0"),
    ("models: {support: {deployments: [{target: east}], retry: {budget: 120%}}}", "retry.budget", "20%"),
    ("models: {support: {deployments: [{target: east}], retry: {budget: lots}}}", "retry.budget", "20%"),
    ("models: {support: {deployments: [{target: east}], timeout: {total: ever}}}", "timeout.total", "10s or 1h"),
    ("models: {support: {deployments: [{target: east}], timeout: {totl: 1}}}", "timeout.totl", "`total`"),
    ("models: {support: {deployments: [{target: east}], fallback: [small]}}", "fallback", "no model `small`"),
    ("models: {support: {deployments: [{target: east}], fallback: [support]}}", "fallback", "falls back on itself"),
    ("models: {support: {deployments: [{target: east}], cache: {mode: exat}}}", "cache.mode", "exact"),
    ("models: {support: {deployments: [{target: east}], limits: {n: 0}}}", "limits.n", "0"),
    ("models: {support: {deployments: [{target: east}]}}\nkeys: maybe", "keys", "required"),
    ("models: {support: {deployments: [{target: east}]}}\nlisten: 8400", "listen", "text"),
    ("models: {support: {deployments: [{target: east}]}}\ndrain: later", "drain", "10s or 1h"),
    ("models: {support: {deployments: [{target: east}]}}\nmax_body: 5", "max_body", "5"),
    ("models: {support: {deployments: [{target: east}], batch: {embeddings: 10ms}}}", "batch", "later version"),
    ("modles: {support: {deployments: [{target: east}]}}", "modles", "did you mean `models`"),
]


@pytest.mark.parametrize(("gateway", "key", "part"), WRONG)
def test_a_mistake_is_told_at_its_place(tmp_path: Path, gateway: str, key: str, part: str) -> None:
    """Each mistake names the file, the line and the key, and what would be right."""
    with pytest.raises(Mistake) as told:
        config(tmp_path, gateway)
    text = str(told.value)
    assert f"{tmp_path / 'seatrial.yaml'}:" in text
    assert key in text
    assert part in text


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Three mistakes in two models give three lines."""
    with pytest.raises(Mistake) as told:
        config(
            tmp_path,
            """
            models:
              one: {deployments: [{target: nowhere}], hedge: soon}
              two: {deployments: [{target: east}], fallback: [three]}
            """,
        )
    assert len(str(told.value).splitlines()) == 3


@pytest.mark.parametrize("length", [2, 3, 5])
def test_fallbacks_must_not_go_in_a_circle(tmp_path: Path, length: int) -> None:
    """A circle of any length is refused, with the way around."""
    lines = [f"  m{i}: {{deployments: [{{target: east}}], fallback: [m{(i + 1) % length}]}}" for i in range(length)]
    with pytest.raises(Mistake, match="circle"):
        config(tmp_path, "models:\n" + "\n".join(lines))


def test_a_chain_of_fallbacks_is_fine(tmp_path: Path) -> None:
    """A route may fall back on one that falls back itself, and two may share one."""
    found = config(
        tmp_path,
        """
        models:
          large: {deployments: [{target: east}], fallback: [small, tiny]}
          small: {deployments: [{target: west}], fallback: [tiny]}
          tiny: {deployments: [{target: bare}]}
        """,
    )
    assert found.routes["large"].fallback == ("small", "tiny")


@pytest.mark.parametrize("text", ["", "targets: {}\n", "[]\n", "gateway:\n"])
def test_a_file_without_a_gateway_says_so(tmp_path: Path, text: str) -> None:
    """Nothing below `gateway:`, or no such key, is one clear sentence."""
    path = tmp_path / "seatrial.yaml"
    path.write_text(text)
    with pytest.raises(Mistake, match="gateway"):
        read_gateway(path)


@pytest.mark.parametrize(
    ("missing", "head"),
    [
        ("EAST_URL", HEAD.replace("http://127.0.0.1:9001/v1", "${EAST_URL}")),
        ("EAST_KEY", HEAD.replace("model: mini,", "model: mini, api_key: '${EAST_KEY}',")),
        ("EAST_MODEL", HEAD.replace("model: mini", "model: '${EAST_MODEL}'")),
    ],
)
def test_a_variable_that_is_not_set_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str, head: str
) -> None:
    """The sentence says which variable, and at which deployment."""
    monkeypatch.delenv(missing, raising=False)
    with pytest.raises(Mistake, match=missing):
        config(tmp_path, "models: {support: {deployments: [{target: east}]}}", head)


def test_a_key_must_not_stand_in_the_file(tmp_path: Path) -> None:
    """A key that is written down is refused, and not repeated."""
    head = HEAD.replace("model: mini,", "model: mini, api_key: sk-live-0123456789,")
    with pytest.raises(Mistake) as told:
        config(tmp_path, "models: {support: {deployments: [{target: east}]}}", head)
    assert "sk-live" not in str(told.value)


@given(st.floats(0, 1e6, allow_nan=False))
def test_a_plain_number_is_seconds(value: float) -> None:
    """Numbers pass as they are, and a text of milliseconds is a thousandth."""
    nowhere = Place(None, Mistakes())  # type: ignore[arg-type]  # nothing is told
    assert seconds(value, nowhere) == value
    assert seconds(f"{int(value)}ms", nowhere) == pytest.approx(int(value) / 1000)


@pytest.mark.parametrize(
    ("written", "value"),
    [(600, 600), ("600", 600), ("200k", 200_000), ("1.5M", 1_500_000), ("2 K", 2_000), (" 7 ", 7), (None, None)],
)
def test_amounts_have_units(place: Place, written: str | int | None, value: int | None) -> None:
    """`k` is a thousand and `M` a million, in either case."""
    assert amount(written, place) == value
    place.mistakes.end()


@pytest.mark.parametrize("written", ["", "k", "1.5.5", "-3", "200 kg", "1e3"])
def test_what_is_no_amount_is_told(place: Place, written: str) -> None:
    """Anything else is a mistake at its place."""
    assert amount(written, place, "rpm") is None
    with pytest.raises(Mistake, match=r"gateway\.rpm"):
        place.mistakes.end()


@pytest.mark.parametrize(("written", "value"), [("20%", 0.2), (0.2, 0.2), ("0%", 0.0), ("100 %", 1.0), (1, 1.0)])
def test_shares_are_parts_of_one(place: Place, written: str | float, value: float) -> None:
    """Per cent and plain parts say the same."""
    assert share(written, place) == pytest.approx(value)
    place.mistakes.end()


@pytest.mark.parametrize("written", ["101%", -0.1, "nan", "many", "", "1.5"])
def test_what_is_no_share_is_told(place: Place, written: str | float) -> None:
    """A share lies between nothing and all."""
    share(written, place, "budget")
    with pytest.raises(Mistake, match=r"gateway\.budget"):
        place.mistakes.end()
