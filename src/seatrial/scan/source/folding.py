"""Texts that source code spells out of pieces: `'sys' + 'tem'`, `''.join([...])`, `base64.b64decode('...')`.

Nothing is run: only these few operations are worked out, on literals, within bounds.
"""

import ast
import base64
import binascii
import codecs
from collections.abc import Callable
from typing import Final

import msgspec

_DEEPEST: Final = 40
_LONGEST: Final = 1 << 20
_BASES: Final[dict[str, Callable[[bytes], bytes]]] = {
    "b64decode": base64.b64decode,
    "standard_b64decode": base64.b64decode,
    "urlsafe_b64decode": base64.urlsafe_b64decode,
    "b32decode": base64.b32decode,
    "b16decode": base64.b16decode,
    "a85decode": base64.a85decode,
    "b85decode": base64.b85decode,
    "unhexlify": binascii.unhexlify,
    "fromhex": lambda text: bytes.fromhex(text.decode("ascii")),
}


class Folded(msgspec.Struct, frozen=True):
    """A text, and whether it was spelled in pieces where a plain literal would have done."""

    text: str
    pieced: bool = False


def fold(node: ast.expr | None, depth: int = 0) -> Folded | None:
    """The text that an expression stands for, or None when it is no literal text."""
    if node is None or depth > _DEEPEST:
        return None
    match node:
        case ast.Constant(value=str() as text):
            return Folded(text)
        case ast.Constant(value=bytes() as raw):
            return Folded(raw.decode("latin-1"))
        case ast.BinOp(op=ast.Add()):
            return _joined("", [fold(each, depth + 1) for each in _summands(node)])
        case ast.BinOp(left=left, op=ast.Mod(), right=right):
            return _formatted(left, right, depth)
        case ast.JoinedStr(values=values):
            return _joined("", [fold(each, depth + 1) for each in values])
        case ast.FormattedValue(value=value, format_spec=None):
            return fold(value, depth + 1)
        case ast.Subscript(value=value, slice=ast.Slice() as piece):
            return _sliced(fold(value, depth + 1), piece)
        case ast.Call():
            return _called(node, depth)
    return None


def _summands(node: ast.expr) -> list[ast.expr]:
    """The parts of `a + b + c + ...`, however many."""
    parts: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts.append(node.right)
        node = node.left
    return [node, *reversed(parts)]


def _joined(by: str, pieces: list[Folded | None]) -> Folded | None:
    texts = [piece.text for piece in pieces if piece is not None]
    if len(texts) != len(pieces) or sum(map(len, texts)) > _LONGEST:
        return None
    return Folded(by.join(texts), pieced=True)


def _formatted(left: ast.expr, right: ast.expr, depth: int) -> Folded | None:
    pattern, filled = fold(left, depth + 1), right.elts if isinstance(right, ast.Tuple) else [right]
    pieces = [fold(each, depth + 1) for each in filled]
    if pattern is None or None in pieces or pattern.text.count("%") != pattern.text.count("%s") != len(pieces):
        return None
    between = pattern.text.split("%s")
    if len(between) != len(pieces) + 1:
        return None
    rest = [text for piece, after in zip(pieces, between[1:], strict=True) if piece for text in (piece.text, after)]
    return Folded("".join([between[0], *rest])[:_LONGEST], pieced=True)


def _sliced(whole: Folded | None, piece: ast.Slice) -> Folded | None:
    bounds = []
    for each in (piece.lower, piece.upper, piece.step):
        try:
            bounds.append(ast.literal_eval(each) if each is not None else None)
        except (ValueError, TypeError):
            return None
    if whole is None or bounds[2] == 0 or not all(isinstance(bound, int | None) for bound in bounds):
        return None
    return Folded(whole.text[slice(*bounds)], pieced=True)


def _called(node: ast.Call, depth: int) -> Folded | None:
    """Calls that only spell: join, chr, decode, reversed, replace, base64 and hexadecimal forms."""
    if isinstance(node.func, ast.Name) and node.func.id == "chr":
        return _characters(node.args)
    if isinstance(node.func, ast.Name) and node.func.id in ("str", "bytes", "bytearray", "reversed") and node.args:
        return _converted(node.func.id, node.args[0], depth)
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in _BASES and len(node.args) == 1:
        return _decoded(name, fold(node.args[0], depth + 1))
    if not isinstance(node.func, ast.Attribute):
        return None
    owner = fold(node.func.value, depth + 1)
    if name in ("decode", "encode"):
        if owner is None and node.args and isinstance(node.func.value, ast.Name):
            return _by_codec(node, depth)
        return owner
    if owner is None:
        return None
    if name == "join" and node.args:
        return _joined(owner.text, _elements(node.args[0], depth))
    arguments = [fold(each, depth + 1) for each in node.args]
    if name == "replace" and len(arguments) == 2 and arguments[0] and arguments[1]:
        if (owner.text.count(arguments[0].text) + 1) * (len(arguments[1].text) + 1) > _LONGEST:
            return None
        return Folded(owner.text.replace(arguments[0].text, arguments[1].text), pieced=True)
    if name in ("lower", "upper", "strip", "swapcase") and not arguments:
        return Folded(getattr(owner.text, name)(), pieced=True)
    return None


def _elements(node: ast.expr, depth: int) -> list[Folded | None]:
    match node:
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return [fold(each, depth + 1) for each in elements]
        case ast.Call(func=ast.Name(id="map"), args=[ast.Name(id="chr"), given]):
            return [_characters([each]) for each in getattr(given, "elts", [])]
        case ast.ListComp(elt=ast.Call(func=ast.Name(id="chr")), generators=[only]):
            return [_characters([each]) for each in getattr(only.iter, "elts", [])]
        case ast.GeneratorExp(elt=ast.Call(func=ast.Name(id="chr")), generators=[only]):
            return [_characters([each]) for each in getattr(only.iter, "elts", [])]
    whole = fold(node, depth + 1)
    return [Folded(char) for char in whole.text] if whole else [None]


def _characters(arguments: list[ast.expr]) -> Folded | None:
    match arguments:
        case [ast.Constant(value=int() as code)] if 0 <= code < 0x110000:
            return Folded(chr(code), pieced=True)
    return None


def _converted(name: str, node: ast.expr, depth: int) -> Folded | None:
    if isinstance(node, ast.List | ast.Tuple):
        return _joined("", [_characters([each]) for each in node.elts])
    whole = fold(node, depth + 1)
    return Folded(whole.text[::-1], pieced=True) if whole and name == "reversed" else whole


def _decoded(name: str, whole: Folded | None) -> Folded | None:
    if whole is None or len(whole.text) > _LONGEST:
        return None
    try:
        return Folded(_BASES[name](whole.text.encode("latin-1")).decode("latin-1"), pieced=True)
    except (ValueError, UnicodeError):
        return None


def _by_codec(node: ast.Call, depth: int) -> Folded | None:
    """`codecs.decode(text, 'rot13')` and `'hex'`."""
    texts = [fold(each, depth + 1) for each in node.args[:2]]
    if len(texts) != 2 or texts[0] is None or texts[1] is None:
        return texts[0] if len(texts) == 1 else None
    codec = texts[1].text.replace("_", "").replace("-", "").lower()
    if codec.startswith("rot"):
        return Folded(codecs.decode(texts[0].text[:_LONGEST], "rot13"), pieced=True)
    if codec.startswith("hex"):
        return _decoded("unhexlify", texts[0])
    return _decoded("b64decode", texts[0]) if codec.startswith("base64") else texts[0]
