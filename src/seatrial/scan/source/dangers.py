"""Names that reach out of a model: a dotted name, and why nothing that is loaded should call it."""

from typing import Final

from seatrial.scan.pickles.dangers import danger_of as pickled_danger

_RUNS: Final = "starts programs"
_CODE: Final = "runs text or data as code"
_LOADS: Final = "loads pickles or code from a file"
_FILES: Final = "reads, writes or deletes files"
_NET: Final = "talks to the network"
_INSIDE: Final = "reaches into the interpreter"
_INSTALLS: Final = "installs or builds software"

MODULES: Final[dict[str, str]] = {
    **dict.fromkeys(("subprocess", "pty", "commands", "popen2", "multiprocessing", "pexpect", "sh", "plumbum"), _RUNS),
    **dict.fromkeys(("asyncio.subprocess", "concurrent.futures", "webbrowser", "antigravity"), _RUNS),
    **dict.fromkeys(("os", "posix", "nt", "_posixsubprocess"), "starts programs and changes files"),
    **dict.fromkeys(
        ("code", "codeop", "runpy", "timeit", "cProfile", "profile", "pdb", "bdb", "trace", "doctest"), _CODE
    ),
    **dict.fromkeys(("idlelib", "lib2to3", "cgitb", "pydoc", "test.support", "unittest.mock", "numexpr"), _CODE),
    **dict.fromkeys(("importlib", "imp", "zipimport", "pkgutil", "site", "runpy"), "imports any module"),
    **dict.fromkeys(("pickle", "_pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"), _LOADS),
    **dict.fromkeys(
        ("torch.package", "torch.hub", "torch.jit", "torch.serialization", "torch.utils.model_zoo"), _LOADS
    ),
    **dict.fromkeys(("torch.utils.cpp_extension", "numpy.f2py", "numpy.distutils", "cffi", "llvmlite"), _INSTALLS),
    **dict.fromkeys(("pip", "ensurepip", "venv", "setuptools", "distutils", "pkg_resources"), _INSTALLS),
    **dict.fromkeys(("shutil", "tempfile", "glob", "fileinput", "zipfile", "tarfile", "sqlite3", "dbm"), _FILES),
    **dict.fromkeys(("socket", "_socket", "ssl", "socketserver", "http", "urllib", "urllib2", "urllib3"), _NET),
    **dict.fromkeys(("requests", "httpx", "aiohttp", "ftplib", "smtplib", "poplib", "imaplib", "telnetlib"), _NET),
    **dict.fromkeys(("paramiko", "xmlrpc", "nntplib", "torch.distributed.rpc", "websocket", "websockets"), _NET),
    **dict.fromkeys(("sys", "ctypes", "_ctypes", "gc", "inspect", "threading", "_thread", "signal"), _INSIDE),
    **dict.fromkeys(("numpy.ctypeslib", "types", "builtins.__dict__", "numpy.testing", "logging.config"), _INSIDE),
}
"""Whole modules, with all below them."""

EXACT: Final[dict[str, str]] = {
    **dict.fromkeys(("builtins.eval", "builtins.exec", "builtins.compile", "builtins.execfile"), _CODE),
    **dict.fromkeys(("builtins.__import__", "builtins.getattr", "builtins.setattr", "builtins.delattr"), _INSIDE),
    **dict.fromkeys(("builtins.globals", "builtins.locals", "builtins.vars", "builtins.breakpoint"), _INSIDE),
    **dict.fromkeys(("builtins.input", "builtins.help", "builtins.exit", "builtins.quit"), _INSIDE),
    **dict.fromkeys(("operator.attrgetter", "operator.methodcaller", "operator.call", "functools.reduce"), _INSIDE),
    **dict.fromkeys(("builtins.open", "io.open", "io.FileIO", "_io.open", "_io.FileIO", "codecs.open"), _FILES),
    **dict.fromkeys(("io.open_code", "pathlib.Path.write_text", "pathlib.Path.write_bytes"), _FILES),
    **dict.fromkeys(("pathlib.Path.unlink", "pathlib.Path.rmdir", "pathlib.Path.read_text"), _FILES),
    **dict.fromkeys(("pathlib.Path.read_bytes", "pathlib.Path.open", "pathlib.Path.rename"), _FILES),
    **dict.fromkeys(("numpy.load", "numpy.lib.npyio.load", "pandas.read_pickle", "torch.load"), _LOADS),
    **dict.fromkeys(("torch.ops.load_library", "torch.classes.load_library", "tensorflow.load_op_library"), _LOADS),
    **dict.fromkeys(("tensorflow.load_library", "yaml.load", "yaml.unsafe_load", "yaml.full_load"), _LOADS),
    **dict.fromkeys(("yaml.load_all", "yaml.unsafe_load_all", "jsonpickle.decode", "hickle.load"), _LOADS),
    **dict.fromkeys(("keras.models.load_model", "keras.saving.load_model", "keras.saving.load_weights"), _LOADS),
    **dict.fromkeys(("numpy.memmap", "numpy.fromfile", "numpy.save", "numpy.savetxt", "numpy.savez"), _FILES),
    **dict.fromkeys(("numpy.DataSource", "numpy.genfromtxt", "numpy.loadtxt", "torch.save", "torch.from_file"), _FILES),
    **dict.fromkeys(("tensorflow.io.write_file", "tensorflow.io.read_file", "tensorflow.raw_ops.WriteFile"), _FILES),
    **dict.fromkeys(("keras.utils.get_file", "keras.utils.data_utils.get_file"), "downloads and unpacks files"),
    **dict.fromkeys(("pandas.eval", "pandas.core.computation.eval.eval", "sympy.sympify", "sympy.parse_expr"), _CODE),
    **dict.fromkeys(("hydra.utils.call", "hydra.utils.instantiate", "hydra.utils.get_method"), "calls any name"),
    **dict.fromkeys(("hydra.utils.get_class", "hydra.utils.get_object", "hydra._internal.utils"), "reaches any name"),
    **dict.fromkeys(("keras.config.enable_unsafe_deserialization",), "switches Keras' safe mode off"),
    **dict.fromkeys(("asyncio.create_subprocess_shell", "asyncio.create_subprocess_exec", "uuid._popen"), _RUNS),
    **dict.fromkeys(("platform.popen", "distributed.client.Client", "ray.remote"), _RUNS),
}
"""Single names."""

HARMLESS: Final = frozenset(
    str.split(
        "os.PathLike os.cpu_count os.getcwd os.path os.sep multiprocessing.cpu_count types.SimpleNamespace "
        "types.MappingProxyType types.NoneType types.EllipsisType inspect.cleandoc sys.maxsize sys.byteorder "
        "tempfile.gettempdir threading.Lock urllib.parse http.HTTPStatus torch.jit.ScriptModule "
        "torch.jit.RecursiveScriptModule sys.version_info"
    )
)
"""Below a dangerous module, and still without harm; what stands below them too."""

_STEPS: Final = 8
"""Parts of a name that the tables know; none of theirs has more."""
_SAME: Final = {"__builtin__": "builtins", "__builtins__": "builtins", "np": "numpy", "tf": "tensorflow"}


def canonical(name: str) -> str:
    """A dotted name as the tables spell it."""
    head, dot, rest = name.partition(".")
    name = _SAME.get(head, head) + dot + rest
    for old, new in (("tensorflow.keras.", "keras."), ("tensorflow.python.keras.", "keras."), ("keras.src.", "keras.")):
        if name.startswith(old):
            return new + name.removeprefix(old)
    return name


def loading_danger(name: str) -> str | None:
    """Why a name must not be called by whatever loads a file: what is dangerous here, or by its place in a pickle."""
    if _is_harmless(name):
        return None
    module, _, last = canonical(name).rpartition(".")
    found = pickled_danger(module, last) if module else None
    is_placed = found is not None and found.kind == "attack" and not found.reason.startswith("is named")
    return danger_of(name) or (found.reason if found is not None and is_placed else None)


def _is_harmless(name: str) -> bool:
    parts = canonical(name).split(".")[:_STEPS]
    return any(".".join(parts[:count]) in HARMLESS for count in range(1, len(parts) + 1))


def danger_of(name: str) -> str | None:
    """Why a dotted name (`os.system`, `builtins.eval`) is dangerous, or None when it is not known to be."""
    parts = canonical(name).split(".")
    if any(part.startswith("__") and part.endswith("__") and len(part) > 4 for part in parts[1:]):
        return _INSIDE
    heads = [".".join(parts[:count]) for count in range(min(len(parts), _STEPS), 0, -1)]
    if any(head in HARMLESS for head in heads):
        return None
    return next((MODULES.get(head) or EXACT.get(head) for head in heads if head in MODULES or head in EXACT), None)
