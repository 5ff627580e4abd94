"""A Python function as a Target."""

import asyncio
import contextvars
import inspect
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec

from seatrial.core.errors import Mistake
from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction, Timing
from seatrial.core.request import Request
from seatrial.targets.loading import first_line, load, split_place, where
from seatrial.targets.options import Timeouts, options_from

KEYS = frozenset({"python", "timeouts"})
THREADS = 64
"""Calls of a plain function that run at once at the most."""
_TEXT_KEYS = ("text", "answer", "content")
Argument = Callable[[Request], Any]


class FunctionTarget:
    """A Target that calls a function, in a thread when it is no coroutine function.

    What it is called with goes by its first parameter: named `request` or annotated as `Request`, it gets the Request;
    annotated with `Message` (`list[Message]`), it gets the messages as records; named `messages`, it gets them as
    plain dicts with `role` and `content`; any other gets the question's text (the last user message). A function
    without parameters is called with nothing.

    It returns the answer: a text, an Answer, or a dict, which goes to `Answer.data` and whose `text`, `answer` or
    `content` is the text (else the dict as JSON). Numbers and truth values become their JSON text, None the empty one.
    What it raises is a Failure of kind crashed.

    Args:
        name: Its name in the suite file.
        function: The function, or where it is: `module:name`, imported from the folder or the working directory.
        folder: Searched first while importing.
        seconds: A call may take that long; a thread that takes longer is left behind.

    Raises:
        Mistake: The text is no `module:name`.
    """

    def __init__(
        self,
        name: str,
        function: Callable[..., Any] | str,
        *,
        folder: Path | None = None,
        seconds: float = Timeouts().total,
    ) -> None:
        if isinstance(function, str):
            split_place(function)
        self._name, self._given, self._folder, self._seconds = name, function, folder, seconds
        self._called: tuple[Callable[..., Any], Argument | None, bool] | None = None
        self._threads: ThreadPoolExecutor | None = None
        self._epoch = time.time_ns() - time.perf_counter_ns()

    @classmethod
    def of(cls, name: str, settings: Mapping[str, Any], folder: Path | None = None) -> "FunctionTarget":
        """A Target from the keys of a suite file.

        Raises:
            Mistake: The settings cannot work.
        """
        return cls(name, settings["python"], folder=folder, seconds=options_from(settings).timeouts.total)

    @property
    def name(self) -> str:
        """Its name in the suite file."""
        return self._name

    @property
    def identity(self) -> str:
        """Where the function is."""
        given = self._given
        if isinstance(given, str):
            return f"python {given}"
        kind = given if hasattr(given, "__qualname__") else type(given)
        return f"python {getattr(kind, '__module__', None) or 'builtins'}:{kind.__qualname__}"

    async def ready(self) -> None:
        """Import the function.

        Raises:
            Mistake: It cannot be imported or cannot be called.
        """
        self._function()

    async def ask(self, request: Request) -> Interaction:
        """Call it once; see `core.target`."""
        function, argument, is_async = self._function()
        started = self._epoch + time.perf_counter_ns()
        answer: Answer | None = None
        failure: Failure | None = None
        try:
            async with asyncio.timeout(self._seconds) as limit:
                arguments = () if argument is None else (argument(request),)
                value = await self._call(function, arguments, is_async)
            answer = _answer(value)
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- a user's function may raise anything
            failure = self._failure(error, limit)
        ended = self._epoch + time.perf_counter_ns()
        timing = Timing(started, started, ended)
        return Interaction(target=self._name, request=request, timing=timing, answer=answer, failure=failure)

    async def aclose(self) -> None:
        """Let go of the threads; calls that still run are left behind."""
        threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown(wait=False, cancel_futures=True)

    def _function(self) -> tuple[Callable[..., Any], Argument | None, bool]:
        if self._called is None:
            function = load(self._given, self._folder) if isinstance(self._given, str) else self._given
            if not callable(function):
                raise Mistake(f"{self._given} is no function", key="python")
            called = function if inspect.isroutine(function) else type(function).__call__
            is_async = inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(called)
            self._called = function, _argument(function), is_async
        return self._called

    async def _call(self, function: Callable[..., Any], arguments: tuple[Any, ...], is_async: bool) -> Any:
        if is_async:
            return await function(*arguments)
        if self._threads is None:
            self._threads = ThreadPoolExecutor(THREADS, f"seatrial-{self._name}")
        context = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        value = await loop.run_in_executor(self._threads, lambda: _run(context, function, arguments))
        return await value if inspect.isawaitable(value) else value

    def _failure(self, error: BaseException, limit: asyncio.Timeout) -> Failure:
        if isinstance(error, TimeoutError) and limit.expired():
            return Failure(FailureKind.TIMEOUT, f"the function did not return within {self._seconds:g} s")
        if isinstance(error, _WrongValue):
            return Failure(FailureKind.BAD_RESPONSE, str(error))
        place = where(error)
        return Failure(FailureKind.CRASHED, f"{first_line(error)}{f' ({place})' if place else ''}")


class _WrongValue(TypeError):
    pass


class _Stopped(Exception):
    """Stands for a StopIteration, which a future cannot hold."""


def _run(context: contextvars.Context, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    try:
        return context.run(function, *arguments)
    except StopIteration as error:
        raise _Stopped("the function raised StopIteration") from error


def _argument(function: Callable[..., Any]) -> Argument | None:
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return _question  # built-in functions may have no signature
    if not parameters or parameters[0].kind in (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD):
        return None
    first = parameters[0]
    annotation = "" if first.annotation is inspect.Parameter.empty else inspect.formatannotation(first.annotation)
    names = set(annotation.replace("[", " ").replace("]", " ").replace("'", " ").replace(".", " ").split())
    if first.name == "request" or "Request" in names:
        return _whole
    if "Message" in names:
        return _records
    return _plain if first.name == "messages" else _question


def _question(request: Request) -> str:
    return request.question


def _whole(request: Request) -> Request:
    return request


def _records(request: Request) -> list[Any]:
    return list(request.messages)


def _plain(request: Request) -> list[dict[str, str]]:
    return [{"role": message.role, "content": message.content} for message in request.messages]


def _answer(value: Any) -> Answer:
    if isinstance(value, Answer):
        return value
    if isinstance(value, str):
        return Answer(value)
    if isinstance(value, dict):
        text = next((value[key] for key in _TEXT_KEYS if isinstance(value.get(key), str)), None)
        return Answer(_json(value) if text is None else text, data=value)
    if value is None or isinstance(value, bool | int | float):
        return Answer("" if value is None else _json(value))
    raise _WrongValue(f"the function returned {type(value).__name__}; a text, a dict or an Answer is allowed")


def _json(value: Any) -> str:
    try:
        return msgspec.json.encode(value).decode()
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise _WrongValue(f"the function returned what is no JSON: {first_line(error)}") from None
