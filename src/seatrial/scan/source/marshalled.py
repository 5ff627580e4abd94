"""Names and texts in marshalled code objects, found without `marshal.loads`, which trusts its input.

Source: CPython, Python/marshal.c of 2.7 to 3.14. The layout of a code object changed often; what all have in common is
read here: some 32-bit numbers, the bytecode, seven objects (constants first, names second), a line number, tables.
"""

import struct
from dataclasses import dataclass, field

_TEXTS = frozenset(b"uatAzZR")
_SINGLES = frozenset(b"0NFTS.")
_MOST = 200_000
"""Objects in one piece of code; more is not read."""


@dataclass(slots=True)
class CodeNames:
    """What a piece of code refers to: `names` are globals and attributes, `texts` its other strings."""

    names: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)


class NoCode(Exception):
    """The bytes are no marshalled code object."""


@dataclass(slots=True)
class _Reader:
    data: bytes
    at: int = 0
    found: CodeNames = field(default_factory=CodeNames)
    kept: list[str | None] = field(default_factory=list)
    todo: list[str] = field(default_factory=list)
    recent: list[bool] = field(default_factory=list)

    def take(self, size: int) -> bytes:
        if size < 0 or self.at + size > len(self.data):
            raise NoCode("it ends too early")
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self) -> int:
        return int.from_bytes(self.take(4), "little", signed=True)

    def _peek(self) -> int:
        return int.from_bytes(self.data[self.at : self.at + 4], "little", signed=True)

    def _kept(self, index: int) -> str | None:
        return self.kept[index] if 0 <= index < len(self.kept) else None

    def run(self) -> CodeNames:
        """Read with a list of what is still to come instead of recursion: `any`, `name`, `names`, `number`, ..."""
        self.todo.append("any")
        for _ in range(_MOST):
            if not self.todo:
                return self.found
            task = self.todo.pop()
            if task == "number":
                self.number()
            elif task == "tables":
                self._tables()
            elif task != "until-null" or self._entries():
                self._object(task)
        raise NoCode("it has too many objects")

    def _entries(self) -> bool:
        """Whether another key of a dict follows."""
        if self.data[self.at : self.at + 1] == b"0":
            self.at += 1
            return False
        self.todo += ["until-null", "any"]
        return True

    def _tables(self) -> None:
        """The line table, and from 3.11 on the table of exceptions: kinds of locals are bytes there."""
        self.todo += ["any"] * (2 if self.recent.pop() else 1)

    def _object(self, task: str) -> None:
        tag = self.take(1)[0]
        kind, place = tag & 0x7F, len(self.kept)
        if tag & 0x80:
            self.kept.append(None)
        if task == "kinds":
            self.recent.append(kind == ord("s") or (kind == ord("r") and self._kept(self._peek()) is not None))
        if kind in _TEXTS or kind == ord("s"):
            self._text(kind, task, place if tag & 0x80 else None)
        elif kind == ord("r"):
            self._found(self._kept(self.number()), task)
        elif kind in b"([<>)":
            size = self.take(1)[0] if kind == ord(")") else self.number()
            if not 0 <= size <= len(self.data) - self.at:
                raise NoCode("it declares more than it holds")
            self.todo += ["name" if task == "names" else "any"] * size
        elif kind == ord("{"):
            self.todo.append("until-null")
        elif kind == ord(":"):
            self.todo += ["any"] * 3
        elif kind == ord("c"):
            self._code()
        elif kind not in _SINGLES:
            self._number(kind)

    def _number(self, kind: int) -> None:
        if kind in b"iIgy":
            self.take({ord("i"): 4, ord("I"): 8, ord("g"): 8}.get(kind, 16))
        elif kind == ord("l"):
            self.take(2 * abs(self.number()))
        elif kind in b"fx":
            for _ in range(1 if kind == ord("f") else 2):
                self.take(self.take(1)[0])
        else:
            raise NoCode("it holds what no code object holds")

    def _text(self, kind: int, task: str, place: int | None) -> None:
        if kind == ord("R"):
            self.number()
            return
        raw = self.take(self.take(1)[0] if kind in b"zZ" else self.number())
        text = raw.decode("utf-8", "surrogatepass" if kind == ord("u") else "replace")
        if place is not None:
            self.kept[place] = text
        self._found(text, task)

    def _found(self, text: str | None, task: str) -> None:
        if text is not None:
            (self.found.names if task == "name" else self.found.texts).add(text)

    def _code(self) -> None:
        for count in (5, 6, 4):
            head = self.at + 4 * count
            if self._bytecode_at(head):
                self.at = head
                self.todo += ["tables", "number", *["any"] * 3, "kinds", "any", "names", "any", "any"]
                return
        raise NoCode("its code has an unknown layout")

    def _bytecode_at(self, place: int) -> bool:
        """Whether a string of bytes stands there, and a tuple of constants behind it."""
        if place + 5 > len(self.data) or self.data[place] & 0x7F != ord("s"):
            return False
        (size,) = struct.unpack_from("<i", self.data, place + 1)
        behind = place + 5 + size
        return size >= 0 and behind < len(self.data) and self.data[behind] & 0x7F in b"()r"


def code_names(data: bytes) -> CodeNames:
    """What marshalled code refers to; constants that are code are read too.

    Raises:
        NoCode: The bytes do not begin with a marshalled object, or break off.
    """
    try:
        return _Reader(data).run()
    except UnicodeDecodeError as error:
        raise NoCode("a text in it is no text") from error


_REACHING = frozenset(
    str.split(
        "eval exec compile __import__ open system popen popen2 Popen check_output check_call call_soon spawn "
        "spawnl spawnv spawnlp execv execve execvp execl execlp fork forkpty subprocess socket os posix nt ctypes "
        "importlib import_module pty shutil rmtree urlopen urlretrieve urllib requests httpx http marshal pickle "
        "cPickle dill joblib loads runpy b64decode __builtins__ __globals__ __subclasses__ __mro__ __bases__ "
        "__base__ __code__ __closure__ __getattribute__ write_text write_bytes unlink remove builtins webbrowser "
        "breakpoint globals write_file read_file py_function numpy_function py_func get_file load_library "
        "load_op_library sys modules getattr setattr FunctionType CodeType ftplib smtplib multiprocessing "
        "threading asyncio pathlib tempfile"
    )
)


def reaching(found: CodeNames) -> list[str]:
    """Names in code by which it reaches out of a model, in order; texts count where they are such a name exactly."""
    near = {text for text in found.texts if text in _REACHING and (text.startswith("__") or text in ("os", "system"))}
    return sorted(name for name in found.names | near if name in _REACHING)
