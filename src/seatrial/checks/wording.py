"""Pieces of texts made fit for a reason of one line."""

REASON_LENGTH = 200
"""Reasons are cut to this many characters."""


def quoted(text: str, limit: int = 60) -> str:
    """The beginning of a text in quotation marks; line breaks and what cannot be printed are shown as escapes."""
    start = text if len(text) <= limit else text[:limit] + "…"
    return f'"{printable(start)}"'


def printable(text: str) -> str:
    """The text with every character that cannot be printed as an escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode("ascii") for c in text)


def bounded(reason: str) -> str:
    """A reason of at most `REASON_LENGTH` characters on one line."""
    if len(reason) > REASON_LENGTH:
        reason = reason[: REASON_LENGTH - 1] + "…"
    return printable(reason)


def listed(texts: tuple[str, ...], most: int = 3) -> str:
    """Some texts in quotation marks: `"a"`, `"a" or "b"`, `"a", "b", "c" or 4 more`."""
    shown = [quoted(text, 40) for text in texts[:most]]
    if len(texts) > most:
        shown.append(f"{len(texts) - most} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def first_line(error: BaseException) -> str:
    """The type and the first line of an error, bounded."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:150]}" if lines else type(error).__name__
