"""Write the allow-lists of the pickle scanner from what installed libraries define.

    python scripts/pickle_lists.py OUT LIBRARY...

Run it in an environment of its own that has the libraries, and only where the packages are trusted: it imports them.
It lists classes that are data (made bare, then given a state), exceptions, enums, compiled classes and Cython's own
reconstructors, ufuncs and plain functions that a model may refer to. A class is left out when what the unpickler would
run of it (`__new__`, `__setstate__`, `__iter__`, `append`, ...) opens files, loads, evaluates text or starts
something, as far as its source shows. Names of former versions and reconstructors are in `*.hand.txt`.
"""

import ast
import contextlib
import enum
import importlib
import inspect
import io
import pkgutil
import sys
import types
import warnings
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

HOOKS = frozenset(
    {
        "__new__",
        "__setstate__",
        "__setattr__",
        "__setitem__",
        "__getattr__",
        "__getattribute__",
        "__del__",
        "__hash__",
        "__eq__",
        "__iter__",
        "__next__",
        "__len__",
        "__getitem__",
        "__contains__",
        "__missing__",
        "keys",
        "append",
        "extend",
        "add",
        "update",
    }
)
sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from seatrial.scan.pickles.dangers import danger_of  # noqa: E402  the checkout's own, whatever is installed

_NAMES = """
exec eval compile open __import__ import_module loads load unpickle system popen Popen check_output urlopen
urlretrieve urlcleanup rmtree remove unlink makedirs mkdir memmap fromfile run_path CDLL LoadLibrary
load_model mkdtemp NamedTemporaryFile TemporaryFile hub download sympify parse_expr getfile attrgetter
methodcaller
"""
RISKY = frozenset(_NAMES.split())
CHECKED = dict.fromkeys(
    ("scipy.stats._continuous_distns", "scipy.stats._discrete_distns", "scipy.stats._distn_infrastructure"),
    frozenset({"exec"}),
)
"""What the scanner looks at in the state itself (states.py)."""
NEVER = (
    "_precompute",
    "test",
    "tests",
    "testing",
    "_testing",
    "conftest",
    "setup",
    "__main__",
    "f2py",
    "distutils",
    "externals",
)


class Library(NamedTuple):
    """What of a package is listed: modules of classes, modules of functions, modules that are left out."""

    package: str
    classes: tuple[str, ...]
    functions: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


LIBRARIES = {
    "numpy": Library(
        "numpy",
        (
            "numpy",
            "numpy._core",
            "numpy.ma",
            "numpy.random",
            "numpy.polynomial",
            "numpy.matrixlib",
            "numpy.dtypes",
            "numpy.rec",
            "numpy.exceptions",
            "numpy.lib._polynomial_impl",
        ),
        (
            "numpy",
            "numpy._core.fromnumeric",
            "numpy._core.numeric",
            "numpy.lib._function_base_impl",
            "numpy.lib._nanfunctions_impl",
            "numpy.linalg",
        ),
        ("numpy.lib._npyio_impl", "numpy.ctypeslib", "numpy._core._internal"),
    ),
    "scipy": Library(
        "scipy",
        (
            "scipy.sparse",
            "scipy.stats",
            "scipy.interpolate",
            "scipy.spatial",
            "scipy.optimize",
            "scipy.signal",
            "scipy._lib._bunch",
            "scipy.special",
            "scipy.integrate",
            "scipy.linalg",
        ),
        ("scipy.special._ufuncs", "scipy.stats._stats_py", "scipy.spatial.distance", "scipy.special._logsumexp"),
        ("scipy.optimize._highspy", "scipy.stats._unuran", "scipy.stats.sampling"),
    ),
    "sklearn": Library(
        "sklearn",
        ("sklearn",),
        (
            "sklearn.metrics",
            "sklearn.feature_selection",
            "sklearn.utils",
            "sklearn.preprocessing",
            "sklearn.covariance",
        ),
        ("sklearn.datasets", "sklearn.utils.estimator_checks", "sklearn.utils._testing", "sklearn.utils.parallel"),
    ),
    "pandas": Library(
        "pandas",
        (
            "pandas.core.arrays",
            "pandas.core.dtypes",
            "pandas.core.indexes",
            "pandas.core.internals",
            "pandas.core.frame",
            "pandas.core.series",
            "pandas.core.flags",
            "pandas.core.resample",
            "pandas._libs",
            "pandas.tseries",
            "pandas.errors",
        ),
        (),
        ("pandas._libs.parsers", "pandas._libs.json", "pandas._libs.window", "pandas._libs.sas"),
    ),
    "torch": Library(
        "torch",
        (
            "torch.nn",
            "torch.optim",
            "torch.distributions",
            "torch.ao.nn",
            "torch.ao.quantization",
            "torch.utils.data.dataset",
            "torch.utils.data.sampler",
            "torch.storage",
            "torch.amp",
            "torch.torch_version",
        ),
        ("torch.nn.functional", "torch.nn.init", "torch._C._nn"),
        ("torch.nn.parallel", "torch.ao.quantization.fx", "torch.ao.quantization.pt2e", "torch.nn.utils"),
    ),
    "xgboost": Library("xgboost", ("xgboost.sklearn", "xgboost.core", "xgboost.callback"), (), ()),
    "lightgbm": Library("lightgbm", ("lightgbm.sklearn", "lightgbm.basic", "lightgbm.callback"), (), ()),
    "catboost": Library("catboost", ("catboost.core",), (), ()),
    "imblearn": Library("imblearn", ("imblearn",), ("imblearn.metrics",), ("imblearn.datasets",)),
    "category_encoders": Library("category_encoders", ("category_encoders",), (), ()),
    "skorch": Library("skorch", ("skorch",), (), ("skorch.hf", "skorch.llm")),
    "statsmodels": Library("statsmodels", ("statsmodels",), (), ("statsmodels.datasets", "statsmodels.iolib.openfile")),
    "gensim": Library(
        "gensim", ("gensim.models", "gensim.corpora", "gensim.similarities"), (), ("gensim.models.wrappers",)
    ),
    "joblib": Library("joblib", ("joblib.numpy_pickle",), (), ()),
}


def main() -> None:
    """Write one file for each library that is asked for."""
    out, names = Path(sys.argv[1]), sys.argv[2:]
    warnings.simplefilter("ignore")
    for name in names or sorted(LIBRARIES):
        library = LIBRARIES[name]
        roles: dict[tuple[str, str], set[str]] = defaultdict(set)
        for module in modules_of(library):
            if is_in(module.__name__, library.classes):
                classes_of(module, roles)
            if is_in(module.__name__, library.functions):
                functions_of(module, roles)
        for (module, role), found in roles.items():
            found -= {each for each in found if is_dangerous(module, each, role)}
        version = getattr(importlib.import_module(library.package), "__version__", "?")
        lines = [
            f"{module} {role} {' '.join(sorted(found))}" for (module, role), found in sorted(roles.items()) if found
        ]
        text = f"# {name} {version}; written by scripts/pickle_lists.py\n" + "\n".join(lines) + "\n"
        (out / f"{name}.txt").write_text(text, "utf-8")
        print(name, version, sum(map(len, roles.values())))


def is_dangerous(module: str, name: str, role: str) -> bool:
    """Whether the scanner's own table speaks against a name; such names may at most stand in lists by hand."""
    danger = danger_of(module, name)
    return danger is not None and (danger.kind == "attack" or role != "ref")


def is_in(module: str, prefixes: tuple[str, ...]) -> bool:
    """Whether a module is one of some, or below one; a top-level package stands only for itself, `sklearn` for all."""
    return any(module == each or module.startswith(f"{each}.") for each in prefixes)


def modules_of(library: Library) -> Iterator[types.ModuleType]:
    """Import all modules of a library that may be listed; what cannot be imported is left out."""
    importlib.import_module(library.package)
    wanted = (*library.classes, *library.functions)
    for root in dict.fromkeys((library.package, *(each.partition(".")[0] for each in wanted))):
        package = sys.modules.get(root) or importlib.import_module(root)
        names = [root]
        if hasattr(package, "__path__"):
            names += [each.name for each in walk(package.__path__, f"{root}.", wanted)]
        for name in dict.fromkeys((*names, *library.functions, *library.classes)):
            if is_in(name, library.without) or set(name.split(".")) & set(NEVER):
                continue
            with contextlib.suppress(BaseException), contextlib.redirect_stderr(io.StringIO()):
                yield importlib.import_module(name)


def walk(path: list[str], prefix: str, wanted: tuple[str, ...]) -> Iterator[pkgutil.ModuleInfo]:
    """Modules below a path, without importing packages that are not wanted."""
    for info in pkgutil.iter_modules(path, prefix):
        last = info.name.rpartition(".")[2]
        if last in NEVER:
            continue
        below = any(each == info.name or each.startswith(f"{info.name}.") for each in wanted)
        if is_in(info.name, wanted):
            yield info
        if info.ispkg and (below or is_in(info.name, wanted)):
            with contextlib.suppress(BaseException):
                yield from walk(importlib.import_module(info.name).__path__, f"{info.name}.", wanted)


def classes_of(module: types.ModuleType, roles: dict[tuple[str, str], set[str]]) -> None:
    """Put the classes that a module defines, and those in them, into the roles."""
    for name, value in vars(module).items():
        package = module.__name__.partition(".")[0]
        if inspect.isclass(value) and is_in(value.__module__, (package,)) and value.__qualname__ == name:
            role = role_of(value)
            if role:
                roles[value.__module__, role].add(name)
                if path_of(value) == module.__file__:  # where it is defined was its name in former versions
                    roles[module.__name__, role].add(name)
        elif name.startswith("__pyx_unpickle_") and callable(value):
            roles[module.__name__, "call"].add(name)


def role_of(cls: type) -> str | None:
    """The role of a class, or None: it must not be loaded."""
    risks = risky_names(cls, HOOKS) - CHECKED.get(cls.__module__, frozenset())
    if cls.__name__.startswith(("Test", "_Test")) or risks:
        print("  without", cls.__module__, cls.__qualname__, sorted(risks))
        return None
    if issubclass(cls, enum.Enum):
        return "enum"
    if issubclass(cls, BaseException):
        return "call"
    compiled = not any("__dict__" in vars(each) and hasattr(each, "__firstlineno__") for each in cls.__mro__)
    return "call" if compiled and source_of(cls) is None and is_numeric(cls) else "data"


def is_numeric(cls: type) -> bool:
    """Whether a compiled class is one of those that are called with numbers."""
    return cls.__module__.startswith(("sklearn.", "numpy.random", "scipy.spatial", "numpy.dtypes"))


@cache
def tree_of(path: str) -> dict[str, ast.stmt]:
    """The classes and functions of a file, as its source shows them."""
    try:
        tree = ast.parse(Path(path).read_text("utf-8"))
    except (OSError, SyntaxError, ValueError):
        return {}
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.FunctionDef)}


def path_of(cls: type) -> str:
    """The file of a class; its module may have been renamed, its functions know their file."""
    code = next((each.__code__ for each in vars(cls).values() if inspect.isfunction(each)), None)
    return (code.co_filename if code else getattr(sys.modules.get(cls.__module__), "__file__", None)) or ""


def source_of(cls: type) -> ast.ClassDef | None:
    """The class as its source shows it."""
    node = tree_of(path_of(cls)).get(cls.__name__)
    return node if isinstance(node, ast.ClassDef) else None


def risky_names(cls: type, hooks: frozenset[str]) -> set[str]:
    """Risky names that the hooks of a class use, also by way of methods that they call on themselves."""
    methods: dict[str, ast.AST] = {}
    for each in reversed(cls.__mro__):
        node = source_of(each) if each.__module__.partition(".")[0] not in ("builtins", "typing", "abc") else None
        for part in node.body if node else ():
            if isinstance(part, ast.FunctionDef):
                methods[part.name] = part
    found, queue, seen = set(), [name for name in hooks if name in methods], set()
    while queue:
        name = queue.pop()
        seen.add(name)
        for node in ast.walk(methods[name]):
            used = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else None
            if isinstance(node, ast.Attribute) and used in methods and used not in seen and is_self(node.value):
                queue.append(used)
            if isinstance(node, ast.Call):
                target = node.func
                called = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
                found |= {called} & RISKY
    return found


def is_self(node: ast.AST) -> bool:
    """Whether an expression is `self` or `cls`."""
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def functions_of(module: types.ModuleType, roles: dict[tuple[str, str], set[str]]) -> None:
    """Put functions that may be referred to into the roles: those whose source uses nothing risky."""
    for name, value in vars(module).items():
        if name.startswith("__") or inspect.isclass(value) or inspect.ismodule(value) or not callable(value):
            continue
        defined = getattr(value, "__module__", None)
        own = type(value).__name__ == "ufunc" or (defined or module.__name__) == module.__name__
        if own and not risky_function(value):
            roles[module.__name__, "ref"].add(name)


def risky_function(value: object) -> bool:
    """Whether a function's source calls something risky, or its name is that of something that does."""
    inner = inspect.unwrap(value) if inspect.isfunction(value) else value
    name = getattr(inner, "__name__", "")
    tree = tree_of(inner.__code__.co_filename).get(name) if inspect.isfunction(inner) else None
    if tree is None:
        return any(word in name for word in ("load", "save", "file", "open", "memmap", "exec", "eval"))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return any((each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "")) in RISKY for each in calls)


if __name__ == "__main__":
    main()
