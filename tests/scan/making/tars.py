"""Tar archives written header by header, so that each field can be made to lie."""

BLOCK = 512


def header(name, size=0, kind=b"0", link="", *, magic=b"ustar\x0000", checksum=None, mode=0o644):
    """One header block."""
    fields = [
        name.encode()[:100].ljust(100, b"\0"), b"%07o\0" % mode, b"0000000\0", b"0000000\0", b"%011o\0" % size,
        b"00000000000\0", b" " * 8, kind, link.encode()[:100].ljust(100, b"\0"), magic,
    ]  # fmt: skip
    block = b"".join(fields).ljust(BLOCK, b"\0")
    told = sum(block) if checksum is None else checksum
    return block[:148] + b"%06o\0 " % told + block[156:]


def padded(data):
    """Bytes in whole blocks."""
    return data + bytes(-len(data) % BLOCK)


def entry(name, data=b"", kind=b"0", link="", **more):
    """A header and its bytes."""
    return header(name, len(data), kind, link, **more) + padded(data)


def pax(kind=b"x", **records):
    """An extended header."""
    lines = b""
    for key, value in records.items():
        body = f" {key.replace('__', '.')}={value}\n".encode()
        length = len(body) + 1
        while len(str(length)) + len(body) != length:
            length = len(str(length)) + len(body)
        lines += str(length).encode() + body
    return entry("PaxHeaders/x", lines, kind)


def long_name(name, kind=b"L"):
    """A GNU header of a long name."""
    return entry("././@LongLink", name.encode() + b"\0", kind)


def archive(*parts, end=bytes(2 * BLOCK)):
    """Entries and the zeros behind them."""
    return b"".join(parts) + end
