"""Honest pickles that look like attacks to a hasty reader: exceptions, lazy iterators, methods, texts, shared rows."""

import argparse
import collections
import concurrent.futures
import datetime
import decimal
import functools
import inspect
import io
import json
import logging
import pickle
import queue
import socket
import subprocess
import zipfile

import pytest
from making.layouts import array_bytes, joblib_file
from scanning import scanned

PROTOCOLS = range(2, 6)
EXCEPTIONS = [
    ValueError("import os; os.system('id')"),
    FileNotFoundError(2, "No such file", "/etc/passwd"),
    json.JSONDecodeError("no", "{", 1),
    subprocess.CalledProcessError(1, ["/bin/sh", "-c", "id"]),
    subprocess.TimeoutExpired("id", 3),
    socket.gaierror(1, "example.com"),
    queue.Empty(),
    queue.Full(),
    argparse.ArgumentTypeError("x"),
    decimal.InvalidOperation("x"),
    zipfile.BadZipFile("x"),
    pickle.UnpicklingError("x"),
    concurrent.futures.CancelledError(),
]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_exceptions_are_data(protocol):
    """What went wrong in a worker is kept in results, whatever module raised it."""
    assert scanned(pickle.dumps(EXCEPTIONS, protocol)).findings == ()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_lazy_iterators_over_literals_are_data(protocol):
    """`zip`, `enumerate` and `reversed` run nothing of their own."""
    lazy = [enumerate([1]), reversed([1, 2]), iter({1: 2}), iter(range(3))]
    if hasattr(zip, "__reduce__"):
        lazy.append(zip([1], [2], strict=False))
    assert scanned(pickle.dumps(lazy, protocol)).findings == ()


@pytest.mark.parametrize("protocol", range(4, 6))
def test_methods_of_plain_classes_may_be_named(protocol):
    """A column's parser is often `datetime.fromisoformat` or `bytes.fromhex`."""
    named = [
        datetime.datetime.fromisoformat,
        datetime.date.today,
        bytes.fromhex,
        int.from_bytes,
        str.upper,
        dict.fromkeys,
    ]
    assert scanned(pickle.dumps(named, protocol)).verdict == "clean"


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_things_of_the_standard_library_that_keep_data_are_clean(protocol):
    """Contexts, parameters, formatters, buffers in memory and default factories are data."""
    things = [
        decimal.getcontext().copy(),
        inspect.Parameter("a", inspect.Parameter.KEYWORD_ONLY, default=3),
        logging.Formatter("%(message)s"),
        io.BytesIO(b"\x80\x04cos\nsystem\n."),
        io.StringIO("import os"),
        collections.defaultdict(functools.partial(collections.defaultdict, int)),
        argparse.Namespace(data="/data/x.csv", url="http://127.0.0.1"),
    ]
    assert scanned(pickle.dumps(things, protocol)).findings == ()


@pytest.mark.parametrize("protocol", range(6))
def test_texts_that_tell_of_attacks_are_data(protocol):
    """A data set of attacks is no attack."""
    texts = {"a": "__import__('os').system('id')", "b": b"cos\nsystem\n(S'id'\ntR.", "c": ["/bin/sh -c id", "eval(1)"]}
    assert scanned(pickle.dumps(texts, protocol)).findings == ()


def test_tables_of_shared_rows_are_data():
    """Rows that are one object, and rows of rows, grow with the square of a file and no more."""
    row = list(range(3000))
    assert scanned(pickle.dumps([row] * 40_000)).findings == ()
    assert scanned(pickle.dumps(dict.fromkeys(range(3000), (row, row)))).findings == ()


@pytest.mark.parametrize("byte", sorted(b"(N])}b\x52\x61\x62\x73\x88\x89\x93\x94"))
def test_pictures_of_one_colour_are_arrays(byte):
    """An array of one byte, which is an opcode, is no second reading."""
    data = bytes([byte]) * 5000
    assert scanned(joblib_file("u1", (5000,), data, aligned=False)).findings == ()
    assert scanned(joblib_file("u1", (5000,), data[:1] + array_bytes((4999,), 1), aligned=False)).findings == ()
