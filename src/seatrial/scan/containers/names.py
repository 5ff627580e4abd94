"""What the names of an archive's entries mean to whoever unpacks them."""

import re
import unicodedata

_HOPS = 40
"""Links that are followed one after another, as many as Linux follows."""
_DRIVE = re.compile(r"[A-Za-z]:")
_PRIVATE = re.compile(r"/(etc|root|home|proc|sys|dev|var|boot|run|Users|Windows)(/|$)")
_TENSOR = re.compile(r"[^/]+/(data|tensors|constants|xl_model_weights)/(\d+|weight_\d+|constant_\d+|tensor_\d+)")


def leaving(name: str) -> str | None:
    """How a name leads out of the folder it is unpacked to, in words; None when it stays inside.

    Backslashes count as slashes: Windows takes them so.
    """
    path = name.split("\0", 1)[0].replace("\\", "/")
    if path.startswith("/"):
        return "an absolute path"
    if _DRIVE.match(path):
        return "a drive letter"
    depth = 0
    for step in path.split("/"):
        depth += -1 if step == ".." else step not in ("", ".")
        if depth < 0:
            return "it climbs out by `..`"
    return None


def target_leaving(name: str, target: str) -> str | None:
    """How a symbolic link at `name` leads out of the folder; None when it stays inside."""
    path = target.replace("\\", "/")
    if path.startswith("/") or _DRIVE.match(path):
        return leaving(path)
    folder = name.replace("\\", "/").rpartition("/")[0]
    return leaving(f"{folder}/{path}" if folder else path)


def is_private(target: str) -> bool:
    """Whether an absolute path leads to where systems and people keep what is theirs."""
    return _PRIVATE.match(target.replace("\\", "/")) is not None


def as_unpacked(name: str) -> str:
    """The name as the least careful of readers sees it: cut at a NUL, slashes, no case, one form of Unicode."""
    path = name.split("\0", 1)[0].replace("\\", "/")
    steps = [step.rstrip(" .") or step for step in path.split("/") if step not in ("", ".")]
    return unicodedata.normalize("NFKC", "/".join(steps)).casefold()


def is_tensor(name: str) -> bool:
    """Whether an entry of a torch archive holds the raw bytes of a tensor, which no loader unpickles."""
    return _TENSOR.fullmatch(name) is not None


def decoded(raw: bytes, *, utf8: bool) -> str:
    """A name from its bytes, never failing: the encoding a zip says, bytes that it has not are shown as escapes."""
    return raw.decode("utf-8" if utf8 else "cp437", "backslashreplace")


class Links:
    """Symbolic links that an archive has made so far: where a later name leads when they are followed."""

    def __init__(self) -> None:
        self._targets: dict[tuple[str, ...], str] = {}

    def add(self, name: str, target: str) -> None:
        """A link is made, at the place that its name leads to."""
        place = self._resolve(name, follow_last=False)
        if place is not None:
            self._targets[place] = target

    def leads_out(self, path: str) -> bool:
        """Whether a path leaves the folder once links are followed."""
        return self._resolve(path, follow_last=True) is None

    def _resolve(self, path: str, *, follow_last: bool) -> tuple[str, ...] | None:
        todo, hops = _steps(path)[::-1], 0
        done: list[str] = []
        while todo:
            step = todo.pop()
            if step == "..":
                if not done:
                    return None
                done.pop()
                continue
            done.append(step)
            target = self._targets.get(tuple(done)) if todo or follow_last else None
            if target is None:
                continue
            hops += 1
            if hops > _HOPS or target.startswith("/"):
                return None
            done.pop()
            todo.extend(_steps(target)[::-1])
        return tuple(done)


def _steps(path: str) -> list[str]:
    return [step for step in path.replace("\\", "/").split("/") if step not in ("", ".")]
