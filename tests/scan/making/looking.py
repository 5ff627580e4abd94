"""Look at bytes through the door that files come in by."""

from seatrial.scan.blob import BytesBlob
from seatrial.scan.file import look
from seatrial.scan.part import Settings


def seen(data, name="file"):
    """What a scan says of some bytes."""
    return look(BytesBlob(data), name, Settings())


def ids(data, name="file"):
    """The ids of what is found, sorted."""
    return sorted({each.id for each in seen(data, name).findings})


def mutated(data, place, byte, cut):
    """A file with one byte changed and its end cut."""
    place %= max(1, len(data))
    return (data[:place] + bytes([byte]) + data[place + 1 :])[: len(data) - cut % (len(data) + 1)]
