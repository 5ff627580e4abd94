"""Configs within model archives: skops schemas, TorchServe manifests, exported programs, Hydra in JSON."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.zips import Member, archive
from scanning import ids, scanned


def node(name, module="sklearn.linear_model._logistic", loader="ObjectNode", **more):
    """A node of a skops schema."""
    return {"__class__": name, "__module__": module, "__loader__": loader, **more}


def schema(*nodes):
    """A skops file around some nodes."""
    content = node("dict", "builtins", "DictNode", content={str(at): each for at, each in enumerate(nodes)})
    whole = node("LogisticRegression", content=content, protocol=2, _skops_version="0.12.0")
    return scanned(archive(Member("schema.json", json.dumps(whole).encode())), "m.skops")


SKOPS_HONEST = {
    "array": node("ndarray", "numpy", "NdArrayNode", type="numpy", file="1.npy"),
    "bytes": node("bytes", "builtins", "BytesNode", file="a.bin"),
    "getter": node(
        "itemgetter", "operator", "OperatorFuncNode", attrs=node("str", "builtins", "JsonNode", content="1")
    ),
    "json": node("str", "builtins", "JsonNode", content='"text"', is_json=True),
    "list": node("list", "builtins", "ListNode", content=[]),
    "loss": node("CyHalfBinomialLoss", "sklearn._loss._loss", "LossNode"),
    "random": node("RandomState", "numpy.random.mtrand", "RandomStateNode", content={}),
    "slice": node("slice", "builtins", "SliceNode", content={"start": 1}),
    "tree": node("Tree", "sklearn.tree._tree", "TreeNode"),
    "type": node("float64", "numpy", "TypeNode"),
    "ufunc": node("log1p", "numpy", "FunctionNode", content="numpy.log1p"),
    "xgboost": node("XGBClassifier", "xgboost.sklearn"),
}
GLOBALS = node("str", "builtins", "JsonNode", content='"__globals__"')
BASE, OTHER = node("A", "sklearn.base"), node("Other")
SKOPS_ATTACKS = {
    "class": node("Popen", "subprocess"),
    "function": node("system", "os", "FunctionNode"),
    "function path": node("f", "builtins", "FunctionNode", content={"module_path": "os", "function": "system"}),
    "eval": node("eval", "builtins", "FunctionNode"),
    "CVE-2025-54412": node("call", "operator", "OperatorFuncNode", attrs=[]),
    "CVE-2025-54412 module": node("system", "os", "OperatorFuncNode", attrs=[]),
    "CVE-2025-54413": node("A", "sklearn.linear_model", "MethodNode", content={"func": "x", "obj": OTHER}),
    "dunder method": node("A", "sklearn.base", "MethodNode", content={"func": "__reduce__", "obj": BASE}),
    "dunder getter": node("attrgetter", "operator", "OperatorFuncNode", attrs=GLOBALS),
    "constructor": node("Popen", "subprocess", "ConstructorFromReduceNode", content=[]),
    "joblib": node("load", "joblib", "FunctionNode"),
    "type of os": node("system", "os", "TypeNode"),
}
SKOPS_REVIEWS = {
    "method": node("A", "sklearn.base", "MethodNode", content={"func": "transform", "obj": node("A", "sklearn.base")}),
    "partial": node("partial", "functools", "PartialNode", content={}),
    "caller": node("methodcaller", "operator", "OperatorFuncNode", attrs=[]),
    "own class": node("Ranker", "mypackage.models"),
    "main": node("Thing", "__main__"),
    "own function": node("clean", "mypackage.text", "FunctionNode"),
}


@pytest.mark.parametrize("which", sorted(SKOPS_HONEST))
def test_nodes_of_honest_skops_files_are_clean(which):
    """What skops writes for scikit-learn, numpy and plain types is no finding."""
    found = schema(SKOPS_HONEST[which])
    assert (found.verdict, "skops" in found.formats) == ("clean", True)


@pytest.mark.parametrize("which", sorted(SKOPS_ATTACKS))
def test_nodes_that_reach_out_are_attacks(which):
    """Dangerous types, and nodes that are not what they say, are attacks."""
    found = schema(SKOPS_ATTACKS[which])
    assert (found.verdict, all(each.startswith("skops.") for each in ids(found))) == ("attack", True)


@pytest.mark.parametrize("which", sorted(SKOPS_REVIEWS))
def test_nodes_of_own_code_are_for_review(which):
    """Own classes and bound calls are for review."""
    assert schema(SKOPS_REVIEWS[which]).verdict == "review"


def manifest(**model):
    """A model archive with a manifest."""
    whole = {"createdOn": "1", "runtime": "python", "model": {"modelName": "m", **model}, "archiverVersion": "0.9.0"}
    return scanned(archive(Member("MAR-INF/MANIFEST.json", json.dumps(whole).encode())), "m.mar")


def test_honest_manifests_are_clean():
    """A manifest is clean; own handlers and requirements are said."""
    assert ids(manifest(handler="image_classifier", serializedFile="model.pt")) == []
    found = manifest(handler="handler.py:handle", requirementsFile="requirements.txt")
    assert (found.verdict, ids(found)) == ("clean", ["mar.has-handler", "mar.installs-packages"])


@pytest.mark.parametrize("path", ["../../evil.py", "/tmp/evil.py", "/tmp/evil.py:handle", "C:\\evil.py"])
@pytest.mark.parametrize("key", ["handler", "modelFile", "serializedFile"])
def test_manifests_that_leave_the_archive_are_attacks(key, path):
    """A server would import what stands outside."""
    assert "mar.path-leaves" in ids(manifest(**{key: path}))


def program(*targets, expression="s0 + 1"):
    """An exported program."""
    nodes = [{"target": each, "inputs": [], "outputs": []} for each in targets]
    sizes = {"as_sym_int": {"as_expr": {"expr_str": expression, "hint": None}}}
    whole = {"graph_module": {"graph": {"nodes": nodes, "sizes": sizes}}, "schema_version": {"major": 8}}
    return scanned(archive(Member("p/models/model.json", json.dumps(whole).encode())), "m.pt2")


TARGETS = [
    "#do_not_use",
    "_operator.mul",
    "math.ceil",
    "torch.ops.aten.add.Tensor",
    "torch.ops.higher_order.cond",
    "torch.ops.quantized_decomposed.quantize_per_tensor.default",
    "torch.sym_size",
]


@pytest.mark.parametrize("target", TARGETS)
def test_operators_of_torch_are_clean(target):
    """Operators of PyTorch, its sizes and Python's arithmetic are no finding."""
    assert program(target).verdict == "clean"


@pytest.mark.parametrize(
    "target",
    ["builtins.eval", "os.system", "torch.load", "torch.ops.aten.from_file.default", "torch.serialization.os.system"],
)
def test_operators_that_reach_out_are_attacks(target):
    """A program that reads files or runs commands is an attack."""
    assert ids(program(target)) == ["export.reaches-out"]


def test_operators_of_others_are_for_review():
    """An operator of another library is for review."""
    assert ids(program("torch.ops.mylib.fused.default")) == ["export.custom-operator"]


@pytest.mark.parametrize(
    "text",
    ["((s0//2)) + 1", "Max(1, s0)", "Mod(s0, 8)", "Symbol('s77', positive=True, integer=True)", "u0 <= 3 & s1 > 2"],
)
def test_sizes_are_clean(text):
    """Arithmetic of symbols is what sizes are made of."""
    assert program(expression=text).verdict == "clean"


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('id')",
        "exec('1')",
        "eval('1')",
        "lambda: 0",
        "open('a')",
        "'a'.format({})",
        "os.system(1)",
    ],
)
def test_expressions_that_are_more_are_attacks(text):
    """A size is evaluated, and so is what stands in its place: sympy evaluates what it is given."""
    assert ids(program(expression=text)) == ["export.expression-runs"]


def test_hydra_targets_in_json_are_found():
    """Targets count in JSON as in YAML, under escapes and anywhere."""
    assert scanned(b'{"model": [{"_target_": "os.system", "command": "id"}]}').verdict == "attack"
    assert scanned(b'{"model": [{"_t\\u0061rget_": "os.system"}]}').verdict == "attack"
    assert scanned(b'{"_target_": "torch.nn.Linear", "in": 3}').verdict == "clean"
    assert scanned(b'{"_target_": "mine.Net"}').verdict == "review"


def test_ordinary_json_is_left_to_others():
    """JSON without any of the keys is recognised by none of these."""
    assert set(scanned(b'{"a": [1, 2, {"b": null}]}').formats) & {"keras", "skops", "hydra json"} == set()


VALUES = st.recursive(
    st.none() | st.integers() | st.sampled_from(["os", "system", "OperatorFuncNode", "MethodNode", "a.b", "${x}"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "__class__",
                    "__module__",
                    "__loader__",
                    "content",
                    "obj",
                    "func",
                    "_target_",
                    "expr_str",
                    "target",
                    "model",
                    "handler",
                ]
            ),
            inner,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["__class__", "_target_", "graph_module", "handler", "model", "nbformat"]), VALUES)
def test_any_kind_of_value_has_a_verdict(key, value):
    """Keys with values of any kind never make a reader fail."""
    text = json.dumps({key: value, "__module__": "a", "__class__": "b", "cells": value, "init_args": value})
    assert "file.reader-failed" not in ids(scanned(text.encode()))
