"""The syntax tree of source, whatever stands in it."""

import ast
import warnings


def parsed(text: str) -> ast.Module:
    """The syntax tree.

    Raises:
        SyntaxError: It is no Python that this interpreter knows, or nested too deeply.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (ValueError, RecursionError, MemoryError) as error:
            raise SyntaxError(str(error) or "it is nested too deeply") from error
