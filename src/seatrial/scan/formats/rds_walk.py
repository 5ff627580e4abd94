"""Walk over R's serialised objects with a stack of one's own: deep nesting takes memory and no recursion."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from seatrial.scan.format import Unreadable
from seatrial.scan.formats import rds_types as types
from seatrial.scan.formats.rds_decoding import Decoder
from seatrial.scan.limits import Budget

Event = tuple[str, str, int]
"""`promise`, `lazy`, `closure`, `class` or `pointer`; the names in it; where it is."""
MOST: Final = 1 << 40
_TASKS: Final = 5_000_000
_TOLD: Final = 20


class Walk:
    """Reads every item once.

    Args:
        decoder: Stands before the first item.
        budget: What reading may cost.
    """

    def __init__(self, decoder: Decoder, budget: Budget) -> None:
        self._decoder, self._budget = decoder, budget
        self._tasks: list[Callable[[], None]] = []
        self._names: list[str] = []
        self._symbols: list[str] = []
        self._found: list[Event] = []
        self._environments = 0
        self._steps = 0
        self._told: dict[str, int] = {}
        self.called: set[str] = set()

    def events(self) -> Iterator[Event]:
        """What would run, in the order in which it stands.

        Raises:
            Unreadable: The bytes break off, or are of a kind that is not known.
            OverflowError: A length is impossible.
        """
        self._tasks.append(self._item)
        while self._tasks:
            self._tasks.pop()()
            self._steps += 1
            if not self._steps & 1023:
                self._budget.check_time()
            if len(self._tasks) > _TASKS:
                raise Unreadable("it nests too deeply")
            for each in self._found:
                self._told[each[0]] = self._told.get(each[0], 0) + 1
                if self._told[each[0]] <= _TOLD:
                    yield each
            self._found.clear()

    def _later(self, *tasks: Callable[[], None]) -> None:
        """Tasks in the order in which their bytes come."""
        self._tasks += reversed(tasks)

    def _item(self) -> None:
        place = self._decoder.at
        self._known(self._decoder.integer(), place)

    def _known(self, flags: int, place: int) -> None:
        """An item whose first number is read."""
        kind = flags & 0xFF
        if kind in types.NOTHING:
            if kind == types.UNBOUND:
                self._symbols.append("")
        elif kind in types.PAIRS:
            self._pair(kind, flags, place)
        elif kind == types.ENVIRONMENT:
            self._environment()
        elif kind == types.REFERENCE:
            self._reference(flags >> 8 or self._decoder.integer())
        elif kind == types.SYMBOL:
            self._symbol()
        elif kind in types.WIDTHS:
            self._decoder.skip(*self._vector(types.WIDTHS[kind]))
            self._attributes(flags)
        else:
            self._rarer(kind, flags, place)

    def _rarer(self, kind: int, flags: int, place: int) -> None:
        if kind == types.CHARACTERS:
            self._text()
            self._attributes(flags)
        elif kind in (types.STRINGS, types.VECTOR, types.EXPRESSIONS):
            self._attributes(flags)
            count = self._vector(4)[0]
            if kind == types.STRINGS:
                self._strings(count)
            else:
                self._times(self._item, count)
        elif kind in (types.SPECIAL, types.BUILTIN):
            self._symbols.append(self._text())
            self._attributes(flags)
        elif kind in (types.NAMESPACE, types.PACKAGE, types.PERSISTENT):
            self._decoder.integer()
            self._times(self._item, self._vector(4)[0])
            self._names.append("")
        elif kind == types.ALTREP:
            self._altrep(place)
        elif kind == types.BYTECODE:
            self._attributes(flags)
            self._decoder.integer()
            self._later(self._bytecode)
        elif kind in (types.POINTER, types.WEAK):
            self._names.append("")
            self._found.append(("pointer", "", place))
            self._attributes(flags)
            if kind == types.POINTER:
                self._later(self._item, self._item)
        elif kind == types.S4:
            self._attributes(flags)
        else:
            raise Unreadable(f"it has an object of type {kind} at {place}")

    def _strings(self, count: int) -> None:
        """Texts side by side, of which there may be millions; anything else among them is an item as others."""
        for number in range(count):
            if not number & 4095:
                self._budget.check_time()
            place, flags = self._decoder.at, self._decoder.integer()
            if flags & (0xFF | types.ATTRIBUTES) == types.CHARACTERS:
                self._text()
                continue
            left = count - number - 1
            self._later(partial(self._known, flags, place), partial(self._strings, left))
            return

    def _pair(self, kind: int, flags: int, place: int) -> None:
        """Attributes, tag, first, rest: what is a list in R, and what is code."""
        start = len(self._symbols)
        tasks: list[Callable[[], None]] = []
        if flags & types.ATTRIBUTES:
            tasks.append(self._item)
        if flags & types.TAG:
            tasks.append(self._item)
        if kind == types.PROMISE:
            tasks += [self._begun, self._item, lambda: self._promise(start, place)]
        elif kind == types.CLOSURE:
            self._found.append(("closure", "", place))
            tasks += [self._item, self._item]
        elif kind == types.LANGUAGE:
            tasks += [self._function, self._item]
        else:
            tasks += [self._item, self._item]
        self._later(*tasks)

    def _begun(self) -> None:
        """A promise's value: whether it is there yet decides all."""
        before = len(self._symbols)
        self._later(self._item, lambda: self._symbols.append("\0" if self._symbols[before:] == [""] else "\1"))

    def _promise(self, start: int, place: int) -> None:
        names = self._symbols[start:]
        if "\0" in names:
            shown = " ".join(dict.fromkeys(name for name in names if name not in ("", "\0", "\1")))
            self._found.append(("lazy" if self._environments else "promise", shown[:300], place))

    def _function(self) -> None:
        """The first of a call: the name of what is called."""
        before = len(self._symbols)
        self._later(self._item, lambda: self.called.update(self._symbols[before : before + 1]))

    def _environment(self) -> None:
        self._decoder.integer()
        self._names.append("")
        self._environments += 1
        self._later(self._item, self._item, self._item, self._item, self._left)

    def _left(self) -> None:
        self._environments -= 1

    def _symbol(self) -> None:
        flags = self._decoder.integer()
        if flags & 0xFF != types.CHARACTERS:
            raise Unreadable("a symbol without a name")
        name = self._text()
        self._names.append(name)
        self._symbols.append(name)

    def _reference(self, index: int) -> None:
        if not 0 < index <= len(self._names):
            raise Unreadable(f"it refers to object {index} of {len(self._names)}")
        if self._names[index - 1]:
            self._symbols.append(self._names[index - 1])

    def _text(self) -> str:
        length = self._decoder.integer()
        if length == -1:
            return ""
        if length < 0:
            raise OverflowError(f"a text of {length} bytes")
        return self._decoder.text(length).decode("utf-8", "replace")

    def _vector(self, width: int) -> tuple[int, int]:
        """A count that the file can hold, and the bytes of each."""
        count = self._decoder.integer()
        if count == -1:
            high, low = self._decoder.integer(), self._decoder.integer()
            count = (high << 32) + (low & 0xFFFFFFFF)
        if count < 0 or count * width >= MOST:
            raise OverflowError(f"{count} elements")
        if count > self._decoder.rest:
            raise Unreadable(f"it ends within a vector of {count} elements")
        return count, width

    def _times(self, task: Callable[[], None], count: int) -> None:
        """The same task often, without a list of so many."""
        if count:
            self._later(task, lambda: self._times(task, count - 1))

    def _attributes(self, flags: int) -> None:
        if flags & types.ATTRIBUTES:
            self._later(self._item)

    def _altrep(self, place: int) -> None:
        start = len(self._symbols)
        self._later(self._item, lambda: self._package(start, place), self._item, self._item)

    def _package(self, start: int, place: int) -> None:
        names = self._symbols[start:]
        if not names or names[-1] not in types.HARMLESS_CLASSES:
            self._found.append(("class", " ".join(names), place))

    def _bytecode(self) -> None:
        self._later(self._item, self._constants)

    def _constants(self) -> None:
        self._times(self._constant, self._vector(4)[0])

    def _constant(self) -> None:
        kind = self._decoder.integer()
        if kind == types.BYTECODE:
            self._bytecode()
        elif kind in _EXPRESSIONS:
            self._expression(kind)
        else:
            self._item()

    def _expression(self, kind: int) -> None:
        """Calls and lists among a function's constants, which are written in a way of their own."""
        if kind == types.BYTECODE_REFERENCE:
            self._decoder.integer()
        elif kind not in _EXPRESSIONS:
            self._item()
        else:
            if kind == types.BYTECODE_DEFINITION:
                self._decoder.integer()
                kind = self._decoder.integer()
            with_attributes = kind in (types.ATTRIBUTE_LANGUAGE, types.ATTRIBUTE_LIST)
            attributes = [self._item] if with_attributes else []
            self._later(*attributes, self._item, self._inner, self._inner)

    def _inner(self) -> None:
        self._expression(self._decoder.integer())


_EXPRESSIONS: Final = frozenset(
    (
        *(types.LANGUAGE, types.LIST, types.BYTECODE_DEFINITION, types.BYTECODE_REFERENCE),
        *(types.ATTRIBUTE_LANGUAGE, types.ATTRIBUTE_LIST),
    )
)
