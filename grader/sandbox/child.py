"""The worker's process, after the fork: walls up, hello, then one request after another.

Nothing here is trusted by the grader once the student's file has run.
"""

import ast
import ctypes
import fcntl
import os
import signal
import sys
import traceback
from contextlib import suppress
from typing import Any, NoReturn

from grader.assignment import CLASS
from grader.sandbox import loading, wire
from grader.sandbox.blame import FILE, StudentFault, describe, fault
from grader.sandbox.blueprint import is_plain
from grader.sandbox.confine import Policy, confine
from grader.sandbox.contents import contents
from grader.sandbox.errors import WireError
from grader.sandbox.performing import Performance
from grader.sandbox.request import Value
from grader.sandbox.subject import Subject

_REQUEST, _REPLY = 3, 4
_MAX_REQUEST = 1 << 31  # the grader is trusted; a wrong length is not
_MAX_FAULT = 2000
_MAX_NOTE = 1000
_FAILED = 70
_PR_SET_PDEATHSIG = 1


def main(  # noqa: PLR0913  three pipes, three facts
    request: int, reply: int, output: int, *, warden: int, memory_mb: int, cpu_s: int
) -> NoReturn:
    """Be a worker until the grader closes its end.

    Args:
        request: descriptor to read requests from.
        reply: descriptor to write replies to.
        output: descriptor that what is printed goes to.
        warden: pid of the parent, with which this process is to die.
        memory_mb: address space it may have in MiB.
        cpu_s: processor time it may use in seconds.
    """
    status = _FAILED
    try:
        _take_over(request, reply, output)
        layers = confine(Policy(memory_mb, cpu_s, warden, (_REQUEST, _REPLY)))
        wire.send(_REPLY, wire.encode(["hello", "", dict(layers)]))
        _Server().serve()
    except EOFError:
        status = 0
    except BaseException:  # noqa: BLE001  whatever it is, it must not reach the warden's code
        traceback.print_exc()
    finally:
        with suppress(BaseException):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def die_with(parent: int) -> None:
    """Have the kernel end this process when its parent ends (on Linux).

    Raises:
        SystemExit: the parent is gone already.
    """
    with suppress(AttributeError, OSError):  # elsewhere the end of the socket has to do
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit


def _take_over(request: int, reply: int, output: int) -> None:
    """Make the three pipes descriptors 1 to 4; confine() closes every other one but 0."""
    moved = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (request, reply, output, output)]
    for source, target in zip(moved, (_REQUEST, _REPLY, 1, 2), strict=True):
        os.dup2(source, target)
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        stream = open(  # noqa: SIM115  for the whole life of the process
            descriptor, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
        )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.argv = [FILE]


class _Server:
    """Answers the grader's messages."""

    def __init__(self) -> None:
        self._subject: Subject | None = None
        self._identity = ""

    def serve(self) -> NoReturn:
        while True:
            kind, self._identity, *fields = self._hear()
            answer: tuple[str, list[Value]]
            try:
                answer = self._answer(kind, fields)
            except StudentFault as failure:
                answer = "raised", [failure.description]
            except BaseException:  # noqa: BLE001  a bug of ours, to be told apart from theirs
                answer = "fault", [traceback.format_exc()[-_MAX_FAULT:]]
            self._tidy()
            self._tell(answer[0], *answer[1])

    def _answer(self, kind: str, fields: list[Any]) -> tuple[str, list[Value]]:
        if kind == "load":
            return "loaded", self._load(*fields)
        if self._subject is None:
            raise RuntimeError("nothing is loaded")
        performance = Performance(
            self._subject,
            fields,
            announce=self._announce,
            glimpse=self._glimpse,
            consult=self._consult,
        )
        return "reply", performance.go()

    def _load(self, source: Any, policy: str, construct: bool) -> list[Value]:  # noqa: ANN401, FBT001
        try:
            program = loading.parse(source.tobytes())
        except loading.NotLoadableError as error:
            failed = describe(error.cause, FILE, error.lines)
            return [policy, {}, None, failed, contents(ast.Module([], []))]
        found = contents(program.tree)
        module = loading.new_module()
        notes: list[str] = []
        try:
            if policy == "full":
                loading.run_all(program, module)
            else:
                notes += loading.run_definitions(program, module)
            self._subject = Subject(
                module, program.lines, construct=construct, plain=is_plain(program.tree, CLASS)
            )
            defined: Value = dict(self._subject.defined())
            self._announce(CLASS)
            failure = self._subject.try_constructor()
        except BaseException as error:  # noqa: BLE001  theirs, SystemExit and metaclasses included
            raise StudentFault(describe(error, FILE, program.lines)) from None
        if failure is not None:
            name, message, line = describe(failure, CLASS, program.lines)[:3]
            place = f"line {line}: " if line else ""
            notes.append(
                f"The constructor of {CLASS} fails ({place}{name}: {message}):"
                " networks were made without it."
            )
        return [policy, defined, " ".join(notes)[:_MAX_NOTE] or None, None, found]

    def _hear(self) -> list[Any]:
        message = wire.receive(_REQUEST, _MAX_REQUEST)
        if not isinstance(message, list):
            raise WireError("no message")
        return message

    def _tell(self, kind: str, *fields: Value) -> None:
        try:
            pieces = wire.encode([kind, self._identity, *fields])
        except WireError:
            failure = fault("Oversize", "it returned more values than can be sent", CLASS)
            pieces = wire.encode(["raised", self._identity, failure.description])
        wire.send(_REPLY, pieces)

    def _announce(self, name: str | None) -> None:
        self._tell("at", name)

    def _glimpse(self, step: int, parameters: dict[str, Value]) -> None:
        with suppress(WireError):  # what cannot be sent is not seen
            pieces = wire.encode(["seen", self._identity, step, dict(parameters)])
            wire.send(_REPLY, pieces)

    def _consult(self, question: list[Value]) -> tuple[str, list[Any]]:
        self._tell("ask", *question)
        kind, _, *fields = self._hear()
        return kind, fields

    def _tidy(self) -> None:
        """What was printed goes out before the answer; figures do not pile up."""
        with suppress(BaseException):
            sys.stdout.flush()
            sys.stderr.flush()
            pyplot = sys.modules.get("matplotlib.pyplot")
            if pyplot is not None and pyplot.get_fignums():
                pyplot.close("all")
