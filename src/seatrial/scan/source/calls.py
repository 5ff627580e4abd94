"""The calls of a source file: what is called, whether the import alone runs it, and where its arguments come from."""

import ast
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from seatrial.scan.source.dangers import danger_of
from seatrial.scan.source.folding import fold
from seatrial.scan.source.names import Names

Function = ast.FunctionDef | ast.AsyncFunctionDef
_DECODES: Final = frozenset(
    str.split(
        "b64decode standard_b64decode urlsafe_b64decode b32decode b16decode a85decode b85decode unhexlify a2b_hex "
        "fromhex a2b_base64 decompress decrypt translate bytes bytearray"
    )
)
_DOWNLOADS: Final = frozenset(
    str.split(
        "requests.get requests.post requests.request requests.Session().get requests.session().get httpx.get "
        "httpx.post urllib.request.urlopen urllib.urlopen urllib2.urlopen urllib.request.urlretrieve "
        "urllib.urlretrieve urllib3.PoolManager().request http.client.HTTPSConnection().getresponse "
        "http.client.HTTPConnection().getresponse socket.socket().recv socket.create_connection().recv "
        "urllib.request.build_opener().open wget.download"
    )
)
ENOUGH: Final = 16
"""Characters of a literal from which on what is decoded from it may be code."""


@dataclass(frozen=True, slots=True)
class Called:
    """A call. `scope` is the line of the function around it (0 at the module's own level)."""

    name: str
    node: ast.Call
    at_import: bool
    scope: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class Origins:
    """Where a value comes from."""

    decoded: bool = False
    downloaded: bool = False
    environment: bool = False


class Reach(NamedTuple):
    """How far a value is followed: through so many names one after another, each with at most so many values."""

    hops: int
    values: int


WIDE: Final = Reach(8, 8)
"""For what is run as code: few honest files do that."""
NEAR: Final = Reach(2, 1)
"""For arguments of programs: many honest files have a `cmd` in many functions, and scopes are not told apart."""


class Source:
    """A parsed source file."""

    def __init__(self, tree: ast.Module) -> None:
        nodes: list[ast.AST] = [tree]
        self._inside: dict[ast.AST, list[ast.AST]] = {}
        for node in nodes:
            self._inside[node] = list(ast.iter_child_nodes(node))
            nodes += self._inside[node]
        self.names = Names(nodes)
        self._bodies: dict[str, list[Function]] = {}
        for node in nodes:
            if isinstance(node, Function):
                self._bodies.setdefault(node.name, []).append(node)
        self._tree = tree

    def calls(self) -> Iterator[Called]:
        """All calls; functions that import-time code calls by name count as run by the import."""
        imported = self._run_by_import()
        queue = deque[tuple[ast.AST, int, bool]]([(self._tree, 0, True)])
        while queue:
            node, scope, is_import = queue.popleft()
            if isinstance(node, ast.Call):
                name = self.names.of(node.func)
                if name is not None:
                    yield Called(name, node, is_import, scope, self.names.hidden(node.func))
                yield from self._passed(node, scope, is_import)
            elif isinstance(node, Function | ast.ClassDef):
                for each in node.decorator_list:
                    yield from self._passed(ast.Call(ast.Name(node.name), [each], []), scope, is_import)
            if isinstance(node, Function | ast.Lambda | ast.If):
                queue.extend(self._below(node, scope, is_import, imported))
            else:
                queue.extend([(child, scope, is_import) for child in self._inside.get(node, ())])

    def _passed(self, node: ast.Call, scope: int, is_import: bool) -> Iterator[Called]:
        """Functions that are given to something that will call them: `map(os.system, ...)`, `Thread(target=...)`."""
        for each in (*node.args, *(keyword.value for keyword in node.keywords)):
            name = self.names.of(each) if isinstance(each, ast.Attribute | ast.Name | ast.Call) else None
            if name is not None and not name.endswith("()") and danger_of(name):
                others = [*node.args, *(keyword.value for keyword in node.keywords)]
                call = ast.Call(each, [other for other in others if other is not each], [])
                yield Called(name, ast.copy_location(call, each), is_import, scope, self.names.hidden(each))

    def _below(
        self, node: ast.AST, scope: int, is_import: bool, imported: set[ast.AST]
    ) -> Iterator[tuple[ast.AST, int, bool]]:
        if isinstance(node, Function | ast.Lambda):
            inside = [node.body] if isinstance(node, ast.Lambda) else node.body
            within = set(map(id, inside))
            for child in self._inside[node]:
                runs = (node in imported) if id(child) in within else is_import
                yield child, (node.lineno if id(child) in within else scope), runs
        else:
            runs = is_import and not (isinstance(node, ast.If) and _is_main(node.test))
            yield from ((child, scope, runs) for child in self._inside[node])

    def _run_by_import(self) -> set[ast.AST]:
        """Functions that run when the file is imported: called by name from its own level, or from one that is."""
        reached: set[ast.AST] = set()
        queue = deque[ast.AST](self._tree.body)
        while queue:
            node = queue.popleft()
            if isinstance(node, Function | ast.Lambda) and node not in reached:
                if isinstance(node, Function):
                    queue.extend(node.decorator_list)
                continue
            if isinstance(node, ast.If) and _is_main(node.test):
                continue
            if isinstance(node, ast.Call):
                if isinstance(node.func, ast.Lambda):
                    reached.add(node.func)
                called = [node.func, *(node.args if isinstance(node.func, ast.Attribute) else [])]
                for name in (each.id for each in called if isinstance(each, ast.Name)):
                    new = [body for body in self._bodies.get(name, []) if body not in reached]
                    reached.update(new)
                    queue.extend(statement for body in new for statement in body.body)
            queue.extend(self._inside.get(node, ()))
        return reached

    def origins(self, node: ast.AST, reach: Reach = WIDE) -> Origins:
        """Where a value comes from, followed through assignments as far as it reaches."""
        decoded = downloaded = environment = False
        for each in self._followed(node, reach):
            if isinstance(each, ast.Call):
                name = self.names.of(each.func) or (each.func.attr if isinstance(each.func, ast.Attribute) else "")
                downloaded |= name in _DOWNLOADS
                decoded |= self._decodes(each, name)
            elif isinstance(each, ast.Attribute) and self.names.of(each) == "os.environ":
                environment = True
        return Origins(decoded, downloaded, environment)

    def _decodes(self, node: ast.Call, name: str) -> bool:
        last = name.rpartition(".")[2]
        if name == "codecs.decode" or name.endswith("marshal.loads") or last in _DECODES:
            return any(_is_long(each) for each in self._followed(node, WIDE))
        if last == "join" and any(isinstance(each, ast.Name) and each.id == "chr" for each in ast.walk(node)):
            return any(_is_long(each) for each in self._followed(node, WIDE))
        return False

    def _followed(self, node: ast.AST, reach: Reach) -> Iterator[ast.AST]:
        """A node and all below it, names replaced by what was assigned to them, each once."""
        seen: set[str] = set()
        queue = deque[tuple[ast.AST, int]]([(node, 0)])
        for _ in range(5000):
            if not queue:
                return
            each, hops = queue.popleft()
            yield each
            queue.extend((child, hops) for child in ast.iter_child_nodes(each))
            if isinstance(each, ast.Name) and each.id not in seen and hops < reach.hops:
                seen.add(each.id)
                values = self.names.assigned.get(each.id, [])
                queue.extend((value, hops + 1) for value in (values if len(values) <= reach.values else []))

    def texts(self, node: ast.AST) -> Iterator[str]:
        """The literal texts within a value."""
        for each in self._followed(node, NEAR):
            if isinstance(each, ast.expr) and (text := fold(each)) is not None:
                yield text.text


def _is_long(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
        return len(node.value) >= ENOUGH
    return isinstance(node, ast.List | ast.Tuple) and len(node.elts) >= ENOUGH


def _is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"
