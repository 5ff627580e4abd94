"""Babel's locale data: honest pickles of many environments, with one class that is compiled when it is used."""

import copyreg
import pickle
import sys
import types

import pytest
from scanning import ids, scanned

RULE = [("one", ("and", (("relation", ("in", ("i", ()), ("range_list", [(("value", (1,)), ("value", (1,)))]))), "n")))]


@pytest.fixture
def pickled(monkeypatch):
    """Pickles an object of a stand-in for Babel's class with a state."""
    module = types.ModuleType("babel.plural")

    class PluralRule:
        def __reduce_ex__(self, protocol):
            return (copyreg.__newobj__, (type(self),), self.state)

    PluralRule.__module__, PluralRule.__qualname__ = "babel.plural", "PluralRule"
    module.PluralRule = PluralRule
    monkeypatch.setitem(sys.modules, "babel", types.ModuleType("babel"))
    monkeypatch.setitem(sys.modules, "babel.plural", module)

    def made(state):
        rule = PluralRule()
        rule.state = state
        return pickle.dumps(rule, 4)

    return made


def test_an_honest_rule_is_clean(pickled):
    """A tree of small words and numbers is what Babel writes."""
    assert scanned(pickled(RULE)).verdict == "clean"


@pytest.mark.parametrize("code", ["__import__('os').system('id')", "1 or exit()", "N", b"n", 1.5, None])
def test_a_rule_with_anything_else_is_an_attack(pickled, code):
    """What stands in the rule is compiled as Python when somebody asks it for a plural."""
    found = scanned(pickled([*RULE, ("few", ("value", (code,)))]))
    assert found.verdict == "attack"
    assert "pickle.dangerous-code" in ids(found)
