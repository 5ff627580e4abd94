"""YAML: tags that make objects, alias bombs, targets of Hydra and NeMo."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.tars import archive, entry
from scanning import ids, scanned

RUNNING = [
    "!!python/object/apply:os.system ['id']",
    "x: !!python/object/new:subprocess.Popen [['id']]",
    "- !!python/object/apply:builtins.eval ['1']",
    "- !!python/object/apply:eval ['1']",
    "- !!python/name:eval",
    "- !!python/name:os.system",
    "- !!python/module:os",
    "- !!python/module:mypackage",
    "- !!python/object/apply:mypackage.run {args: [1]}",
    "%TAG ! tag:yaml.org,2002:python/\n---\n!object/apply:os.system ['id']",
    "%TAG !x! tag:yaml.org,2002:python/object/\n---\n- !x!apply:os.system ['id']",
    "x: !<tag:yaml.org,2002:python/object/apply:os.system> [id]",
    "!!python/object/new:tuple [!!python/object/new:map [!!python/name:eval , ['1']]]",
    "!!python/object/new:type\nargs: ['z', !!python/tuple [], {'extend': !!python/name:exec }]\nlistitems: 'x'",
    "!!python/object/apply:os%2esystem ['id']",
    "--- !ruby/object:Gem::Installer\ni: x",
    "a: !!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL ['http://a']]]]",
    "a: 1\n---\nb: 2\n---\n!!python/object/apply:os.system [id]",
    "{{ broken: [\nx: !!python/object/apply:os.system [id]",
]
MAKING = [
    "!!python/object:mypackage.Thing {a: 1}",
    "- !!python/object/apply:numpy.core.multiarray.scalar [1]",
    "- !!python/object/apply:collections.OrderedDict [[]]",
    "- !!python/object/new:mypackage.Config {}",
    "- !!python/name:mypackage.function",
    "- !ruby/object:Article {a: 1}",
]
QUIET = [
    "a: !!set {x}\nb: !!binary aGk=\nc: !!python/tuple [1, 2]\nd: !!float 1",
    "Resources:\n  A: !Ref B\n  C: !Sub 'x'\n  D: !GetAtt a.b",
    "text: 'use !!python/object/apply:os.system to see'",
    "# !!python/object/apply:os.system\na: 1",
    "base: &base {a: 1}\none: {<<: *base, b: 2}\ntwo: *base",
    "on: [push]\njobs: {a: {steps: [{run: 'make'}]}}",
    "target: arm64\nfunc: main\ncallable: x",
    "a: [1, 2\nb: }",
    "",
]


@pytest.mark.parametrize("text", RUNNING)
def test_tags_that_run_code_are_attacks(text):
    """Every way to spell a tag that calls something is found."""
    assert "yaml.runs-code" in ids(scanned(text.encode(), "a.yaml"))


@pytest.mark.parametrize("text", MAKING)
def test_tags_that_make_objects_are_for_review(text):
    """Tags of harmless or own classes are for review."""
    assert ids(scanned(text.encode(), "a.yaml")) == ["yaml.makes-object"]


@pytest.mark.parametrize("text", QUIET)
def test_ordinary_yaml_is_clean(text):
    """Plain tags, tags of other programs, anchors, comments and texts are no finding."""
    assert scanned((text + "\n").encode(), "a.yaml").verdict == "clean"


def test_tags_are_found_whatever_the_file_is_called_or_encoded_in():
    """Content decides, and YAML may be UTF-16."""
    text = "--- !!python/object/apply:os.system ['id']"
    assert "yaml.runs-code" in ids(scanned(text.encode(), "config"))
    assert "yaml.runs-code" in ids(scanned(text.encode("utf-16"), "a.yml"))


def bomb(levels, width=10):
    """Aliases of aliases."""
    lines = ["a0: &a0 [" + ",".join("x" * width) + "]"]
    lines += [f"a{at}: &a{at} [{','.join([f'*a{at - 1}'] * width)}]" for at in range(1, levels)]
    return "\n".join(lines).encode()


@pytest.mark.parametrize("levels", [9, 30, 400])
def test_alias_bombs_are_attacks(levels):
    """Aliases that unfold to billions are an attack, and are never unfolded."""
    assert ids(scanned(bomb(levels), "a.yaml")) == ["yaml.alias-bomb"]


def test_few_aliases_are_clean():
    """Aliases that unfold to a few thousand entries are honest."""
    assert scanned(bomb(3), "a.yaml").verdict == "clean"
    assert scanned(b"a: &a [*a]\n", "a.yaml").verdict == "clean"


def test_deep_yaml_is_for_review():
    """Nesting beyond every use is for review; the reader does not recurse."""
    assert ids(scanned(b"a: &a 1\nb: " + b"[" * 3000 + b"]" * 3000, "a.yaml")) in ([], ["yaml.nested-too-deep"])
    assert "yaml.nested-too-deep" in ids(scanned(b"a: *b\nb: " + b"[" * 900 + b"]" * 900, "a.yaml"))


DANGEROUS = {
    "nemo": "model:\n  target: os.system\n",
    "system": "a:\n  _target_: os.system\n  command: id\n",
    "exec": "a: {_target_: builtins.exec, _args_: ['x']}\n",
    "bare eval": "_target_: eval\n_args_: ['1']\n",
    "escaped": 'a: {"_target\\u005f": "os.system"}\n',
    "escaped value": 'a: {_target_: "os\\x2esystem"}\n',
    "load": "_target_: torch.load\nf: a\n",
    "joblib": "_target_: joblib.load\nfilename: a\n",
    "numpy": "_target_: numpy.load\nfile: a\nallow_pickle: true\n",
    "write": "- _target_: pathlib.Path.write_text\n",
    "get_method": "_target_: hydra.utils.get_method\npath: os.system\n",
    "through nemo": "_target_: nemo.core.config.subprocess.run\n",
    "through torch": "_target_: torch.serialization.os.system\n",
    "dunder": "_target_: builtins.str.__subclasses__\n",
    "lightning": "class_path: os.system\ninit_args: {a: 1}\n",
    "partial": "_target_: subprocess.Popen\n_partial_: true\n",
    "colon": "_target_: 'os:system'\n",
    "requests": "_target_: requests.get\nurl: http://example.org\n",
    "hub": "_target_: torch.hub.load\n",
    "in a list": "a:\n- b:\n  - {c: {_target_: shutil.rmtree, path: /}}\n",
    "merged": "x: &x {_target_: os.system}\ny: {<<: *x}\n",
    "key twice": "_target_: os.system\n_target_: torch.nn.Linear\nx: {_target_: os.system}\n",
}


@pytest.mark.parametrize("which", sorted(DANGEROUS))
def test_targets_that_reach_out_are_attacks(which):
    """What a config would call decides, however it is spelled."""
    assert "config.calls-dangerous" in ids(scanned(DANGEROUS[which].encode(), "model_config.yaml"))


HONEST = [
    "torch.optim.AdamW",
    "torch.nn.Linear",
    "torch.utils.data.DataLoader",
    "nemo.collections.asr.modules.ConformerEncoder",
    "pytorch_lightning.callbacks.ModelCheckpoint",
    "lightning.pytorch.loggers.TensorBoardLogger",
    "transformers.AutoModel.from_pretrained",
    "torchvision.transforms.Compose",
    "torchmetrics.Accuracy",
    "hydra._internal.core_plugins.basic_launcher.BasicLauncher",
    "pathlib.Path",
    "builtins.dict",
]


@pytest.mark.parametrize("name", HONEST)
def test_targets_that_build_models_are_clean(name):
    """Parts of well-known libraries are no finding."""
    assert scanned(f"a: {{_target_: {name}, lr: 0.1}}".encode(), "a.yaml").verdict == "clean"


@pytest.mark.parametrize("name", ["${oc.env:TARGET}", "my_project.models.Net", "src.data.Module"])
def test_targets_of_own_code_are_for_review(name):
    """A name that is not known, or worked out, is for review."""
    assert ids(scanned(f"a: {{_target_: '{name}'}}".encode(), "a.yaml")) == ["config.calls-unknown"]


def test_remote_code_is_for_review():
    """`trust_remote_code` in a config is for review."""
    assert ids(scanned(b"model: {trust_remote_code: true}", "a.yaml")) == ["config.trusts-remote-code"]
    assert scanned(b"model: {trust_remote_code: false}", "a.yaml").verdict == "clean"


def test_nemo_archives_are_looked_into():
    """A NeMo file is a tar archive with a config."""
    data = archive(entry("./model_config.yaml", b"model:\n  _target_: os.system\n  command: id\n"))
    found = scanned(data, "model.nemo")
    assert "config.calls-dangerous" in ids(found)


def test_lines_are_named():
    """Findings say where they stand."""
    assert scanned(b"a: 1\nb:\n  _target_: os.system\n", "a.yaml").findings[0].line == 3
    assert scanned(b"a: 1\nb: !!python/name:eval\n", "a.yaml").findings[0].line == 2


ANY = st.lists(
    st.sampled_from([*RUNNING, *QUIET, "\n", "- ", "  ", ": ", "&a ", "*a", "!", "!!", "{", "]", "é", "\0", "%TAG"]),
    max_size=6,
)


@settings(max_examples=80, deadline=None)
@given(ANY, st.integers(0, 200))
def test_any_yaml_has_a_verdict(pieces, cut):
    """However YAML is cut and put together, a reader never fails."""
    text = "".join(pieces).encode()
    assert "file.reader-failed" not in ids(scanned(text[: len(text) - cut % (len(text) + 1)], "a.yaml"))
