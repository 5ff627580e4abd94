"""Judge a parsed template: attributes, filters, calls and loops, by names that are followed through constants.

Sources of the techniques: CVE-2016-10745, CVE-2019-10906, CVE-2024-34359, CVE-2024-56326, CVE-2025-27516 and the public
collections of server-side template injections (PayloadsAllTheThings, HackTricks). Whether the texts of a template
instruct the model to do harm is not judged here: that takes a model, not a parser.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import nodes

from seatrial.core.finding import Finding
from seatrial.scan.formats import jinja_rules as rules
from seatrial.scan.formats.jinja_values import Constants, name_of, walk
from seatrial.scan.part import Part
from seatrial.scan.rule import Rule

_BY_ATTRIBUTE = rules.words("map selectattr rejectattr groupby sort sum min max unique")
_GENERATORS = rules.words("select reject selectattr rejectattr map batch slice unique items")
_SHOWS = rules.words("string e escape forceescape urlencode")
_SIZED = rules.words("center ljust rjust indent wordwrap truncate batch slice zfill")


_CHAT = frozenset(("messages", "add_generation_prompt", "bos_token", "eos_token"))
_PLAIN = frozenset(("__init__", "__main__", "__name__", "__doc__", "__file__"))
"""What templates of documentation look up among the members of a class: no way leads on from these alone."""


def is_chat(template: nodes.Template) -> bool:
    """Whether a template uses what chat templates are given."""
    return any(isinstance(each, nodes.Name) and each.name in _CHAT for each in walk(template))


@dataclass(frozen=True, slots=True)
class Judge:
    """Looks at one template.

    Args:
        part: Whose template it is.
        text: Its source.
        known: What its constants come to.
        chat: Whether it is a chat template, which is rendered without other files.
    """

    part: Part
    text: str
    known: Constants
    chat: bool

    def findings(self, template: nodes.Template) -> Iterator[Finding]:
        """All that is wrong, the first places of each kind."""
        for node in walk(template):
            self.part.budget.check_time()
            if isinstance(node, nodes.Getattr):
                yield from self._named(node, node.attr)
                yield from self._format_method(node)
            elif isinstance(node, nodes.Getitem):
                yield from self._item(node)
            elif isinstance(node, nodes.Filter):
                yield from self._filter(node)
            elif isinstance(node, nodes.Call):
                yield from self._call(node)
            elif isinstance(node, nodes.Name):
                if rules.ANY_DUNDER.match(node.name):
                    yield self._found(rules.ESCAPE, node, node.name)
            elif isinstance(node, nodes.Keyword):
                if rules.reaches_inside(node.key):
                    yield self._found(rules.HIDDEN, node, node.key)
            elif isinstance(node, nodes.Include | nodes.Import | nodes.FromImport | nodes.Extends):
                yield from self._file(node)
            elif isinstance(node, nodes.Compare):
                self._harmless(node.expr, *(each.expr for each in node.ops))
            elif isinstance(node, nodes.Pow):
                yield from self._power(node)
            yield from self._spelt(node)
        yield from self._loops(template)

    def _found(self, rule: Rule, node: nodes.Node, shown: str) -> Finding:
        place = self.text.find(shown)
        context = self.text[max(0, place - 60) : place + len(shown) + 80] if place >= 0 else self._line(node.lineno)
        return self.part.finding(rule, f"{shown}: {context.strip()}", line=node.lineno)

    def _line(self, number: int) -> str:
        lines = self.text.splitlines()
        return lines[number - 1][:160] if 0 < number <= len(lines) else ""

    def _harmless(self, *given: nodes.Node) -> None:
        """Texts that something is compared with lead nowhere. Jinja2's tree knows no parents, so they are marked."""
        for each in given:
            each.compared = True  # type: ignore[attr-defined]
            if isinstance(each, nodes.List | nodes.Tuple):
                self._harmless(*each.items)

    def _named(self, node: nodes.Node, name: str) -> Iterator[Finding]:
        inside = rules.INSIDES if self.chat else rules.INSIDES - {"mro"}  # documentation shows a class's bases
        if any(rules.ANY_DUNDER.match(each) or each in inside for each in name.split(".")):
            yield self._found(rules.ESCAPE, node, name)

    def _format_method(self, node: nodes.Getattr) -> Iterator[Finding]:
        if node.attr in ("format", "format_map") and node.ctx == "load" and self._bare(node):
            yield self._found(rules.FORMAT, node, node.attr)

    def _bare(self, node: nodes.Getattr) -> bool:
        # Jinja2's tree knows no parents; of a call, the method is marked when the call is met, which is before.
        texts = any(isinstance(each, str) for each in self.known.of(node.node))
        return texts and not getattr(node, "called", False)

    def _item(self, node: nodes.Getitem) -> Iterator[Finding]:
        if isinstance(node.arg, nodes.Slice):
            return
        values = [each for each in self.known.of(node.arg) if isinstance(each, str)]
        for each in values:
            if self.chat or each not in _PLAIN:
                yield from self._named(node, each)
        pieces = any(name_of(each) in self.known.built for each in walk(node.arg))
        if pieces or (not values and not isinstance(node.arg, nodes.Const)):
            yield from self._computed(node, node.node, node.arg, None)

    def _computed(
        self, node: nodes.Node, base: nodes.Node, name: nodes.Node, otherwise: Rule | None
    ) -> Iterator[Finding]:
        """An attribute by a name that constants do not decide."""
        pieces = [each for each in walk(name) if isinstance(each, nodes.Const) and isinstance(each.value, str)]
        if any("__" in piece.value or piece.value == "_" for piece in pieces):
            yield self._found(rules.HIDDEN, node, pieces[0].value)
        elif self._nothing(base) or any(isinstance(each, nodes.Name) and each.name == "request" for each in walk(name)):
            yield self._found(rules.HIDDEN, node, self._line(node.lineno)[:60])
        elif any(name_of(each) in self.known.built for each in walk(name)):
            yield self._found(rules.COMPUTED, node, self._line(node.lineno)[:60])
        elif otherwise is not None:
            yield self._found(otherwise, node, self._line(node.lineno)[:60])

    def _nothing(self, base: nodes.Node) -> bool:
        """An empty constant, or an object of Jinja's own: nobody looks data up in these."""
        if isinstance(base, nodes.Name):
            return base.name in rules.GADGETS - {"request", "config", "session", "g"} and not self.known.assigns(
                base.name
            )
        if isinstance(base, nodes.List | nodes.Tuple | nodes.Dict):
            return not base.items
        return isinstance(base, nodes.Const) and base.value in ("", 0, 1, True, None)

    def _filter(self, node: nodes.Filter) -> Iterator[Finding]:
        given = [*node.args, *(pair.value for pair in node.kwargs)]
        if node.name == "attr" and given:
            yield from self._attr(node, given[0])
        elif node.name in _BY_ATTRIBUTE:
            for each in given:
                for value in self.known.of(each):
                    if isinstance(value, str):
                        yield from self._named(node, value)
                        if value == "attr":
                            yield from self._mapped(node, given)
        elif node.name in _SHOWS and node.node is not None and self._odd_to_show(node.node):
            yield self._found(rules.HIDDEN, node, f"|{node.name}")
        elif node.name in _SIZED or node.name == "format":
            yield from self._sized(node, given)

    def _attr(self, node: nodes.Filter, name: nodes.Node) -> Iterator[Finding]:
        values = [str(each) for each in self.known.of(name)]
        for each in values:
            yield from self._named(node, each)
            if each in ("format", "format_map"):
                yield self._found(rules.ESCAPE, node, f"attr('{each}')")
        if not values:
            yield from self._computed(node, node.node or node, name, rules.COMPUTED)

    def _mapped(self, node: nodes.Filter, given: list[nodes.Expr]) -> Iterator[Finding]:
        """`|map('attr', name)`."""
        if len(given) > 1 and not self.known.of(given[1]):
            yield from self._computed(node, node.node or node, given[1], rules.COMPUTED)

    def _odd_to_show(self, base: nodes.Node) -> bool:
        """A generator or one of Jinja's objects made text: only to pick letters out of it."""
        if isinstance(base, nodes.Filter):
            return base.name in _GENERATORS
        return isinstance(base, nodes.Name) and base.name in rules.GADGETS and not self.known.assigns(base.name)

    def _sized(self, node: nodes.Filter, given: list[nodes.Expr]) -> Iterator[Finding]:
        for each in (node.node, *given):
            for value in self.known.of(each):
                wide = isinstance(value, int) and value > rules.LENGTH and node.name != "format"
                if wide or (node.name == "format" and isinstance(value, str) and rules.WIDTH.search(value)):
                    yield self._found(rules.HUGE, node, str(value)[:60])

    def _call(self, node: nodes.Call) -> Iterator[Finding]:
        callee = node.node
        if isinstance(callee, nodes.Getattr):
            callee.called = True  # type: ignore[attr-defined]
            if callee.attr in ("startswith", "endswith", "removeprefix", "removesuffix", "count", "index", "find"):
                self._harmless(*node.args)
            base = callee.node
            if isinstance(base, nodes.Name) and base.name in rules.MODULES and callee.attr in rules.CALLED:
                if not self.known.assigns(base.name):
                    yield self._found(rules.COMMAND, node, f"{base.name}.{callee.attr}")
            elif callee.attr == "format" and any(rules.WIDTH.search(str(each)) for each in self.known.of(base)):
                yield self._found(rules.HUGE, node, str(self.known.of(base)[0])[:60])
            elif callee.attr == "system" and node.args and not isinstance(base, nodes.Name):
                yield self._found(rules.COMMAND, node, ".system")
        elif isinstance(callee, nodes.Name) and not self.known.assigns(callee.name):
            yield from self._called(node, callee.name)

    def _called(self, node: nodes.Call, name: str) -> Iterator[Finding]:
        first = self.known.of(node.args[0]) if node.args else ()
        if name in rules.RUNNERS and not self._is_macro(name):
            yield self._found(rules.COMMAND, node, name)
        elif name in ("lookup", "query", "q") and any(each in rules.LOOKUPS for each in first if isinstance(each, str)):
            yield self._found(rules.LOOKUP, node, f"{name}('{first[0]}'")
        elif name in ("range", "lipsum"):
            given = [*node.args, *(pair.value for pair in node.kwargs)]
            numbers = [value for each in given for value in self.known.of(each) if isinstance(value, int)]
            if any(abs(each) > rules.STEPS for each in numbers):
                yield self._found(rules.HUGE, node, f"{name}({max(numbers, key=abs)})"[:60])

    def _is_macro(self, name: str) -> bool:
        return re.search(rf"\b(?:macro|import)\b[^%]{{0,500}}\b{name}\b", self.text) is not None

    def _file(self, node: nodes.Include | nodes.Import | nodes.FromImport | nodes.Extends) -> Iterator[Finding]:
        names = [
            name for value in self.known.of(node.template) for name in (value if isinstance(value, list) else [value])
        ]
        for name in names:
            if isinstance(name, str) and (name.startswith(("/", "\\", "~")) or ".." in name or name[1:2] == ":"):
                yield self._found(rules.OTHER_FILE, node, name)
        if self.chat:
            yield self._found(rules.INCLUDES, node, str(names[0]) if names else "a computed name")

    def _power(self, node: nodes.Pow) -> Iterator[Finding]:
        if any(isinstance(each, int) and abs(each) > 10_000 for each in self.known.of(node.right)) or isinstance(
            node.left, nodes.Pow
        ):
            yield self._found(rules.HUGE, node, "**")

    def _spelt(self, node: nodes.Node) -> Iterator[Finding]:
        """Constants, and what is put together from them."""
        if not isinstance(node, nodes.Expr) or isinstance(node, nodes.TemplateData) or getattr(node, "compared", False):
            return
        if isinstance(node, nodes.Mul):
            numbers = [
                each for side in (node.left, node.right) for each in self.known.of(side) if isinstance(each, int)
            ]
            texts = [
                each for side in (node.left, node.right) for each in self.known.of(side) if isinstance(each, str | list)
            ]
            if texts and any(each > rules.LENGTH for each in numbers):
                yield self._found(rules.HUGE, node, f"* {max(numbers)}"[:60])
        for value in self.known.of(node):
            text = "".join(value) if isinstance(value, list) and all(isinstance(each, str) for each in value) else value
            if isinstance(text, str) and rules.reaches_inside(text) and (self.chat or text not in _PLAIN):
                rule = rules.ESCAPE if isinstance(node, nodes.Const) else rules.HIDDEN
                yield self._found(rule, node, text[:80])

    def _loops(self, template: nodes.Template) -> Iterator[Finding]:
        """Loops over constant ranges, one within the other."""
        waiting: list[tuple[nodes.Node, int]] = [(template, 1)]
        while waiting:
            node, times = waiting.pop()
            if isinstance(node, nodes.For):
                times *= self._rounds(node.iter)
                if times > 100 * rules.STEPS:
                    yield self._found(rules.HUGE, node, f"{times} rounds"[:60])
                    return
            waiting.extend((each, times) for each in node.iter_child_nodes())

    def _rounds(self, over: nodes.Node) -> int:
        if not isinstance(over, nodes.Call) or not isinstance(over.node, nodes.Name) or over.node.name != "range":
            return 1
        numbers = [value for each in over.args for value in self.known.of(each)[:1] if isinstance(value, int)]
        return max(1, min(max(numbers, default=1), 1 << 40))
