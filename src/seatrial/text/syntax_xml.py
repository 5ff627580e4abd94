"""XML 1.0: read by expat as a stream, so that depth costs nothing. Entities are neither expanded nor fetched."""

from xml.parsers import expat

from seatrial.text.syntax import CannotRead, NotWellFormed, refuse_empty, refuse_long


def read_xml(source: str) -> None:
    """Read a document: well formed, with one root. It is not held to a schema.

    Raises:
        NotWellFormed: It is none.
        CannotRead: It is too long, or declares entities, which could unfold without end.
    """
    refuse_long(source)
    refuse_empty(source)
    parser = expat.ParserCreate(encoding="utf-8")
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(source.strip().encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError as error:
        raise NotWellFormed(f"line {error.lineno}: {expat.ErrorString(error.code)}") from None


def _refuse_entity(*_: object) -> None:
    raise CannotRead("it declares entities, which are not expanded")
