"""R's types as they are serialised, and names of functions that matter (source: R internals, serialize.c)."""

from typing import Final

SYMBOL, LIST, CLOSURE, ENVIRONMENT, PROMISE, LANGUAGE, SPECIAL, BUILTIN, CHARACTERS = 1, 2, 3, 4, 5, 6, 7, 8, 9
LOGICALS, INTEGERS, REALS, COMPLEXES, STRINGS, DOTS, VECTOR, EXPRESSIONS, BYTECODE = 10, 13, 14, 15, 16, 17, 19, 20, 21
POINTER, WEAK, RAW, S4 = 22, 23, 24, 25
ALTREP, ATTRIBUTE_LIST, ATTRIBUTE_LANGUAGE, BYTECODE_DEFINITION, BYTECODE_REFERENCE = 238, 239, 240, 244, 243
NAMESPACE, PACKAGE, PERSISTENT, UNBOUND, REFERENCE = 249, 248, 247, 252, 255
NOTHING: Final = frozenset((0, 241, 242, 250, 251, 252, 253, 254))
"""NULL, the base and global and empty environments, the missing argument, the unbound value: no bytes follow."""
PAIRS: Final = frozenset((LIST, CLOSURE, PROMISE, LANGUAGE, DOTS))
WIDTHS: Final = {LOGICALS: 4, INTEGERS: 4, REALS: 8, COMPLEXES: 16, RAW: 1}
ATTRIBUTES, TAG = 0x200, 0x400

_RUNNING = """
system system2 shell shell.exec eval evalq parse source sys.source download.file url socketConnection pipe fifo
dyn.load library.dynam Sys.setenv unlink file.remove writeLines writeBin file.copy assign unserialize readRDS
reticulate py_run_string py_eval .C .Call .External do.call Recall Reduce readLines install.packages
"""
RUNNING: Final = frozenset(_RUNNING.split())
"""Functions that an expression hidden in a promise would call."""
_COMMANDS = """
system system2 shell shell.exec download.file socketConnection pipe dyn.load install.packages py_run_string
"""
COMMANDS: Final = frozenset(_COMMANDS.split())
"""Functions that start programs or fetch; no model's call or formula names them."""
HARMLESS_CLASSES: Final = frozenset(("base", "stats", "methods", "utils"))
"""Packages whose compact vectors are part of R."""
