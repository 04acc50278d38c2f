"""The grader's handle on one worker: the process that holds a student's file."""

import os
import secrets
import select
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TypeVar

from grader.sandbox import messages
from grader.sandbox.channel import MAX_OUTPUT, Channel, FloodError, LateError
from grader.sandbox.deaths import in_words
from grader.sandbox.errors import (
    Crashed,
    Refused,
    SandboxError,
    StudentError,
    TimedOut,
    WireError,
)
from grader.sandbox.messages import MAX_ASKS
from grader.sandbox.request import (
    Ask,
    Glimpse,
    Loaded,
    Policy,
    Reply,
    Request,
    Serve,
    Value,
    Watch,
)

_HELLO_S = 20.0
_DYING_S = 0.2  # between closing its pipes and its death
_BLINK_S = 0.2  # between two looks at a training
_SMALL_BODY = 1 << 16
_ASK_BODY = 64 << 20  # a question carries what the student's network holds

_T = TypeVar("_T")


class Worker:
    """A process that answers requests about one file until it dies.

    Attributes:
        layers: its walls, as it says: name -> "active" or "unavailable: why".
        pid: its process.
    """

    def __init__(
        self,
        *,
        pid: int,
        pidfd: int | None,
        channel: Channel,
        reap: Callable[[int], int | None],
    ) -> None:
        """Use Warden.spawn. reap gives the wait status of a pid that is dead or dying."""
        self.pid = pid
        self.layers: Mapping[str, str] = {}
        self._pidfd = pidfd
        self._channel = channel
        self._reap = reap
        self._alive = True
        self._output = ""
        self._asked: list[str] = []

    @property
    def alive(self) -> bool:
        """Whether it can take another request."""
        return self._alive

    @property
    def output(self) -> str:
        """The first 64 KiB of what the student's code printed, sanitised."""
        return self._channel.output if self._alive else self._output

    def greet(self) -> None:
        """Wait for its hello.

        Raises:
            SandboxError: there was none.
        """
        deadline = time.monotonic() + _HELLO_S
        try:
            hello = self._channel.exchange(None, deadline=deadline, max_body=0)
            self.layers = messages.read_hello(hello)
        except (LateError, FloodError, EOFError, WireError) as error:
            said = self.output.strip()[-500:] or self._end() or type(error).__name__
            raise SandboxError(f"the worker process did not start: {said}") from error

    def load(
        self, source: bytes, *, deadline_s: float, policy: Policy = "full", construct: bool = True
    ) -> Loaded:
        """Load a file into it; once in its life.

        Args:
            source: the bytes of nn.py.
            deadline_s: seconds for all of it.
            policy: how much of the file is run.
            construct: try the constructor once and say in the note whether it works; False:
                networks are made without it from now on.

        Raises:
            StudentError: its top level raised (a syntax error is in Loaded.error instead).
            Stopped: its top level, or the constructor (`during` is "NN"), had to be stopped.
            SandboxError: our fault.
        """
        identity = secrets.token_hex(8)
        message = messages.load_message(identity, source, policy, construct=construct)
        terms = _Terms(identity, deadline_s, _SMALL_BODY, "nn.py")
        return self._converse(message, terms, "loaded", messages.read_loaded)

    def run(
        self,
        request: Request,
        *,
        deadline_s: float,
        max_body: int,
        serve: Serve | None = None,
        watch: Watch | None = None,
    ) -> Reply:
        """Carry out a request.

        Args:
            request: what to do.
            deadline_s: seconds for all of it, less the time spent in serve and watch.
            max_body: how many bytes of arrays may come back, echoed arguments included.
            serve: answers the stubs.
            watch: hears how far a request that says so has come.

        Raises:
            StudentError: the student's code raised, or sends back more than max_body.
            Stopped: it had to be stopped; the worker is dead.
            SandboxError: our fault.
            ValueError: there are stubs, and nobody to answer them.
        """
        if request.stubs and serve is None:
            raise ValueError("a request with stubs needs a function that answers them: serve")
        identity = secrets.token_hex(8)
        message = messages.run_message(identity, request, max_body)
        terms = _Terms(
            identity, deadline_s, max_body, request.first, serve, watch if request.watch else None
        )
        return self._converse(
            message,
            terms,
            "reply",
            lambda fields: messages.read_reply(fields, request, terms.asked),
        )

    def close(self) -> None:
        """Kill it and free what it holds."""
        self._end()

    def __enter__(self) -> Self:
        """Itself; closed at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def _converse(
        self, message: Value, terms: "_Terms", expected: str, read: Callable[[list[Value]], _T]
    ) -> _T:
        """Send a message, answer what the stubs ask, and read the answer of the expected kind."""
        if not self._alive:
            raise SandboxError("the worker is dead")
        answered = False
        try:
            kind, fields = self._follow(message, terms)
            result = read(messages.expect(expected, kind, fields))
            answered = True
        except StudentError:
            answered = True
            raise
        except LateError:
            raise TimedOut(terms.seconds, terms.during) from None
        except FloodError:
            reason = f"printed more than {MAX_OUTPUT >> 20} MB"
            raise Crashed(reason, terms.during) from None
        except WireError as error:
            reason = f"sent an answer that could not be read ({error})"
            raise Crashed(reason, terms.during) from error
        except EOFError:
            reason = self._end(grace_s=_DYING_S)
            raise Crashed(reason, terms.during) from None
        finally:
            if not answered:
                self._end()
        return result

    def _follow(self, message: Value, terms: "_Terms") -> tuple[str, list[Value]]:
        deadline = time.monotonic() + terms.seconds
        self._channel.begin()
        to_send: Value = message
        while True:
            heard = self._channel.exchange(to_send, deadline=deadline, max_body=terms.max_frame)
            to_send = None
            kind, fields = messages.opened(heard, terms.identity)
            if kind == "at":
                terms.during = messages.read_at(fields)
            elif kind == "seen" and terms.watch is not None:
                deadline += terms.seen(messages.read_seen(fields))
            elif kind == "ask" and terms.serve is not None:
                self._channel.finish()
                started = time.monotonic()
                to_send = _answer(terms, messages.read_ask(fields))
                deadline += time.monotonic() - started
            else:
                self._channel.finish()
                return kind, fields

    def _end(self, grace_s: float = 0.0) -> str:
        """Make sure that it is dead, free what it holds, and say in words how it ended."""
        if not self._alive:
            return "was ended"
        self._alive = False
        if grace_s:
            self._await_death(grace_s)
        with suppress(ProcessLookupError):
            # To a process that is dead but not reaped this does nothing, nor to its status.
            if self._pidfd is None:
                os.kill(self.pid, signal.SIGKILL)
            else:
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        status = self._reap(self.pid)
        self._output = self._channel.output
        self._channel.close()
        if self._pidfd is not None:
            os.close(self._pidfd)
        if status is None:
            raise SandboxError("the warden process died")
        return in_words(status)

    def _await_death(self, seconds: float) -> None:
        if self._pidfd is None:
            time.sleep(seconds)
        else:
            poll = select.poll()
            poll.register(self._pidfd, select.POLLIN)
            poll.poll(seconds * 1000)


@dataclass(slots=True)
class _Terms:
    """What holds for one request, and how far it has come."""

    identity: str
    seconds: float
    max_body: int
    during: str | None
    serve: Serve | None = None
    watch: Watch | None = None
    asked: list[str] = field(default_factory=list)
    looked: float = 0.0

    def seen(self, glimpse: Glimpse) -> float:
        """Show it, unless one was shown just now: how often is not the file's to say.

        Returns:
            The seconds that it took, which are not the file's either.
        """
        started = time.monotonic()
        if self.watch is None or started - self.looked < _BLINK_S:
            return 0.0
        self.watch(glimpse)
        self.looked = time.monotonic()
        return self.looked - started

    @property
    def max_frame(self) -> int:
        return self.max_body if self.serve is None else self.max_body + _ASK_BODY


def _answer(terms: _Terms, ask: Ask) -> Value:
    if not ask.nested:
        terms.asked.append(ask.name)
    if terms.serve is None or len(terms.asked) > MAX_ASKS:
        raise WireError("more questions than are allowed")
    try:
        return messages.answer_message(terms.identity, terms.serve(ask))
    except Refused as refusal:
        return messages.refused_message(terms.identity, refusal.message)
