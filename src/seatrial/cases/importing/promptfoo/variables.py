"""The variables of a promptfoo test: files loaded, lists multiplied out, references to each other filled."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from seatrial.cases.importing.files import MOST_ROWS
from seatrial.cases.importing.promptfoo.nunjucks import Environment, is_template, rendered
from seatrial.cases.importing.promptfoo.work import Work, is_reference, refuse_script
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake

_ROUNDS = 5
"""Variables may stand in variables so deep."""
Trees = Mapping[str, Tree]


def variables_of(work: Work, written: Tree | None) -> dict[str, Tree]:
    """The variables by name; a path, or a list of paths, names files that hold them.

    Raises:
        Mistake: A file cannot be read, or they are no mapping.
    """
    if written is None:
        return {}
    if written.is_mapping:
        return dict(written.items())
    found: dict[str, Tree] = {}
    for reference in written.each():
        if not isinstance(reference.data, str):
            raise Mistake("`vars` is a mapping of names, or the path of a file that holds one")
        refuse_script(reference.data)
        for path in work.find(reference.data, written):
            found.update(work.read(path).items())
    return found


def combinations(work: Work, variables: Trees, *, expand: bool) -> Iterator[dict[str, Any]]:
    """Each combination of the values that are lists of texts, with files loaded and variables filled.

    Raises:
        Mistake: A file cannot be loaded, or they are too many.
    """
    names = list(variables)
    choices = [_choices(work, variables[name], expand) for name in names]
    count = 1
    for each in choices:
        count *= len(each)
    if count > MOST_ROWS:
        raise Mistake(f"its variables multiply out to {count:,} cases; at most {MOST_ROWS:,} are made")
    for values in itertools.product(*choices):
        yield _composed(dict(zip(names, values, strict=True)), work)


def scope(work: Work, variables: Mapping[str, Any]) -> dict[str, Any]:
    """What a template can name: the variables, and `env`."""
    return {"env": Environment(work.environment), **variables}


def _choices(work: Work, tree: Tree, expand: bool) -> list[Any]:
    if is_reference(tree.data):
        return _loaded(work, tree)
    if not tree.is_list or not tree.data or not isinstance(tree.data[0], str):
        return [tree.data]
    values = [
        value for part in tree.each() for value in (_loaded(work, part) if is_reference(part.data) else [part.data])
    ]
    return values if expand else [values]


def _loaded(work: Work, tree: Tree) -> list[Any]:
    """The contents of the files that a reference names; a glob names several, which are multiplied out, too."""
    try:
        refuse_script(tree.data)
        paths = work.find(tree.data, tree)
        return [work.loaded(str(path.absolute()), tree).data for path in paths]
    except Mistake as mistake:
        if mistake.path is not None:
            raise
        raise Mistake(mistake.what, path=tree.place.path, line=tree.place.line) from None


def _composed(values: dict[str, Any], work: Work) -> dict[str, Any]:
    for _ in range(_ROUNDS):
        known = scope(work, values)
        filled = {name: _filled(value, known) for name, value in values.items()}
        if filled == values:
            break
        values = filled
    return values


def _filled(value: Any, known: Mapping[str, Any]) -> Any:
    """A text with other variables in it; it stays as it is when one of them has no value, or it is no template."""
    if not isinstance(value, str) or not is_template(value):
        return value
    missing: set[str] = set()
    try:
        filled = rendered(value, known, missing)
    except Mistake:
        return value
    return value if missing else filled
