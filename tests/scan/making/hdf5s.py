"""HDF5 files written structure by structure, in the old and the new form, as the file format specification has them."""

import struct

NONE = (1 << 64) - 1
SIGNATURE = b"\x89HDF\r\n\x1a\n"


def padded(data, to=8):
    """Bytes up to the next multiple."""
    return data + bytes(-len(data) % to)


class Writer:
    """A file that grows; structures are put at its end and known by their addresses."""

    def __init__(self, old=False):
        self.data, self.old = bytearray(96 if old else 48), old

    def put(self, data):
        """Bytes at the end; gives their address."""
        self.data += bytes(-len(self.data) % 8)
        self.data += data
        return len(self.data) - len(data)

    def done(self, root):
        """The file, with its superblock."""
        end = len(self.data)
        if self.old:
            head = SIGNATURE + bytes([0, 0, 0, 0, 0, 8, 8, 0]) + struct.pack("<HHI", 4, 16, 0)
            head += struct.pack("<QQQQ", 0, NONE, end, NONE) + struct.pack("<QQII", 0, root, 0, 0) + bytes(16)
        else:
            head = SIGNATURE + bytes([2, 8, 8, 0]) + struct.pack("<QQQQ", 0, NONE, end, root) + bytes(4)
        self.data[: len(head)] = head
        return bytes(self.data)

    def header(self, *messages):
        """An object header of (kind, data) messages."""
        if self.old:
            block = b"".join(
                struct.pack("<HHB3x", kind, len(padded(data)), 0) + padded(data) for kind, data in messages
            )
            return self.put(struct.pack("<BBHII4x", 1, 0, len(messages), 1, len(block)) + block)
        block = b"".join(struct.pack("<BHB", kind, len(data), 0) + data for kind, data in messages)
        return self.put(b"OHDR" + bytes([2, 2]) + struct.pack("<I", len(block)) + block + bytes(4))

    def continued(self, *messages):
        """A header whose messages stand in a continuation."""
        block = b"".join(struct.pack("<BHB", kind, len(data), 0) + data for kind, data in messages)
        place = self.put(b"OCHK" + block + bytes(4))
        return self.header((0x10, struct.pack("<QQ", place, len(block) + 8)))

    def heap(self, *texts):
        """A global heap; gives its address."""
        inside = b"".join(
            struct.pack("<HHIQ", at, 1, 0, len(text)) + padded(text) for at, text in enumerate(texts, start=1)
        )
        return self.put(b"GCOL" + bytes([1, 0, 0, 0]) + struct.pack("<Q", len(inside) + 32) + inside + bytes(16))

    def names(self, *texts):
        """A local heap; gives its address and each text's offset."""
        inside, offsets = bytes(8), []
        for text in texts:
            offsets.append(len(inside))
            inside += padded(text + b"\0")
        place = self.put(inside)
        return self.put(b"HEAP" + bytes(4) + struct.pack("<QQQ", len(inside), 1, place)), offsets

    def group(self, *addresses):
        """The message of an old group: a B-tree of one node with these members."""
        heap, offsets = self.names(*(b"m%d" % at for at in range(len(addresses))))
        entries = b"".join(
            struct.pack("<QQII16x", name, address, 0, 0) for name, address in zip(offsets, addresses, strict=True)
        )
        node = self.put(b"SNOD" + struct.pack("<BBH", 1, 0, len(addresses)) + entries)
        tree = self.put(b"TREE" + struct.pack("<BBHQQQQQ", 0, 0, 1, NONE, NONE, 0, node, 8))
        return 0x11, struct.pack("<QQ", tree, heap)

    def dense(self, kind, *objects):
        """The message of links (2) or attributes (0x15) that stand in a fractal heap with a version 2 B-tree."""
        start = 512
        block, places = bytearray(b"FHDB" + bytes(1 + 8 + 2)), []
        for each in objects:
            places.append((len(block), len(each)))
            block += each
        block += bytes(start - len(block))
        root = self.put(bytes(block))
        head = b"FRHP" + struct.pack("<BHHBI", 0, 8, 0, 0, 400) + struct.pack("<QQQQ", 0, NONE, 0, NONE)
        head += struct.pack("<8Q", start, start, 0, len(objects), 0, 0, 0, 0)
        head += struct.pack("<HQQHHQH", 4, start, 65536, 16, 1, root, 0) + bytes(4)
        heap = self.put(head)
        ids = [bytes([0]) + struct.pack("<HH", offset, size) for offset, size in places]
        if kind == 2:
            records = [bytes(4) + padded(each, 7)[:7] for each in ids]
        else:
            records = [padded(each)[:8] + bytes(9) for each in ids]
        tree = self.tree(5 if kind == 2 else 8, records)
        return kind, bytes(2) + struct.pack("<QQQ", heap, tree, NONE)[:16]

    def tall(self, kind, objects, each=2):
        """As `dense`, with an indirect root block in the heap and a root node above the leaves of the tree."""
        size, rows, header = 512, 4, 15
        blocks, ids, at = [], [], 0
        for data in objects:
            blocks.append((b"FHDB" + bytes(header - 4) + data).ljust(size, b"\0"))
            ids.append(bytes([0]) + struct.pack("<HH", at + header, len(data)))
            at += size
        children = [self.put(block) for block in blocks]
        children += [NONE] * (4 * rows - len(children))
        root = self.put(b"FHIB" + bytes(1 + 8 + 2) + struct.pack(f"<{len(children)}Q", *children) + bytes(4))
        head = b"FRHP" + struct.pack("<BHHBI", 0, 8, 0, 0, 400) + struct.pack("<QQQQ", 0, NONE, 0, NONE)
        head += struct.pack("<8Q", 4 * size, 4 * size, 0, len(objects), 0, 0, 0, 0)
        heap = self.put(head + struct.pack("<HQQHHQH", 4, size, 65536, 16, 1, root, rows) + bytes(4))
        records = (
            [padded(one)[:8] + bytes(9) for one in ids]
            if kind == 0x15
            else [bytes(4) + one.ljust(7, b"\0") for one in ids]
        )
        number = 8 if kind == 0x15 else 5
        return kind, bytes(2) + struct.pack("<QQ", heap, self.tall_tree(number, records, each))

    def tall_tree(self, kind, records, each):
        """A version 2 B-tree of one node above its leaves; every (each + 1)th record stands in the node."""
        own, leaves, group = [], [], []
        for record in records:
            if len(group) == each:
                leaves.append(group)
                own.append(record)
                group = []
            else:
                group.append(record)
        leaves.append(group)
        pointers = b""
        for leaf in leaves:
            place = self.put((b"BTLF" + bytes([0, kind]) + b"".join(leaf)).ljust(512, b"\0"))
            pointers += struct.pack("<QB", place, len(leaf))
        node = self.put((b"BTIN" + bytes([0, kind]) + b"".join(own) + pointers).ljust(512, b"\0"))
        head = struct.pack("<BBIHHBB", 0, kind, 512, len(records[0]), 1, 98, 40)
        return self.put(b"BTHD" + head + struct.pack("<QHQ", node, len(own), len(records)) + bytes(4))

    def tiny(self, kind, record):
        """An index whose only object stands in its own heap id."""
        heap = self.put(
            b"FRHP"
            + struct.pack("<BHHBI", 0, 8, 0, 0, 400)
            + struct.pack("<QQQQ", 0, NONE, 0, NONE)
            + bytes(64)
            + struct.pack("<HQQHHQH", 4, 512, 65536, 16, 1, NONE, 0)
            + bytes(4)
        )
        return kind, bytes(2) + struct.pack("<QQ", heap, self.tree(8, [record.ljust(8, b"\0") + bytes(9)]))

    def tree(self, kind, records):
        """A version 2 B-tree of one leaf."""
        size = len(records[0])
        leaf = self.put((b"BTLF" + bytes([0, kind]) + b"".join(records)).ljust(512, b"\0"))
        head = struct.pack("<BBIHHBB", 0, kind, 512, size, 0, 98, 40) + struct.pack(
            "<QHQ", leaf, len(records), len(records)
        )
        return self.put(b"BTHD" + head + bytes(4))


def text_attribute(name, text, old=False):
    """An attribute with a text of fixed length."""
    kind = struct.pack("<BBBBI", 0x13, 0, 0, 0, len(text))
    return 0x0C, _attribute(name, kind, text, old)


def long_attribute(name, heap, size, index=1, old=False):
    """An attribute whose text stands in a global heap."""
    kind = struct.pack("<BBBBI", 0x19, 1, 0, 0, 16) + struct.pack("<BBBBI", 0x10, 0, 0, 0, 1) + bytes(4)
    return 0x0C, _attribute(name, kind, struct.pack("<IQI", size, heap, index), old)


def _attribute(name, kind, value, old):
    name, space = name.encode() + b"\0", bytes([1, 0, 0, 0, 0, 0, 0, 0]) if old else bytes([2, 0, 0, 0])
    sizes = struct.pack("<HHH", len(name), len(kind), len(space))
    if old:
        return bytes([1, 0]) + sizes + padded(name) + padded(kind) + padded(space) + value
    return bytes([3, 0]) + sizes + b"\0" + name + kind + space + value


def hard_link(name, address):
    """A link to another object."""
    return 6, bytes([1, 0, len(name)]) + name.encode() + struct.pack("<Q", address)


def soft_link(name, target):
    """A link to a path within the file."""
    target = target.encode()
    return 6, bytes([1, 8, 1, len(name)]) + name.encode() + struct.pack("<H", len(target)) + target


def external_link(name, file, target="/x"):
    """A link to an object of another file."""
    value = b"\0" + file.encode() + b"\0" + target.encode() + b"\0"
    return 6, bytes([1, 8, 64, len(name)]) + name.encode() + struct.pack("<H", len(value)) + value


def outside_data(heap, offset):
    """The message of raw data in another file."""
    return 7, struct.pack("<B3xHHQ", 1, 1, 1, heap) + struct.pack("<QQQ", offset, 0, 100)


def virtual(heap):
    """The layout of a virtual data set."""
    return 8, bytes([4, 3]) + struct.pack("<QI", heap, 1)


def virtual_sources(*files):
    """The heap object of a virtual data set's sources, selections left short."""
    return bytes([0]) + struct.pack("<Q", len(files)) + b"".join(each.encode() + b"\0d\0" + bytes(12) for each in files)


def with_attribute(name, text, old=False, long=False):
    """A file whose root group has one attribute."""
    writer = Writer(old)
    made = long_attribute(name, writer.heap(text), len(text), old=old) if long else text_attribute(name, text, old)
    return writer.done(writer.header(made))
