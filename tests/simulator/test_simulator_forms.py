"""Answers that are no prose: JSON that fits a schema, embeddings, moderations."""

import base64
import json
import math
import struct

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulator_support import PARROT, persona_from, post, question, running

from seatrial.simulator.embeddings import embed, embeddings_body
from seatrial.simulator.json_forms import MAX_DEPTH, MAX_VALUES, fill_schema
from seatrial.simulator.knowledge import Knowledge
from seatrial.simulator.moderation import moderation_body
from seatrial.simulator.persona import load_persona
from seatrial.simulator.wire import ApiError, EmbeddingRequest, ModerationRequest

HARBOUR = load_persona("harbour-v2")
ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(-1e9, 1e9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
KEYWORDS = ["type", "properties", "items", "enum", "const", "anyOf", "oneOf", "minItems", "minLength", "minimum"]
SENTENCES = st.lists(
    st.sampled_from(["when", "does", "the", "last", "ferry", "leave", "for", "saltholm"]), min_size=1, max_size=8
)


def cosine(left, right):
    """The cosine of two unit vectors."""
    return math.fsum(one * two for one, two in zip(left, right, strict=True))


def values_in(found):
    """How many values a JSON value holds."""
    inner = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    return 1 + sum(values_in(value) for value in inner)


def embedded(found, **more):
    """The vectors of an input."""
    request = msgspec.convert({"model": "m", "input": found, **more}, EmbeddingRequest)
    return [row["embedding"] for row in embeddings_body(request)["data"]]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"const": {"a": 1}}, {"a": 1}),
        ({"enum": ["x", "y"], "type": "string"}, "x"),
        ({"type": ["integer", "null"]}, 0),
        ({"anyOf": [{"type": "boolean"}, {"type": "null"}]}, False),
        ({"oneOf": [{"const": 4}]}, 4),
        ({"type": "integer", "minimum": 2.5}, 3),
        ({"type": "number", "minimum": 2.5}, 2.5),
        ({"type": "integer", "minimum": -4}, -4),
        ({"type": "array", "items": {"type": "null"}, "minItems": 3}, [None] * 3),
        ({"type": "array", "minItems": -1}, []),
        ({"type": "array", "minItems": "many"}, []),
        ({"type": "array", "minItems": [1]}, []),
        ({"type": "string", "minLength": 4}, "hixx"),
        ({"type": "string", "minLength": None}, "hi"),
        ({"type": "string", "minLength": 10**9}, "hi" + "x" * 998),
        ({"properties": {"a": {"type": "string"}}}, {"a": "hi"}),
        ({"type": "object", "properties": []}, {}),
        ({"type": "integer", "minimum": True}, 0),
        ({"enum": []}, None),
        ({"type": "made-up"}, None),
        ({}, None),
        ([], None),
    ],
)
def test_schemas_are_filled_with_the_smallest_value(schema, value):
    """Each keyword that is looked at gives its smallest value, and nonsense under it is as if it were not there."""
    found = fill_schema(schema, {"answer": "hi"})
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("inner", "value"),
    [
        ({"type": "number"}, 8.4),
        ({"type": ["null", "number"]}, 8.4),
        ({"type": "integer"}, 0),
        ({"type": "boolean"}, False),
        ({"type": "number", "enum": [8.4, 9]}, 8.4),
        ({"type": "number", "enum": [1, 2]}, 1),
        ({"type": "number", "enum": 5}, 8.4),
        ({}, None),
        (None, None),
    ],
)
def test_facts_are_taken_where_type_and_enum_allow(inner, value):
    """A known value fills the property of its name, unless that could not hold it."""
    assert fill_schema({"type": "object", "properties": {"fare": inner}}, {"fare": 8.4}) == {"fare": value}


@given(st.dictionaries(st.sampled_from(KEYWORDS), ODD))
def test_no_schema_makes_filling_fail(schema):
    """Whatever stands under the keywords, there is a value, and it is JSON."""
    found = fill_schema(schema, {"answer": "x"})
    assert json.loads(msgspec.json.encode(found)) == found


def test_nested_arrays_do_not_explode():
    """Arrays of a hundred arrays of a hundred are cut off at the most values, and deep ones at the depth."""
    schema = {"type": "integer"}
    for _ in range(8):
        schema = {"type": "array", "minItems": 100, "items": schema}
    assert values_in(fill_schema(schema, {})) <= 2 * MAX_VALUES
    deep = {"const": 1}
    for _ in range(MAX_DEPTH):
        deep = {"type": "array", "minItems": 1, "items": deep}
    assert json.dumps(fill_schema(deep, {})) == "[" * MAX_DEPTH + "null" + "]" * MAX_DEPTH


@pytest.mark.parametrize("schema", [{"type": "array", "minItems": "x"}, {"minItems": {}}, {"enum": 3}, {"type": [[]]}])
async def test_odd_schemas_of_a_client_are_no_defect(schema):
    """A schema that makes no sense gets an answer, never a 500."""
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    async with running(HARBOUR) as (simulator, session):
        status, _, raw = await post(session, simulator, question("Hello", "harbour-v2", response_format=form))
    assert status == 200
    json.loads(json.loads(raw)["choices"][0]["message"]["content"])


@pytest.mark.parametrize("entry", [entry for entry in HARBOUR.knowledge if entry.json], ids=lambda entry: entry.id)
async def test_structured_answers_carry_the_facts(entry):
    """Asked with the schema of its own form, each entry gives its own form, valid and the same."""
    words = " ".join(item.split("|")[0].removesuffix("*") for item in entry.keywords["en"])
    text = f"What is the {words} Saltholm XK-17"
    async with running(HARBOUR) as (simulator, session):

        async def answer(form):
            body = question(text, "harbour-v2", response_format=form)
            raw = (await post(session, simulator, body))[2]
            return json.loads(json.loads(raw)["choices"][0]["message"]["content"])

        plain = await answer({"type": "json_object"})
        types = {str: "string", int: "integer", float: "number"}
        fields = {key: {"type": types[type(value)]} for key, value in plain.items()}
        schema = {"type": "object", "properties": fields, "required": sorted(fields), "additionalProperties": False}
        structured = await answer({"type": "json_schema", "json_schema": {"name": "x", "schema": schema}})
    assert set(plain) == set(entry.json)
    assert structured == plain
    jsonschema.validate(structured, schema)


@given(SENTENCES, st.randoms(use_true_random=False))
def test_embeddings_are_of_bags_of_words(words, random):
    """Order, case, punctuation and accents do not move a text; saying it twice does not either."""
    shuffled = words[:]
    random.shuffle(shuffled)
    vector = embed(" ".join(words), 64)
    for form in (" ".join(shuffled), "¡" + ", ".join(words).upper() + "!", " ".join(words * 2)):
        assert embed(form, 64) == pytest.approx(vector)


@given(SENTENCES, SENTENCES)
def test_cosines_lie_between_minus_one_and_one(left, right):
    """Any two texts have a cosine within the bounds, and a text has 1 with itself."""
    one, two = embed(" ".join(left), 32), embed(" ".join(right), 32)
    assert -1 - 1e-9 <= cosine(one, two) <= 1 + 1e-9
    assert cosine(one, one) == pytest.approx(1)


@pytest.mark.parametrize(("text", "place"), [("!?", 0), ("  ", 0), ("ferry", 10)])
def test_short_texts_have_one_axis(text, place):
    """A text without words lies along the first axis, one of a single word along that word's."""
    vector = embed(text, 16)
    assert sorted(abs(value) for value in vector) == [0.0] * 15 + [1.0]
    assert abs(vector[place]) == 1.0


def test_words_point_both_ways():
    """Signs are hashed, too, so that words which share a place cancel as often as they add up."""
    assert {sum(embed(f"word{number}", 8)) for number in range(20)} == {1.0, -1.0}


@pytest.mark.parametrize(
    ("found", "count"),
    [("one", 1), (["a", "b", "a"], 3), ([1, 2, 3], 1), ([[1, 2], [3]], 2), (["a", [1, 2]], 2)],
)
def test_inputs_of_every_form_are_embedded_row_by_row(found, count):
    """Texts, token ids and lists of either give a vector each."""
    assert [len(vector) for vector in embedded(found)] == [256] * count


def test_token_ids_are_embedded_as_their_numbers():
    """A list of ids lies where the text of these numbers lies, and equal inputs have equal vectors."""
    assert embedded([17, 4])[0] == embedded("17 4")[0]
    one, _, two = embedded(["a", "b", "a"])
    assert one == two


@given(st.text(min_size=1, max_size=30), st.integers(1, 40))
def test_base64_holds_little_endian_floats(text, dimensions):
    """The packed form is that of the plain numbers in single precision."""
    (plain,), (packed,) = (embedded(text, dimensions=dimensions, encoding_format=form) for form in ("float", "base64"))
    assert struct.unpack(f"<{dimensions}f", base64.b64decode(packed)) == pytest.approx(plain, abs=1e-6)


@pytest.mark.parametrize("found", ["", [""], [[]], ["a", []]])
def test_empty_inputs_are_refused(found):
    """An empty text or list of ids anywhere is a 400 under `input`."""
    with pytest.raises(ApiError) as caught:
        embedded(found)
    assert (caught.value.status, caught.value.param) == (400, "input")


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"input": []}, "input"),
        ({"input": None}, "input"),
        ({"dimensions": 0}, "dimensions"),
        ({"dimensions": 4097}, "dimensions"),
        ({"encoding_format": "hex"}, "encoding_format"),
        ({"input": ["a"] * 2049}, "input"),
    ],
)
async def test_bad_embedding_requests_name_their_key(tmp_path, change, param):
    """One step beyond each bound is a 400 with the key."""
    async with running(persona_from(tmp_path, PARROT)) as (simulator, session):
        body = {"model": "parrot", "input": "a", **change}
        status, _, raw = await post(session, simulator, body, "/embeddings")
    assert (status, json.loads(raw)["error"]["param"]) == (400, param)


REFUSED = [
    pytest.param(entry, language, id=f"{entry.id}-{language}")
    for entry in HARBOUR.refuses
    for language in HARBOUR.languages
]


@pytest.mark.parametrize(("entry", "language"), REFUSED)
def test_refused_topics_are_flagged_under_their_category(entry, language):
    """A topic with a category is flagged in every language, under no other category; one without is not."""
    text = " ".join(item.split("|")[0].removesuffix("*") for item in entry.keywords[language])
    hint = {"en": "the", "de": "der", "es": "el por", "fr": "le est"}[language]
    request = ModerationRequest(input=f"{hint} {text}")
    (result,) = moderation_body(request, HARBOUR, Knowledge(HARBOUR))["results"]
    assert result["flagged"] is bool(entry.category)
    assert [name for name, hit in result["categories"].items() if hit] == ([entry.category] if entry.category else [])


@given(st.lists(st.text(max_size=30), max_size=4))
def test_moderation_scores_agree_with_their_flags(texts):
    """One result a text; a category is hit exactly where its score is above a half, and scores are shares."""
    knowledge = Knowledge(HARBOUR)
    found = moderation_body(ModerationRequest(input=texts), HARBOUR, knowledge)
    assert len(found["results"]) == len(texts)
    for result in found["results"]:
        assert result["flagged"] is any(result["categories"].values())
        assert set(result["categories"]) == set(result["category_scores"]) == {"illicit", "privacy", "violence"}
        for name, score in result["category_scores"].items():
            assert 0 <= score <= 1
            assert (score > 0.5) is result["categories"][name]
    assert found == moderation_body(ModerationRequest(input=texts), HARBOUR, knowledge)


def test_moderation_names_the_model_that_was_asked_for():
    """The model is repeated; without one it is the persona's own."""
    knowledge = Knowledge(HARBOUR)
    named = [moderation_body(ModerationRequest(input="a", model=m), HARBOUR, knowledge)["model"] for m in ("m", "")]
    assert named == ["m", "harbour-v2-moderation"]
