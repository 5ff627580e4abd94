"""Any bytes give a verdict, and nothing that is scanned is ever imported, started or reached."""

import pickle
import subprocess
import sys
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from making.pickles import STRUCTURES, attacks
from scanning import ids, scanned

FEW = [data for _, data in list(attacks())[::97]]
HONEST = [pickle.dumps({"a": [1, 2.5, "x"], "b": (b"y", {3})}, protocol) for protocol in range(6)]
SEEDS = [*STRUCTURES.values(), *FEW, *HONEST]
OPCODES = st.lists(
    st.one_of(
        st.sampled_from(
            [bytes([code]) for code in b"(.012NQabdelostu)]}\x81\x85\x86\x87\x88\x8f\x90\x91\x92\x93\x94R"]
        ),
        st.sampled_from(
            [b"K\x01", b"q\x00", b"h\x00", b"cos\nsystem\n", b"ccollections\nOrderedDict\n", b"I1\n", b"p0\n"]
        ),
        st.sampled_from(
            [b"\x8c\x02os", b"\x8c\x06system", b"X\x01\0\0\0a", b"C\x01x", b"\x95\x04\0\0\0\0\0\0\0", b"g0\n"]
        ),
        st.binary(max_size=3),
    ),
    max_size=60,
).map(b"".join)


def _holds(data):
    found = scanned(data)
    assert found.verdict in ("clean", "unread", "review", "attack")
    assert "file.reader-failed" not in ids(found)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_verdict(data):
    """Bytes of any kind behind a pickle header end in a verdict."""
    _holds(b"\x80\x04" + data)


@settings(max_examples=500, deadline=None)
@given(OPCODES)
def test_any_opcodes_give_a_verdict(data):
    """Opcodes in any order end in a verdict, with and without a header."""
    _holds(b"\x80\x04" + data)
    _holds(data)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(SEEDS), st.integers(0, 400), st.binary(min_size=1, max_size=3), st.integers(0, 40))
def test_a_changed_stream_gives_a_verdict(data, place, put, cut):
    """Honest and harmful streams with bytes changed and cut end in a verdict."""
    place %= len(data)
    _holds((data[:place] + put + data[place + len(put) :])[: max(1, len(data) - cut)])


WATCHED = """
import sys
from pathlib import Path
from seatrial.scan.file import scan_file
from seatrial.scan.table import formats

formats()
folder = Path(sys.argv[1])
files = sorted(folder.iterdir())
for each in files[:50]:  # so that our own modules are there, whatever is loaded when
    scan_file(str(each))
loud = ("subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.", "pickle.", "ctypes.")
seen = []


def watch(event, arguments):
    if event == "import" and arguments[0].partition(".")[0] not in ("seatrial", "encodings"):
        seen.append(f"import {arguments[0]}")
    elif event.startswith(loud):
        seen.append(event)
    elif event == "open" and not str(arguments[0]).startswith((str(folder), sys.argv[2])):
        seen.append(f"open {arguments[0]}")


sys.addaudithook(watch)
verdicts = [scan_file(str(each)).verdict for each in files]
print(len(files), verdicts.count("attack"), sorted(set(seen)))
"""


def test_nothing_scanned_is_imported_started_or_reached(tmp_path):
    """An audit hook sees no import, process, socket or foreign file while harmful files are scanned."""
    for number, (_, data) in enumerate(list(attacks())[::13]):
        (tmp_path / f"{number:05}.pkl").write_bytes(data)
    source = str(Path(__file__).parents[2] / "src")
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(tmp_path), source], capture_output=True, text=True, check=True, timeout=120
    )
    count, caught, seen = done.stdout.split(" ", 2)
    assert seen.strip() == "[]"
    assert int(caught) > 0.98 * int(count) > 900
