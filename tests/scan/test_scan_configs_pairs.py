"""Configs that name what is called: Keras, Hydra, skops, model archives, exported programs, beside honest ones."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import kerases as keras
from making.kerases import function, layer
from scanning import scanned

from seatrial.scan.graphs.keras_names import builds_only, computes_only, is_keras, plain
from seatrial.scan.part import Settings


def evidence(whole, name="config.json"):
    """Ids with what they show, of an object as JSON."""
    return [(each.id, each.evidence) for each in scanned(json.dumps(whole).encode(), name).findings]


def kinds(whole, name="config.json"):
    """The ids alone, sorted."""
    return sorted({id for id, _ in evidence(whole, name)})


@pytest.mark.parametrize(
    ("module", "wanted"),
    [
        *(("keras.layers", "keras.layers"), ("keras.src.layers", "keras.layers"), ("keras.src", "keras")),
        *(("tensorflow.keras.losses", "keras.losses"), ("tensorflow.python.keras.engine", "keras.engine")),
        *(("tf_keras", "keras"), ("tf_keras.src.models", "keras.models"), ("keras.python.x", "keras.x")),
        *(("keras_src.layers", "keras_src.layers"), ("tf_keras_evil", "tf_keras_evil"), ("", "")),
    ],
)
def test_modules_are_spelled_as_the_public_ones(module, wanted):
    """Private and older paths are the same modules; names that only begin alike are others."""
    assert plain(module) == wanted


@pytest.mark.parametrize(
    ("module", "builds", "computes", "own"),
    [
        ("keras", True, False, True),
        ("keras.layers", True, False, True),
        ("keras.layers.core.dense", True, False, True),
        ("keras.losses", True, True, True),
        ("keras.activations", True, True, True),
        ("keras.ops", True, True, True),
        ("keras.ops.numpy", True, True, True),
        ("keras.ops.io_utils", True, False, True),
        ("keras.utils", False, False, True),
        ("keras.utils.losses_utils", True, False, True),
        ("keras.saving", False, False, True),
        ("keras.config", False, False, True),
        ("keras.backend.config", False, False, True),
        ("keras.backend.common.global_state", False, False, True),
        ("keras_hub.models", True, False, False),
        ("keras_evil", False, False, False),
        ("kerasx.layers", False, False, False),
        ("os", False, False, False),
    ],
)
def test_modules_of_keras_are_told_apart_by_what_they_do(module, builds, computes, own):
    """Parts of models, functions that compute, and everything else that a config must not name."""
    assert (builds_only(module), computes_only(module), is_keras(module)) == (builds, computes, own)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (layer("Dense", {"units": 1}), []),
        (layer("Dense", {"units": 1}, "my.layers"), ["keras.custom-object"]),
        (layer("system", {}, "os"), ["keras.dangerous-name"]),
        (layer("Dense", {}, "keras.layers", "mine>Dense"), ["keras.custom-object"]),
        (layer("Dense", {}, "keras.layers", "keras>Dense"), []),
        (layer("get_file", {}, "keras.utils"), ["keras.dangerous-name"]),
        (function("relu", "keras.activations"), []),
        (function("get_file", "keras.utils"), ["keras.dangerous-name"]),
        (function("mine", "my.functions"), ["keras.custom-object"]),
        (function("mine", "builtins", "mine>mine"), ["keras.custom-object"]),
        (function("mse", "builtins"), []),
        (function("eval", "builtins"), ["keras.dangerous-name"]),
        (layer("StringLookup", {"vocabulary": ["a"]}), []),
        (layer("StringLookup", {"vocabulary": "words.txt"}), ["keras.reads-file"]),
        (layer("StringLookup", {"vocabulary": "/etc/passwd"}), ["keras.reads-elsewhere"]),
        (layer("Dense", {"path": "words.txt"}), []),
        (layer("Dense", {"url": "http://a/b"}), ["keras.reads-elsewhere"]),
        ({"class_name": "mine>Thing", "config": {}}, ["keras.custom-object"]),
        ({"class_name": "Dense", "config": {}}, []),
        ({"class_name": "Lambda", "config": {"function": "relu"}}, ["keras.lambda"]),
        ({"class_name": "Lambda", "config": {"function": "eval"}}, ["keras.dangerous-name"]),
        ({"class_name": "Lambda", "config": {}}, ["keras.lambda"]),
        ({"class_name": "mine>Lambda", "config": {}}, ["keras.lambda"]),
    ],
)
def test_what_a_config_of_keras_names_decides(given, wanted):
    """The nearest honest object is clean; another module, name or path is told by its rule."""
    assert kinds(keras.model(given)) == wanted


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("torch.nn.Linear", []),
        ("torch.nnx.Linear", ["config.calls-unknown"]),
        ("torch.optim.AdamW", []),
        ("torch.load", ["config.calls-dangerous"]),
        ("torch.nn.os.system", ["config.calls-dangerous"]),
        ("builtins.dict", []),
        ("builtins.eval", ["config.calls-dangerous"]),
        ("dict", ["config.calls-unknown"]),
        ("exec", ["config.calls-dangerous"]),
        ("collections.OrderedDict", []),
        ("collections.abc", ["config.calls-unknown"]),
        ("pathlib.Path", []),
        ("pathlib.Path.write_text", ["config.calls-dangerous"]),
        ("my.module.Net", ["config.calls-unknown"]),
        ("my.module.run_command", ["config.calls-dangerous"]),
        ("my.module.running", ["config.calls-unknown"]),
        (" os.system ", ["config.calls-dangerous"]),
        ("os:system", ["config.calls-dangerous"]),
        ("${name}", ["config.calls-unknown"]),
        ("a." * 500 + "b", ["config.calls-unknown"]),
        ("os." + "path.os." * 150 + "system", ["config.calls-unknown"]),
    ],
)
def test_a_target_is_judged_by_its_whole_name(target, wanted):
    """Parts of libraries are clean, dangerous names attacks however reached, others are for a person."""
    assert kinds({"_target_": target}) == wanted


@pytest.mark.parametrize(
    ("whole", "wanted"),
    [
        ({"class_path": "os.system"}, []),
        ({"class_path": "os.system", "init_args": {}}, ["config.calls-dangerous"]),
        ({"_target_": "torch.nn.Linear", "func": "os.system"}, ["config.calls-dangerous"]),
        ({"_target_": "torch.nn.Linear", "func": "system"}, []),
        ({"_target_": "torch.nn.Linear", "target": "arm64.linux"}, []),
        ({"_target_": "torch.nn.Linear", "trust_remote_code": "yes"}, ["config.trusts-remote-code"]),
        ({"_target_": "torch.nn.Linear", "trust_remote_code": 0}, []),
        ({"_target_": 7}, []),
        ({"a": [{"b": {"_target_": "os.system"}}]}, ["config.calls-dangerous"]),
    ],
)
def test_keys_beside_the_target_count(whole, wanted):
    """Other keys that name code count only where the name is dangerous."""
    assert [each for each in kinds(whole, "conf.json") if each.startswith("config.")] == wanted


def test_the_users_own_classes_may_be_allowed():
    """A name that the user allows is no finding; allowing a dangerous one changes nothing."""
    settings_ = Settings(allowed=frozenset({"my.Net", "os.system"}))
    for target, wanted in (("my.Net", "clean"), ("my.Other", "review"), ("os.system", "attack")):
        data = json.dumps({"_target_": target}).encode()
        assert scanned(data, "c.json", settings_).verdict == wanted


@pytest.mark.parametrize(
    ("path", "leaves"),
    [
        ("handler.py", False),
        ("a/h.py:run", False),
        ("../h.py", True),
        ("/h.py", True),
        ("a.py,../b", True),
        ("", False),
    ],
)
@pytest.mark.parametrize("key", ["extraFiles", "configFile", "requirementsFile"])
def test_every_file_of_a_manifest_stays_in_the_archive(key, path, leaves):
    """Lists of files are read one by one."""
    found = kinds({"model": {"modelName": "m", "handler": "h", key: path}}, "MANIFEST.json")
    assert ("mar.path-leaves" in found) is leaves


@pytest.mark.parametrize(
    ("expression", "runs"),
    [
        *(("s0 + 1", False), ("Max(1, s0//2)", False), ("Symbol('s0', integer=True)", False), ("s0 % 8 == 0", False)),
        *(
            ("__import__('os')", True),
            ("eval(s0)", True),
            ("s0.__class__", True),
            ("lambda: 1", True),
            ("s0 @ s1", True),
        ),
        *(("os.system", True), ("osx + 1", False), ('"a"', True), ("s0; s1", True), ("{s0}", True), ("", False)),
    ],
)
def test_sizes_are_arithmetic(expression, runs):
    """Numbers, symbols and comparisons are what sizes are made of; anything else would be evaluated."""
    whole = {"graph_module": {"graph": {"sizes": {"expr_str": expression}}}}
    assert kinds(whole, "model.json") == (["export.expression-runs"] if runs else [])


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        *(("torch.ops.aten.add.Tensor", []), ("torch.ops.aten.from_file.default", ["export.reaches-out"])),
        *(("torch.ops.mine.add", ["export.custom-operator"]), ("torch.ops.image.read_file", ["export.reaches-out"])),
        *(("_operator.getitem", []), ("math.ceil", []), ("torch.sym_max", []), ("os.system", ["export.reaches-out"])),
        *(("builtins.eval", ["export.reaches-out"]), ("my.function", ["export.custom-operator"]), ("#constant", [])),
    ],
)
def test_targets_of_a_program_are_operators(target, wanted):
    """PyTorch's operators and Python's arithmetic are clean; others by what they reach."""
    whole = {"graph_module": {"graph": {"nodes": [{"target": target, "inputs": []}]}}}
    assert kinds(whole, "model.json") == wanted


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["a", "os.system", "", "keras", ">", "Lambda"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["config", "items", "spec"]), inner),
    max_leaves=5,
)
_KEYS = [
    "class_name",
    "config",
    "module",
    "registered_name",
    "_target_",
    "model",
    "handler",
    "graph_module",
    "__class__",
]


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.sampled_from([*_KEYS, "__module__", "__loader__", "content"]), _VALUES, min_size=1))
def test_any_values_under_keys_that_build_objects_have_a_verdict(whole):
    """Whatever stands under the keys, no reader fails, and a second look says the same."""
    first = evidence(whole)
    assert "file.reader-failed" not in [id for id, _ in first]
    assert evidence(whole) == first
