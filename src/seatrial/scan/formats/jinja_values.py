"""What constant texts a template's expressions come to: names that are put together from pieces are seen whole.

Nothing is rendered. Only what constants alone decide is followed, with at most a few values each.
"""

from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Any, Final

from jinja2 import nodes

MOST: Final = 16
"""Values of one expression that are followed."""
LONGEST: Final = 4096
CLAMPED: Final = 1 << 64
"""Larger numbers are as bad as this one."""

Known = tuple[Any, ...]


class Constants:
    """What the expressions of a template may come to, as far as constants decide.

    Args:
        template: The parsed template.
    """

    def __init__(self, template: nodes.Template) -> None:
        self._names: dict[str, Known] = {}
        self._known: dict[int, Known] = {}
        # Parts before what they are part of: so nothing recurses, however deep the tree.
        upwards = list(walk(template))[::-1]
        # What is set from something that is set further down is known after another round.
        self.built = {name for each in upwards if isinstance(each, nodes.Assign) for name in _built(each)}
        for _ in range(3):
            for each in upwards:
                if isinstance(each, nodes.Expr):
                    self._known[id(each)] = self._value(each)
            for each in upwards[::-1]:
                self._set(each)

    def of(self, node: nodes.Node | None) -> Known:
        """What an expression may come to; nothing when it cannot be told."""
        return self._known.get(id(node), ())

    def _value(self, node: nodes.Expr) -> Known:
        if isinstance(node, nodes.Const):
            return (min(node.value, CLAMPED) if isinstance(node.value, int) else node.value,)
        if isinstance(node, nodes.TemplateData):
            return (node.data,)
        if isinstance(node, nodes.Neg):
            return _kept(-each for each in self.of(node.node) if isinstance(each, int))
        if isinstance(node, nodes.Name):
            return self._names.get(node.name, ())
        if isinstance(node, nodes.List | nodes.Tuple):
            return _kept(list(parts) for parts in self._each(node.items))
        if isinstance(node, nodes.Dict):
            return _kept(list(parts) for parts in self._each([pair.key for pair in node.items]))
        if isinstance(node, nodes.Concat):
            return _kept("".join(map(str, parts)) for parts in self._each(node.nodes))
        if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
            return self._names.get(f"{node.node.name}.{node.attr}", ())
        if isinstance(node, nodes.BinExpr):
            return _kept(_calculated(node, parts) for parts in self._each([node.left, node.right]))
        if isinstance(node, nodes.Getitem):
            return self._item(node)
        if isinstance(node, nodes.Filter) and node.node is not None:
            return self._applied(node.name, node.node, node.args)
        if isinstance(node, nodes.Call):
            return self._called(node)
        if isinstance(node, nodes.CondExpr):
            return _kept((*self.of(node.expr1), *self.of(node.expr2)))
        return ()

    def _each(self, items: Sequence[nodes.Expr | None]) -> Iterator[Known]:
        """Some combinations of the items' values; of what is left out, None."""
        if len(items) > LONGEST:
            return iter(())
        values = [(None,) if each is None else self.of(each) for each in items]
        return islice(product(*values), MOST) if all(values) else iter(())

    def _item(self, node: nodes.Getitem) -> Known:
        if isinstance(node.arg, nodes.Slice):
            found = self._each([node.node, node.arg.start, node.arg.stop, node.arg.step])
            return _kept(_sliced(value, start, stop, step) for value, start, stop, step in found)
        return _kept(_indexed(value, index) for value, index in self._each([node.node, node.arg]))

    def _called(self, node: nodes.Call) -> Known:
        if isinstance(node.node, nodes.Getattr) and not node.kwargs:
            return self._applied(f".{node.node.attr}", node.node.node, node.args)
        if isinstance(node.node, nodes.Name) and node.node.name == "dict" and node.kwargs:
            return _kept([[pair.key for pair in node.kwargs]])
        return ()

    def _applied(self, name: str, base: nodes.Expr, args: list[nodes.Expr]) -> Known:
        return _kept(_filtered(name, value, given) for value, *given in self._each([base, *args]))

    def _set(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.Assign):
            self._bind(node.target, node.node)
        elif isinstance(node, nodes.With):
            for target, value in zip(node.targets, node.values, strict=False):
                self._bind(target, value)
        elif isinstance(node, nodes.AssignBlock):
            data = "".join(each.data for each in walk(node) if isinstance(each, nodes.TemplateData))
            self._know(_name_of(node.target), (data,))
        elif isinstance(node, nodes.For):
            items = [item for value in self.of(node.iter) if isinstance(value, list | str) for item in value]
            self._know(_name_of(node.target), _kept(items))

    def _bind(self, target: nodes.Node, value: nodes.Node) -> None:
        name = _name_of(target)
        self._know(name, self.of(value))
        if isinstance(value, nodes.Call) and isinstance(value.node, nodes.Name) and value.node.name == "namespace":
            for pair in value.kwargs:
                self._know(f"{name}.{pair.key}", self.of(pair.value))

    def _know(self, name: str, values: Known) -> None:
        if name and values:
            self._names[name] = _kept((*self._names.get(name, ()), *values))

    def assigns(self, name: str) -> bool:
        """Whether the template itself sets a name to something known."""
        return name in self._names


_SETTERS: Final = (nodes.Assign, nodes.AssignBlock, nodes.With, nodes.For)


def walk(node: nodes.Node) -> Iterator[nodes.Node]:
    """A node and all below it, without recursion."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        yield each
        waiting.extend(each.iter_child_nodes())


def _built(node: nodes.Assign) -> Iterator[str]:
    """The name that is set to a text put together from pieces which cannot all be told."""
    value = node.node
    if isinstance(value, nodes.Concat) or (isinstance(value, nodes.Filter) and value.name in _BUILDING):
        yield _name_of(node.target)


_BUILDING: Final = frozenset(("join", "replace", "reverse", "format", "lower"))


def name_of(node: nodes.Node) -> str:
    """The name or the namespace's entry that an expression reads, as it is set."""
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        return f"{node.node.name}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else ""


def _name_of(target: nodes.Node) -> str:
    if isinstance(target, nodes.Name):
        return target.name
    return f"{target.name}.{target.attr}" if isinstance(target, nodes.NSRef) else ""


def _kept(values: Any) -> Known:
    """The first few different values that are not too long."""
    kept: list[Any] = []
    for each in values:
        if each is not None and _short(each) and each not in kept:
            kept.append(each)
        if len(kept) >= MOST:
            break
    return tuple(kept)


def _short(value: Any) -> bool:
    # A list of lists of lists, made text, is longer than any memory.
    if isinstance(value, list):
        plain = all(isinstance(each, str | int | float) for each in value)
        return plain and len(value) + sum(len(each) for each in value if isinstance(each, str)) <= LONGEST
    return not isinstance(value, str) or len(value) <= LONGEST


def _calculated(node: nodes.BinExpr, parts: Known) -> Any:
    if isinstance(node, nodes.Add):
        if all(isinstance(each, str) for each in parts):
            return "".join(parts)
        return sum(parts) if all(isinstance(each, int) for each in parts) else None
    first, second = parts[0], parts[1]
    if isinstance(node, nodes.Mod) and isinstance(first, str):
        return _formatted(first, [second])
    numbers = [each for each in parts if isinstance(each, int) and abs(each) < 1 << 64]
    if isinstance(node, nodes.Mul):
        if len(numbers) == 2:
            return numbers[0] * numbers[1]
        text = next((each for each in parts if isinstance(each, str)), None)
        return text * numbers[0] if text is not None and numbers and len(text) * numbers[0] <= LONGEST else None
    return numbers[0] - numbers[1] if isinstance(node, nodes.Sub) and len(numbers) == 2 else None


def _sliced(value: Any, start: Any, stop: Any, step: Any) -> Any:
    plain = all(each is None or isinstance(each, int) for each in (start, stop, step))
    return value[start:stop:step] if isinstance(value, str | list) and plain and step != 0 else None


def _indexed(value: Any, index: Any) -> Any:
    if isinstance(value, str | list) and isinstance(index, int) and -len(value) <= index < len(value):
        return value[index]
    return None


def _formatted(text: str, given: list[Any]) -> str | None:
    """`%` formatting of a few short values; widths are not followed."""
    flat = given[0] if len(given) == 1 and isinstance(given[0], list) else given
    if any(char.isdigit() or char == "*" for char in text.replace("%%", "")) and len(text) > LONGEST // 8:
        return None
    if "*" in text or any(len(run) > 3 for run in "".join(char if char.isdigit() else " " for char in text).split()):
        return None
    try:
        return text % tuple(flat)
    except (TypeError, ValueError, OverflowError):
        return None


def _filtered(name: str, value: Any, given: list[Any]) -> Any:
    if name == ".join" and given and isinstance(given[0], list):
        return str(value).join(map(str, given[0]))
    if name == "join" and isinstance(value, list | str):
        return str(given[0] if given else "").join(map(str, value))
    if name == "format" and isinstance(value, str):
        return _formatted(value, given)
    if name == ".format" and isinstance(value, str):
        return _fields(value, given)
    if name.lstrip(".") == "replace" and isinstance(value, str) and len(given) >= 2:
        return value.replace(str(given[0]), str(given[1])) if len(str(given[1])) < 100 else None
    if name == "reverse" and isinstance(value, str | list):
        return value[::-1]
    if name in ("list", "sort", "unique", "reverse"):
        return list(value) if isinstance(value, str | list) else None
    if name in ("first", "last") and isinstance(value, str | list) and value:
        return value[0 if name == "first" else -1]
    if name == ".split" and isinstance(value, str):
        return value.split(given[0]) if given and isinstance(given[0], str) and given[0] else value.split()
    return _plainly(name.lstrip("."), value, given)


def _plainly(name: str, value: Any, given: list[Any]) -> Any:
    if name in ("string", "e", "escape", "safe", "urlencode", "forceescape") and isinstance(value, str | int):
        return str(value)
    if isinstance(value, str) and name in ("lower", "upper", "title", "capitalize", "swapcase"):
        return str(getattr(value, name)())
    if isinstance(value, str) and name in ("trim", "strip", "lstrip", "rstrip"):
        chars = given[0] if given and isinstance(given[0], str) else None
        return (
            value.lstrip(chars) if name == "lstrip" else value.rstrip(chars) if name == "rstrip" else value.strip(chars)
        )
    return None


def _fields(text: str, given: list[Any]) -> str | None:
    """`str.format` with bare fields only: attributes of a value are never looked up."""
    pieces: list[str] = []
    number = 0
    for piece in text.split("{"):
        if not pieces:
            pieces.append(piece)
            continue
        field, closed, rest = piece.partition("}")
        index = field.partition(":")[0] or str(number)
        if not closed or not index.isdecimal() or len(index) > 3 or int(index) >= len(given):
            return None
        value = given[int(index)]
        pieces += [
            chr(value) if field.endswith(":c") and isinstance(value, int) and 0 < value < 1 << 20 else str(value),
            rest,
        ]
        number += 1
    return "".join(pieces)
