"""A Blob as a file object, for libraries that want one."""

import io

from seatrial.scan.blob import Blob


class BlobFile(io.RawIOBase):
    """Reads a Blob as if it were an open file."""

    def __init__(self, blob: Blob) -> None:
        self._blob, self._at = blob, 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to an offset."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at}.get(whence)
        self._at = (self._blob.size if base is None else base) + offset
        if self._at < 0:
            self._at = 0
            raise OSError("before the start")
        return self._at

    def tell(self) -> int:
        """Where it stands."""
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed has it wider
        """Fill a buffer as far as there are bytes."""
        data = self._blob.read(self._at, len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
