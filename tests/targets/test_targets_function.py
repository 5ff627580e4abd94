"""A Python function as a Target."""

import asyncio
import sys
import threading
import time
from collections.abc import Sequence

import pytest
from targets_servers import request

from seatrial.core.errors import Mistake
from seatrial.core.interaction import Answer, FailureKind, Interaction
from seatrial.core.request import Message, Request
from seatrial.targets.function import FunctionTarget

TALK = Request((Message("system", "Be kind."), Message("user", "When?")), case="c1")


async def asked(function, asked: Request = TALK, **more) -> Interaction:
    target = FunctionTarget("fn", function, **more)
    try:
        return await target.ask(asked)
    finally:
        await target.aclose()


class Bot:
    """Called as an object, and by a method."""

    def __call__(self, question):
        return question.upper()

    async def method(self, text: str):
        return text.lower()


async def plain(question: str) -> str:
    return f"async {question}"


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (lambda question: question, "When?"),
        (lambda text: text[::-1], "?nehW"),
        (lambda *parts: parts[0], "When?"),
        (lambda: "nothing", "nothing"),
        (lambda **options: str(options), "{}"),
        (lambda request: request.case, "c1"),
        (lambda messages: messages[0]["role"], "system"),
        (plain, "async When?"),
        (Bot(), "WHEN?"),
        (Bot().method, "when?"),
        (str.upper, "WHEN?"),
        (lambda question: plain(question), "async When?"),
    ],
)
async def test_a_function_gets_what_its_first_parameter_asks_for(function, text):
    """The question's text, unless the parameter is called `request` or `messages`."""
    assert (await asked(function)).text == text


async def test_annotations_decide_too():
    """`Request` and `Message` in an annotation ask for the records."""

    def whole(thing: Request) -> str:
        return thing.messages[1].content

    def records(things: Sequence[Message]) -> str:
        return things[0].content

    def quoted(thing: "Request | None") -> str:
        return thing.case

    assert [(await asked(function)).text for function in (whole, records, quoted)] == ["When?", "Be kind.", "c1"]


@pytest.mark.parametrize(
    ("value", "text", "data"),
    [
        ("yes", "yes", None),
        (Answer("yes"), "yes", None),
        ({"text": "yes", "score": 1}, "yes", {"text": "yes", "score": 1}),
        ({"answer": "yes"}, "yes", {"answer": "yes"}),
        ({"content": "yes"}, "yes", {"content": "yes"}),
        ({"label": 1}, '{"label":1}', {"label": 1}),
        (0.25, "0.25", None),
        (True, "true", None),
        (None, "", None),
    ],
)
async def test_what_a_function_may_return(value, text, data):
    """Texts, dicts, Answers and plain values become an Answer."""
    found = await asked(lambda: value)
    assert (found.text, found.answer.data) == (text, data)


@pytest.mark.parametrize("value", [[1], b"x", object(), {"x": object()}])
async def test_what_a_function_may_not_return_is_a_bad_response(value):
    """The type is named."""
    found = await asked(lambda: value)
    assert found.failure.kind is FailureKind.BAD_RESPONSE


def crash(question):
    raise ValueError("no such island\nsecond line")


async def crash_async(question):
    raise KeyError("fare")


def leave(question):
    sys.exit(3)


def stop(question):
    raise StopIteration


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (crash, "ValueError: no such island"),
        (crash_async, "KeyError: 'fare'"),
        (leave, "SystemExit: 3"),
        (stop, "StopIter"),
    ],
)
async def test_what_a_function_raises_is_a_crash(function, says):
    """The failure has the type, the first line and where it happened."""
    found = await asked(function)
    assert found.failure.kind is FailureKind.CRASHED
    assert says in found.failure.message
    assert "second line" not in found.failure.message


async def test_a_crash_says_where():
    """File and line of the user's own code."""
    found = await asked(crash)
    assert f"test_targets_function.py:{crash.__code__.co_firstlineno + 1}" in found.failure.message


async def test_a_plain_function_does_not_hold_up_the_others():
    """Eight calls that wait for each other can only end when they run at once."""
    together = threading.Barrier(8, timeout=60)

    def meet(question):
        together.wait()
        return threading.current_thread().name

    target = FunctionTarget("fn", meet)
    found = await asyncio.gather(*(target.ask(request()) for _ in range(8)))
    await target.aclose()
    assert len({each.text for each in found}) == 8


@pytest.mark.parametrize("function", [lambda: time.sleep(0.5), lambda: asyncio.sleep(30)])
async def test_a_function_that_takes_too_long_is_a_timeout(function):
    """The limit is named."""
    found = await asked(function, seconds=0.1)
    assert found.failure.kind is FailureKind.TIMEOUT
    assert "0.1 s" in found.failure.message


async def test_a_functions_own_timeout_is_a_crash():
    """A TimeoutError that the function raises is not ours."""

    async def late(question):
        raise TimeoutError("upstream")

    assert (await asked(late)).failure.kind is FailureKind.CRASHED


async def test_cancelling_cancels_a_coroutine():
    """The function sees the cancel, and it is no failure."""
    seen = asyncio.Event()
    started = asyncio.Event()

    async def wait(question):
        started.set()
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            seen.set()
            raise

    task = asyncio.create_task(FunctionTarget("fn", wait).ask(request()))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen.is_set()


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Writes a module into the working directory, under a name that is not imported yet."""
    monkeypatch.chdir(tmp_path)
    name = f"bot_{tmp_path.name.replace('-', '_')}"

    def write(text: str) -> str:
        (tmp_path / f"{name}.py").write_text(text)
        return name

    yield write
    sys.modules.pop(name, None)


async def test_a_function_is_imported_from_the_working_directory(module):
    """`module:name` is found beside the suite, and the path is left as it was."""
    name = module("def reply(question):\n    return 'from file'\n")
    before = list(sys.path)
    assert (await asked(f"{name}:reply")).text == "from file"
    assert sys.path == before


async def test_a_name_may_have_parts(module):
    """Methods of objects in a module can be named."""
    name = module("class A:\n    def hi(self, question): return 'hi'\na = A()\n")
    assert (await asked(f"{name}:a.hi")).text == "hi"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("import no_such_package\n", "py:1: ModuleNotFoundError.*no_such_package"),
        ("x = 1\nraise RuntimeError('not today')\n", "py:2: RuntimeError: not today"),
        ("def (:\n", "py:1: SyntaxError"),
        ("import sys\nsys.exit(2)\n", "py:2: SystemExit"),
        ("x = 1\n", "has no reply"),
        ("reply = 5\n", "is no function"),
    ],
)
async def test_a_module_that_cannot_be_used_is_a_mistake(module, text, says):
    """The message has the module's own line."""
    target = FunctionTarget("fn", f"{module(text)}:reply")
    with pytest.raises(Mistake, match=says):
        await target.ready()


async def test_a_module_that_is_nowhere_is_a_mistake():
    """The message says where it was looked for."""
    with pytest.raises(Mistake, match="no module no_such_bot in the working directory"):
        await FunctionTarget("fn", "no_such_bot:reply").ready()


@pytest.mark.parametrize("text", ["module", "module:", ":name", "a b:c", "module:1x", "path/to.py:f"])
def test_what_is_no_place_is_a_mistake(text):
    """The form is shown."""
    with pytest.raises(Mistake, match="module:name"):
        FunctionTarget("fn", text)


def test_the_identity_is_the_place():
    """The same function has the same identity, however it was given."""
    assert FunctionTarget("fn", "pkg.bot:reply").identity == "python pkg.bot:reply"
    assert FunctionTarget("fn", crash).identity == f"python {__name__}:crash"
    assert FunctionTarget("fn", Bot()).identity == f"python {__name__}:Bot"
