"""Python: read by the interpreter's own parser, never run."""

import ast
import textwrap
import warnings

from seatrial.text.syntax import CannotRead, NotWellFormed, refuse_empty, refuse_long


def read_python(source: str) -> None:
    """Parse a program by the grammar of the Python that this runs on; names and types are not looked at.

    Raises:
        NotWellFormed: It is none.
        CannotRead: It is too long or nested too deeply.
    """
    refuse_long(source)
    refuse_empty(source)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a program may be read that the compiler would warn of
            ast.parse(textwrap.dedent(source))
    except SyntaxError as error:
        raise NotWellFormed(f"line {error.lineno or 1}: {error.msg}") from None
    except (RecursionError, MemoryError):
        raise CannotRead("it is nested too deeply") from None
    except ValueError:  # a null byte, half a surrogate pair
        raise NotWellFormed("it holds a character that no program may hold") from None
