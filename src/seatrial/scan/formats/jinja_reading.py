"""Parse a Jinja template into its tree, within bounds, with the tags that chat templates, Ansible and Flask add."""

from typing import Any, Final

from jinja2 import Environment, TemplateError, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

from seatrial.scan.format import Unreadable
from seatrial.scan.formats.jinja_rules import words

LONGEST: Final = 250_000
FRAMES: Final = 500
"""The parser's own calls, one within the other; Python allows a thousand."""
_OPENING: Final = {"(": 14, "[": 14, "{": 14}
_CLOSING: Final = {")", "]", "}"}
_BLOCKS: Final = words("if for macro call filter block with autoescape raw trans generation")
_BEFORE_UNARY: Final = frozenset(
    ("variable_begin", "block_begin", *"+-*/%~([{,:=<>", "//", "**", "==", "!=", ">=", "<=")
)
_UNARY: Final = frozenset(("not", "-", "+", "else"))


class TooNested(Unreadable):
    """Parsing it would take more of the stack than any template should."""


class _Generation(Extension):
    """`{% generation %}` of transformers: marks what the assistant says."""

    tags = {"generation"}  # noqa: RUF012  Jinja2 declares it so

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def parse(text: str) -> nodes.Template:
    """The template's tree.

    Raises:
        TooNested: It nests beyond any use.
        Unreadable: It is too long, or no template.
    """
    if len(text) > LONGEST:
        raise Unreadable(f"it has {len(text)} characters")
    extensions: list[Any] = ["jinja2.ext.do", "jinja2.ext.loopcontrols", "jinja2.ext.i18n", _Generation]
    environment = Environment(extensions=extensions)  # noqa: S701  nothing is ever rendered
    try:
        if _frames(environment, text) > FRAMES:
            raise TooNested("it nests too deeply")
        return environment.parse(text)
    except RecursionError as error:
        raise TooNested("it nests too deeply") from error
    except (TemplateError, ValueError, OverflowError, AssertionError, TypeError) as error:
        raise Unreadable(f"it is no template: {str(error)[:200]}") from error


def _frames(environment: Environment, text: str) -> int:
    """How deep the parser's calls will nest, at most."""
    open_brackets = open_blocks = unary = most = 0
    opens, sets, before = False, False, ""
    for _, kind, value in environment.lex(text):
        if kind == "block_begin":
            opens = True
        elif kind in ("block_end", "variable_end"):
            # Only `set` without a value opens a block.
            open_blocks += 5 if sets else 0
            open_brackets = unary = 0
            sets = False
        elif value in _UNARY and (kind == "name" or before in _BEFORE_UNARY):
            unary += 1
        if kind == "operator":
            sets = sets and value != "="
            open_brackets = max(0, open_brackets + _OPENING.get(value, -14 if value in _CLOSING else 0))
        elif kind == "name" and opens:
            opens, sets = False, value == "set"
            open_blocks = max(0, open_blocks + (5 if value in _BLOCKS else -5 if value.startswith("end") else 0))
        before = before if kind == "whitespace" else value if kind == "operator" else kind
        most = max(most, open_brackets + open_blocks + unary)
    return most
