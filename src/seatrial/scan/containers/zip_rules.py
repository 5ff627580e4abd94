"""What can be wrong with a zip."""

from typing import Final

from seatrial.scan.rule import SUPPLY_CHAIN, Rule

_READ_APART = ("CWE-436", *SUPPLY_CHAIN)
"""Interpretation conflict: two readers see two things."""
_WHY = "Readers that go by the directory and readers that go by the headers see different files: one hides the other."
_MEND = "Do not load it: no honest program writes such an archive."

NAMES_DIFFER: Final = Rule(
    "zip.names-differ", "attack", "A file has one name in the directory and another before its data", _WHY, _MEND,
    _READ_APART,
)  # fmt: skip
HEADERS_DIFFER: Final = Rule(
    "zip.headers-differ", "attack", "The directory and the header before the data disagree", _WHY, _MEND, _READ_APART
)
FLAG_LIES: Final = Rule(
    "zip.false-encryption", "attack", "Marked as encrypted or as a patch, but it is neither",
    "Scanners give up where the flag says that a password is needed; loaders that ignore the flag load the file.",
    _MEND, _READ_APART,
)  # fmt: skip
SIZE_LIES: Final = Rule(
    "zip.size-differs", "attack", "A file's size is not what the archive says",
    "Readers that trust the size are made to allocate too much, or to see only a part of what others load.",
    _MEND, ("CWE-130", *SUPPLY_CHAIN),
)  # fmt: skip
CHECKSUM: Final = Rule(
    "zip.wrong-checksum", "review", "A file's checksum is wrong",
    "It is damaged, or made so: some scanners stop at a wrong checksum while torch loads the file all the same.",
    "Get the file anew from its source and compare digests.", ("CWE-354", *SUPPLY_CHAIN),
)  # fmt: skip
NO_CHECKSUMS: Final = Rule(
    "zip.no-checksums", "low", "Written without checksums",
    "torch writes so when `set_crc32_options(False)` is set; damage is not noticed.",
    "Save it with checksums, or keep a digest of the file.",
)  # fmt: skip
HIDDEN: Final = Rule(
    "zip.hidden-entry", "attack", "A file in the archive that the directory does not name",
    "Readers that stream the archive see it, readers that go by the directory do not.", _MEND, _READ_APART,
)  # fmt: skip
TWO_DIRECTORIES: Final = Rule(
    "zip.two-directories", "attack", "Two directories: readers differ on which files there are",
    "Which of them counts depends on how a reader looks for the end of the archive.", _MEND, _READ_APART,
)  # fmt: skip
BAD_END: Final = Rule(
    "zip.directory-differs", "attack", "The directory is not what the end of the archive says",
    "Readers that count entries and readers that go by sizes see different files.", _MEND, _READ_APART,
)  # fmt: skip
DUPLICATE: Final = Rule(
    "zip.duplicate-name", "review", "Two different files of one name",
    "Which of them is read depends on the reader: the first, the last, or either.",
    "Rebuild the archive with each name once.", _READ_APART,
)  # fmt: skip
OVERLAP: Final = Rule(
    "zip.overlap", "attack", "Files whose bytes overlap",
    "This is how small archives unpack to terabytes, and how one file is hidden in another.", _MEND,
    ("CWE-409", *SUPPLY_CHAIN),
)  # fmt: skip
BOMB: Final = Rule(
    "zip.bomb", "review", "It unpacks to many times its size",
    "Archives are made so to fill the disk or the memory of whoever unpacks them.",
    "Do not unpack it unless you know why it is so large.", ("CWE-409", *SUPPLY_CHAIN),
)  # fmt: skip
PREPENDED: Final = Rule(
    "zip.prepended", "review", "Something stands before the archive",
    "The file is two things at once: what it is depends on who opens it.",
    "Take the archive out and look at both.", _READ_APART,
)  # fmt: skip
TRAILING: Final = Rule(
    "zip.trailing", "review", "Something stands behind the archive",
    "The file is two things at once, or hides data where no reader of zip looks.",
    "Get the file anew from its source; cut off what is behind the archive.", _READ_APART,
)  # fmt: skip
UNOWNED: Final = Rule(
    "zip.unowned-bytes", "review", "Bytes that belong to no file of the archive",
    "Data can hide there from everything that reads zips.", "Rebuild the archive.", _READ_APART,
)  # fmt: skip
ENCRYPTED_MEMBER: Final = Rule(
    "zip.encrypted", "unread", "Encrypted", "What was not read was not judged: it may hold anything.",
    "Decrypt it and scan what comes out.",
)  # fmt: skip
METHOD: Final = Rule(
    "zip.packing-unread", "unread", "Packed by a method that is not read here",
    "What was not read was not judged: it may hold anything.", "Pack it anew with deflate, or unpack and scan it.",
)  # fmt: skip
CUT: Final = Rule(
    "zip.broken-member", "unread", "A file in the archive could not be read to its end",
    "What was not read was not judged: it may hold anything.", "Get the archive anew from its source.",
)  # fmt: skip
SPLIT: Final = Rule(
    "zip.split", "review", "A part of an archive over several disks",
    "The rest is elsewhere and was not judged; some readers take this part for a whole.",
    "Join the parts and scan the result.",
)  # fmt: skip
ALL: Final = (
    NAMES_DIFFER, HEADERS_DIFFER, FLAG_LIES, SIZE_LIES, CHECKSUM, NO_CHECKSUMS, HIDDEN, TWO_DIRECTORIES, BAD_END,
    DUPLICATE, OVERLAP, BOMB, PREPENDED, TRAILING, UNOWNED, ENCRYPTED_MEMBER, METHOD, CUT, SPLIT,
)  # fmt: skip
