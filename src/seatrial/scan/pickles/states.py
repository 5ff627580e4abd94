"""States that BUILD and some reconstructors set as attributes."""

import re
from collections.abc import Iterable
from typing import Final

from seatrial.scan.pickles import rules
from seatrial.scan.pickles.court import Court, walk
from seatrial.scan.pickles.dangers import looks_like_payload
from seatrial.scan.pickles.expressions import shown
from seatrial.scan.pickles.names import words
from seatrial.scan.pickles.values import Global, Instance, Mapping, Sequence, Value, items_of

FATAL_KEYS: Final = words(
    "__class__ __reduce__ __reduce_ex__ __setstate__ __getstate__ __getattr__ __getattribute__ __setattr__ __delattr__ "
    "__del__ __init__ __new__ __init_subclass__ __call__ __globals__ __builtins__ __code__ __subclasses__ __bases__ "
    "__base__ __mro__ __import__ __loader__ __spec__ __closure__ __func__ __self__ __get__ __set__ __iter__ __next__ "
    "__hash__ __eq__ __len__ __getitem__ __setitem__ __enter__ __exit__ __instancecheck__ __subclasscheck__ "
    "__getnewargs__ __getnewargs_ex__ __getinitargs__ __copy__ __deepcopy__ __reversed__ __contains__"
)
_SLOTS_ONLY: Final = frozenset({"__dict__", "__weakref__"})


_TEMPLATE: Final = re.compile(
    r"def _parse_\w*\([\w\s,=.]*(?:moments='mv')?\):|return (?:self\._argcheck_rvs)?(?!.*\w\()[\w\s,()=.]*|"
)
"""Lines of scipy's template of an argument parser (scipy, stats/_distn_infrastructure.py)."""
_FORMULA: Final = re.compile(
    r"(?:(?:C|Q|np\.(?:log|log1p|log2|log10|sqrt|exp|power|abs))(?=\()|(?<![.\w])\w+(?!\w*[(.])|[\s~+*:|(),-])+"
)
"""A formula of names, numbers and well-known functions; what else it calls is evaluated as well."""
_BESIDE: Final = re.compile(r"(?!\.)[^/\\:\0]{1,255}")
"""The name of a file in the same folder."""
_RULE_WORD: Final = re.compile(r"[a-z_]{1,12}")
_HIDDEN: Final = re.compile(r"\b(?:eval|exec|open|getattr|compile|globals|locals|vars|chr|lambda)\b")


def check_state(court: Court, target: Instance, state: Value, offset: int) -> None:
    """Judge the keys of a state: a dict, or the pair of a dict and a dict of slots."""
    slots: Value = None
    plain = state
    pair = items_of(state)
    if pair is not None and len(pair) == 2 and all(each is None or isinstance(each, Mapping) for each in pair):
        plain, slots = pair
    for part, banned in ((plain, FATAL_KEYS), (slots, FATAL_KEYS | _SLOTS_ONLY)):
        bad = next((key for key in _keys(part) if isinstance(key, str) and key in banned), None)
        if bad:
            court.odd(rules.SPECIAL_KEYS, f"{bad} of {shown(target.callee)}: {shown(state)}", offset)
    if isinstance(plain, Mapping) and isinstance(target.callee, Global):
        if target.callee.module.startswith("scipy."):
            _check_template(court, target, plain, offset)
        elif target.callee.module.startswith("statsmodels."):
            _check_formula(court, target, plain, offset)
        elif target.callee.name in ("NDArrayWrapper", "ZNDArrayWrapper"):
            _check_file(court, target, plain, offset)
    if isinstance(target.callee, Global) and target.callee.full == "babel.plural.PluralRule":
        _check_rule(court, target, state, offset)


def _keys(state: Value) -> Iterable[Value]:
    """The keys of a dict; of an instance that may be one, whatever was put into it."""
    if isinstance(state, Mapping):
        return state.keys
    return (*state.held.keys, *walk(state.args)) if isinstance(state, Instance) else ()


def _check_template(court: Court, target: Instance, state: Mapping, offset: int) -> None:
    """Distributions of scipy run the text of their state's `_parse_arg_template` when they are loaded."""
    for key, template in zip(state.keys, state.values, strict=False):
        if key != "_parse_arg_template":
            continue
        lines = template.splitlines() if isinstance(template, str) else ["?"]
        if not all(_TEMPLATE.fullmatch(line.strip()) for line in lines):
            court.odd(rules.DANGEROUS_CODE, f"{shown(target.callee)}: {shown(template)}", offset)


def _check_formula(court: Court, target: Instance, state: Mapping, offset: int) -> None:
    """The data of a statsmodels model evaluate their formula by patsy, as Python, when they are loaded."""
    if not any(key == "restore_design_info" for key in state.keys):
        return
    formula = state.get("formula")
    if not isinstance(formula, str) or looks_like_payload(formula) or "__" in formula or _HIDDEN.search(formula):
        court.odd(rules.DANGEROUS_CODE, f"{shown(target.callee)}: formula {shown(formula)}", offset)
    elif not _FORMULA.fullmatch(formula):
        court.odd(rules.ONLY_NAMED, f"{shown(target.callee)}: formula {shown(formula)}", offset)


def _check_file(court: Court, target: Instance, state: Mapping, offset: int) -> None:
    """Joblib before 0.10 wrote arrays to files of their own, beside the pickle; its loader unpickles what they hold."""
    filename = state.get("filename")
    if not (isinstance(filename, str) and _BESIDE.fullmatch(filename)):
        court.odd(rules.DANGEROUS_CALL, f"{shown(target.callee)} of the file {shown(filename)}", offset)


def _check_rule(court: Court, target: Instance, state: Value, offset: int) -> None:
    """Babel compiles a plural rule to Python when it is first asked (babel/plural.py): only its words may be in it."""
    queue, seen = [state], {id(state)}
    for each in queue:
        if isinstance(each, Sequence) and not each.more:
            new = [item for item in each.items if id(item) not in seen]
            seen |= set(map(id, new))
            queue += new
        elif not (isinstance(each, int) or (isinstance(each, str) and _RULE_WORD.fullmatch(each))):
            court.odd(rules.DANGEROUS_CODE, f"{shown(target.callee)}: {shown(each)}", offset)
            return
