"""Keras configs: what they would import and call, code in Lambda layers, files that layers read."""

import base64
import json
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import kerases as keras
from making.kerases import function, layer
from scanning import ids, scanned


def evil(x):
    """A Lambda that starts a program."""
    import os

    os.system("id")
    return x


def built(x):
    """A Lambda that imports by name."""
    return __import__("subprocess").run(x)


def written(x):
    """A Lambda that writes a file."""
    with open("/tmp/x", "w") as file:  # noqa: PTH123
        file.write(x)


def climbing(x):
    """A Lambda that climbs through the interpreter."""
    return ().__class__.__base__.__subclasses__()


def honest(x):
    """A Lambda that computes."""
    return x / 127.5 - 1.0


def verdict(*layers, **more):
    """What is said of a model in JSON, in a `.keras` archive."""
    found = scanned(keras.keras_file(keras.model(*layers, **more)))
    assert scanned(keras.dumped(keras.model(*layers, **more)), "m.json").verdict == found.verdict
    return found


@pytest.mark.parametrize("kind", sorted(keras.HONEST))
def test_parts_of_honest_models_are_clean(kind):
    """Layers, optimisers, losses, policies, lookups with their words inside: none is a finding."""
    found = verdict(keras.HONEST[kind])
    assert (found.verdict, "keras" in found.formats) == ("clean", True)


@pytest.mark.parametrize("made", [keras.lambda_layer, keras.old_lambda])
@pytest.mark.parametrize("of", [built, climbing, evil, written])
def test_code_that_reaches_out_is_an_attack(made, of):
    """Marshalled code of both generations is read for the names it uses."""
    assert "keras.lambda-reaches-out" in ids(verdict(made(of)))


@pytest.mark.parametrize("made", [keras.lambda_layer, keras.old_lambda])
def test_code_that_computes_is_for_review(made):
    """Any code in a model is for review."""
    assert ids(verdict(made(honest))) == ["keras.lambda"]


@pytest.mark.parametrize("value", ["", "!!!!" * 20, "AAAA" * 20, base64.b64encode(b"\xe3" * 60).decode()])
def test_code_that_cannot_be_read_is_for_review(value):
    """What is no marshalled code is for review, not clean."""
    broken = {"class_name": "__lambda__", "config": {"code": value}}
    assert ids(verdict(layer("Lambda", {"function": broken}))) == ["keras.lambda"]


IMPORTED = {
    "CVE-2025-1550": layer("run", {"args": "id"}, "subprocess", "run"),
    "CVE-2025-1550 function": function("system", "os", "function"),
    "CVE-2025-8747": layer("Lambda", {"function": function("get_file", "keras.utils")}),
    "CVE-2025-9906": function("enable_unsafe_deserialization", "keras.config"),
    "CVE-2025-9906 attribute": function("set_global_attribute", "keras.src.backend.common.global_state"),
    "load_model": function("load_model", "keras.models"),
    "load_model saving": function("load_model", "keras.src.saving.saving_api"),
    "eval": function("eval", "builtins"),
    "pickle": layer("Unpickler", {}, "pickle"),
    "numpy": function("load", "numpy"),
    "nested module": layer("system", {}, "keras.src.utils.io_utils.os"),
    "import only": layer("Anything", {}, "antigravity"),
    "typespec": {
        "class_name": "__typespec__",
        "spec_name": "system",
        "module": "os",
        "registered_name": None,
        "config": [],
    },
    "old lambda by name": {
        "class_name": "Lambda",
        "config": {"function": "system", "module": "os", "function_type": "function"},
    },
}


@pytest.mark.parametrize("which", sorted(IMPORTED))
def test_published_gadgets_are_attacks(which):
    """What the config imports or calls decides, wherever it stands."""
    assert verdict(IMPORTED[which]).verdict == "attack"
    assert verdict(compile_config={"loss": [IMPORTED[which]]}).verdict == "attack"
    assert verdict(layer("Dense", {"deep": [{"er": IMPORTED[which]}]})).verdict == "attack"


OWN = {
    "registered": layer("Mine", {}, None, "package>Mine"),
    "main": layer("Mine", {}, "__main__", "Mine"),
    "module": layer("Mine", {}, "mypackage.layers", "Mine"),
    "no module": layer("Mine", {}, None, "Mine"),
    "function": function("my_loss", "mypackage.losses"),
    "registered function": function("my_loss", "builtins", "package>my_loss"),
    "old": {"class_name": "package>Mine", "config": {}},
}


@pytest.mark.parametrize("which", sorted(OWN))
def test_own_classes_are_for_review(which):
    """A class or function of the user's own is for review, never an attack."""
    assert ids(verdict(OWN[which])) == ["keras.custom-object"]


@pytest.mark.parametrize("name", ["IntegerLookup", "StringLookup", "TextVectorization"])
def test_vocabularies_in_files(name):
    """A vocabulary elsewhere or at an address is an attack, beside the model for review (CVE-2025-12058)."""
    for path in ("/etc/passwd", "../a", "https://example.org/a", "file:///etc/passwd"):
        assert ids(verdict(layer(name, {"vocabulary": path}))) == ["keras.reads-elsewhere"]
    assert ids(verdict(layer(name, {"vocabulary": "words.txt"}))) == ["keras.reads-file"]


def test_saved_models_as_layers():
    """A layer that loads a SavedModel from a path is for review, from elsewhere an attack."""
    assert verdict(layer("TFSMLayer", {"filepath": "model"})).verdict == "review"
    assert verdict(layer("TFSMLayer", {"filepath": "/tmp/model"})).verdict == "attack"


def test_pickled_torch_modules_are_scanned():
    """The pickle within a TorchModuleWrapper is looked at as a pickle."""
    payload = base64.b64encode(b"cos\nsystem\n(S'id'\ntR.").decode()
    plain = base64.b64encode(pickle.dumps({"a": 1})).decode()
    assert "keras.torch-module" in ids(verdict(layer("TorchModuleWrapper", {"module": plain})))
    found = scanned(keras.dumped(keras.model(layer("TorchModuleWrapper", {"module": payload}))))
    assert any(each.member == "TorchModuleWrapper" for each in found.findings)


def test_escapes_and_encodings_hide_nothing():
    """JSON may spell its keys by escapes, and stand in UTF-16 or UTF-32."""
    text = json.dumps(keras.model(function("system", "os")))
    spelled = text.replace("class_name", "class\\u005fname").replace('"os"', '"\\u006fs"')
    assert scanned(spelled.encode()).verdict == "attack"
    for encoding in ("utf-16", "utf-16-be", "utf-16-le", "utf-32", "utf-8-sig"):
        assert scanned(text.encode(encoding)).verdict == "attack"


def test_repeated_keys_hide_nothing():
    """The last value of a repeated key counts, as for Python's parser; objects within the first are looked at."""
    text = '{"class_name": "function", "config": "system", "module": "keras.losses", "module": "os"}'
    assert scanned(f'{{"class_name": "Sequential", "config": [{text}]}}'.encode()).verdict == "attack"
    inner = '{"class_name": "function", "module": "os", "config": "system"}'
    assert scanned(f'{{"class_name": "A", "config": {{"x": {inner}, "x": 1}}}}'.encode()).verdict == "attack"


def test_deep_nesting_is_for_review():
    """A config deeper than it is parsed is for review, not clean."""
    deep = '{"class_name": "A", "config": ' + "[" * 700 + "]" * 700 + "}"
    assert ids(scanned(deep.encode())) == ["json.nested-too-deep"]
    deep = deep.replace("[" * 700, "[" * 300).replace("]" * 700, "]" * 300)
    assert scanned(deep.encode()).verdict == "clean"


def test_keras_yaml_is_read():
    """A model as YAML is judged like one as JSON."""
    assert scanned(b"class_name: Lambda\nconfig:\n  function: system\n  module: os\n", "m.yaml").verdict == "attack"


WHOLE = keras.dumped(keras.model(keras.lambda_layer(evil), *keras.HONEST.values()))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255), st.integers(0, 50))
def test_any_change_of_a_config_has_a_verdict(place, byte, cut):
    """No byte that is changed, and no end that is cut, makes the reader fail."""
    data = bytearray(WHOLE)
    data[place] = byte
    assert "file.reader-failed" not in ids(scanned(bytes(data[: len(data) - cut])))


VALUES = st.recursive(
    st.none()
    | st.integers()
    | st.sampled_from(["os", "keras.layers", "Lambda", "function", "__lambda__", "a" * 60, ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["class_name", "config", "module", "registered_name", "function", "items"]), inner
        )
    ),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_any_kind_of_value_has_a_verdict(value):
    """Keys of Keras with values of any kind never make the reader fail."""
    assert "file.reader-failed" not in ids(scanned(json.dumps({"class_name": "Lambda", "config": value}).encode()))
