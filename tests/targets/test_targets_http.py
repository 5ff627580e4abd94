"""Any HTTP JSON endpoint, over real sockets."""

import pytest
from targets_servers import QUICK, request, serving

from seatrial.core.errors import CannotRun, Mistake
from seatrial.core.interaction import FailureKind, Interaction, Money
from seatrial.core.request import Message, Request
from seatrial.targets.http_json import HttpSettings, HttpTarget


async def answered(body, asked: Request | None = None, status: int = 200, **settings) -> tuple[Interaction, object]:
    """What becomes of a question, and the exchange that the server saw."""
    async with serving(lambda exchange: exchange.answer(body, status)) as place:
        given = {"url": place.url, "answer": "$.text", "options": QUICK, **settings}
        target = HttpTarget("api", HttpSettings(**given))
        found = await target.ask(asked or request())
        await target.aclose()
        return found, place.seen[0] if place.seen else None


async def test_the_answer_is_where_the_path_says():
    """The first value of the JSONPath is the text, and the whole JSON is kept."""
    body = {"result": {"parts": [{"text": "21:40"}, {"text": "no"}]}}
    found, _ = await answered(body, answer="$.result.parts[*].text")
    assert (found.text, found.answer.data) == ("21:40", body)


async def test_a_plain_field_will_do():
    """A name without `$` is a field of the top object, dots and all."""
    found, _ = await answered({"a.b": "yes"}, answer="a.b")
    assert found.text == "yes"


@pytest.mark.parametrize(("value", "text"), [(12.5, "12.5"), (True, "true"), (None, ""), ({"a": [1]}, '{"a":[1]}')])
async def test_a_value_that_is_no_text_becomes_json(value, text):
    """Numbers and objects are shown as JSON, null as nothing."""
    found, _ = await answered({"text": value})
    assert found.text == text


async def test_the_request_is_made_from_the_template():
    """Texts are filled in, other values stay, and a lone expression keeps its type."""
    template = {
        "q": "Q: {{ question }}",
        "msgs": "{{ messages }}",
        "n": 3,
        "x": ["{{ user.name }}", None],
        "d": "{{ k }}",
    }
    variables = {"user": {"name": "Ada"}, "k": 7}
    asked = Request((Message("assistant", "Hi"), Message("user", "When?")), variables=variables)
    _, seen = await answered({"text": ""}, asked, request=template)
    messages = [{"role": "assistant", "content": "Hi"}, {"role": "user", "content": "When?"}]
    assert seen.json == {"q": "Q: When?", "msgs": messages, "n": 3, "x": ["Ada", None], "d": 7}


async def test_the_system_prompt_is_a_variable():
    """What the settings hold is there for the template."""
    _, seen = await answered({"text": ""}, request={"s": "{{ system }}"}, system="Be kind.")
    assert seen.json == {"s": "Be kind."}


async def test_the_question_goes_before_a_variable_of_its_name():
    """A case's variable cannot stand in for what is asked."""
    _, seen = await answered({"text": ""}, request("real", variables={"question": "false"}))
    assert seen.json == {"question": "real"}


async def test_method_and_headers_are_sent(monkeypatch):
    """Headers may hold variables of the environment."""
    monkeypatch.setenv("API_TOKEN", "t-123456")
    found, seen = await answered({"text": "t-123456"}, method="PUT", headers={"X-Api-Key": "${API_TOKEN}"})
    assert (seen.head.split()[0], seen.header("X-Api-Key")) == ("PUT", "t-123456")
    assert "t-123456" not in repr(found)


async def test_a_get_sends_a_query():
    """With GET the template's fields become the query, behind the one that is there."""
    async with serving(lambda exchange: exchange.answer({"text": "x"})) as place:
        settings = HttpSettings(url=f"{place.url}?v=1", answer="text", method="GET", request={"q": "{{ question }} &"})
        target = HttpTarget("api", settings)
        await target.ask(request("a b"))
        await target.aclose()
        assert place.seen[0].head.split()[1] == "/v1?v=1&q=a+b+%26"
        assert place.seen[0].body == b""


async def test_usage_and_finish_reason_have_paths():
    """Tokens give a cost; what is no number is left out."""
    body = {"text": "x", "meta": {"in": 10, "out": 5, "cached": "?"}, "why": "stop"}
    found, _ = await answered(
        body,
        usage={"input": "$.meta.in", "output": "$.meta.out", "cached": "$.meta.cached"},
        finish_reason="why",
        price={"input": 1, "output": 2},
    )
    assert (found.usage.input, found.usage.output, found.usage.cached) == (10, 5, 0)
    assert (found.answer.finish_reason, found.cost) == ("stop", Money(20_000))


async def test_without_usage_nothing_is_made_up():
    """A plain endpoint has no tokens, hence no cost."""
    found, _ = await answered({"text": "x"}, price={"input": 1, "output": 2})
    assert (found.usage, found.cost) == (None, None)


@pytest.mark.parametrize(
    ("body", "says"),
    [({"other": 1}, r"without a value at \$.text"), (b"<html>", "HTML page"), (b"", "empty body"), (b"[1", "no JSON")],
)
async def test_an_answer_of_another_form_is_a_bad_response(body, says):
    """The path that found nothing is named."""
    found, _ = await answered(body)
    assert found.failure.kind is FailureKind.BAD_RESPONSE
    import re

    assert re.search(says, found.failure.message)


@pytest.mark.parametrize("body", [{"detail": "no such bot"}, {"message": "no such bot"}, {"error": "no such bot"}])
async def test_the_words_of_an_error_are_kept(body):
    """Frameworks write their errors under different names."""
    found, _ = await answered(body, status=422)
    assert found.failure.kind is FailureKind.BAD_REQUEST
    assert "no such bot" in found.failure.message


async def test_a_missing_variable_is_a_failure_of_that_case():
    """The variable is named and nothing is sent."""
    found, seen = await answered({"text": ""}, request={"x": "{{ customer.name }}"})
    assert (found.failure.kind, seen, found.attempts) == (FailureKind.BAD_REQUEST, None, 0)
    assert "'customer' is undefined" in found.failure.message


async def test_a_filled_in_request_that_is_no_json_is_a_failure():
    """A lone expression may give what JSON cannot hold."""
    found, seen = await answered({"text": ""}, request={"x": "{{ question.upper }}"})
    assert (found.failure.kind, seen) == (FailureKind.BAD_REQUEST, None)


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"answer": "$[oops"}, "answer"),
        ({"answer": ""}, "answer"),
        ({"method": "FETCH"}, "method"),
        ({"usage": {"in": "$.x"}}, "usage"),
        ({"usage": {"input": "$["}}, "usage.input"),
        ({"finish_reason": "$["}, "finish_reason"),
        ({"request": {"a": ["{{ oops"]}}, "request.a[0]"),
        ({"request": {"a": "{{ 1 + }}"}}, "request.a"),
        ({"url": "no url"}, "http"),
        ({"headers": {"X-Api-Key": "abc"}}, "headers"),
        ({"api_key": "sk-1"}, "api_key"),
        ({"price": {"input": 1}}, "price.output"),
    ],
)
def test_settings_that_cannot_work_are_mistakes_at_their_key(settings, key):
    """They are found before anything is asked."""
    with pytest.raises(Mistake) as caught:
        HttpTarget("api", HttpSettings(**{"url": "http://h/", "answer": "$.text", **settings}))
    assert caught.value.key == key


@pytest.mark.parametrize("status", [200, 401, 404, 405, 500])
async def test_any_answer_to_options_is_ready(status):
    """The endpoint is not asked a question to find out whether it is there."""
    async with serving(lambda exchange: exchange.answer({}, status)) as place:
        target = HttpTarget("api", HttpSettings(url=place.url, answer="text"))
        await target.ready()
        await target.aclose()
        assert place.seen[0].head.startswith("OPTIONS ")


async def test_nobody_listening_is_not_ready():
    """The message says where nobody is."""
    async with serving(lambda exchange: exchange.answer({})) as place:
        pass
    target = HttpTarget("api", HttpSettings(url=place.url, answer="text"))
    with pytest.raises(CannotRun, match=f":{place.port}"):
        await target.ready()
    await target.aclose()


def test_the_identity_tells_templates_apart():
    """Another template asks something else."""
    made = [
        HttpTarget("api", HttpSettings(url="http://h/?k=${K}", answer="text", request={"q": text})).identity
        for text in ("a", "b", "a")
    ]
    assert made[0] == made[2] != made[1]
    assert "${K}" in made[0]
