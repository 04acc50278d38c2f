"""One student's file, always with a living worker: what the grader holds."""

import re
from contextlib import suppress
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Self

from grader.assignment import CLASS
from grader.sandbox.confine import ACTIVE, LEVELS, Level, level
from grader.sandbox.errors import (
    OURS,
    Crashed,
    SandboxError,
    Stopped,
    StudentError,
    TimedOut,
    TooWeakError,
)
from grader.sandbox.request import Loaded, Policy, Reply, Request, Serve, Watch
from grader.sandbox.warden import Warden
from grader.sandbox.worker import Worker

_CPU_S = 3600
_DRAWS = re.compile(rb"matplotlib|pylab")
_DEFINITIONS = (
    "It was graded from its imports, functions, classes and plain constants alone; that costs "
    "nothing."
)


class Session:
    """A file, how it is to be loaded, and a worker that is replaced when it dies.

    Attributes:
        loaded: what is in the file.
    """

    def __init__(  # noqa: PLR0913  each is a fact of its own
        self,
        source: bytes,
        warden: Warden,
        *,
        owned: bool,
        preload: tuple[str, ...],
        memory_mb: int,
        cpu_s: int,
        load_deadline_s: float,
        require: Level | None,
    ) -> None:
        """Use `open`."""
        self._source = source
        self._warden = warden
        self._owned = owned
        self._preload = preload
        self._memory_mb = memory_mb
        self._cpu_s = cpu_s
        self._load_deadline_s = load_deadline_s
        self._require = require
        self._layers: dict[str, str] = {}
        self._construct = True
        self._trouble = ""
        self._worker: Worker | None = None
        self._output = ""
        self.loaded = Loaded("full", {})

    @classmethod
    def open(  # noqa: PLR0913  the limits an instructor may set
        cls,
        source: bytes,
        *,
        memory_mb: int = 1536,
        cpu_s: int = _CPU_S,
        load_deadline_s: float = 10.0,
        require: Level | None = None,
        warden: Warden | None = None,
    ) -> Self:
        """Load a file: all of it if that works, otherwise its definitions.

        Args:
            source: the bytes of nn.py.
            memory_mb: address space of the worker in MiB.
            cpu_s: processor time of a worker in seconds.
            load_deadline_s: seconds that the file's top level may take.
            require: how high the walls must be before a byte of the file is sent.
            warden: to fork workers from, with at least what `preloads_for` says; it stays the
                caller's. None: one of its own.

        Raises:
            TooWeakError: the walls are lower than required.
            SandboxError: the machine failed. Whatever the file does is told in `loaded`.
        """
        preload = preloads_for(source)
        session = cls(
            source,
            warden or Warden.start(preload=preload),
            owned=warden is None,
            preload=preload,
            memory_mb=memory_mb,
            cpu_s=cpu_s,
            load_deadline_s=load_deadline_s,
            require=require,
        )
        try:
            session.loaded = session._examine()
        except BaseException:
            session.close()
            raise
        return session

    @property
    def output(self) -> str:
        """What the student's code printed in the present worker, sanitised, at most 64 KiB."""
        return self._worker.output if self._worker else self._output

    @property
    def layers(self) -> dict[str, str]:
        """The walls of the newest worker: name -> "active" or "unavailable: why"."""
        return dict(self._layers)

    def run(
        self,
        request: Request,
        *,
        deadline_s: float,
        max_body: int,
        serve: Serve | None = None,
        watch: Watch | None = None,
    ) -> Reply:
        """Carry out a request in the present worker, or in a new one if that has died.

        Args:
            request: what to do.
            deadline_s: seconds for all of it, less the time spent in serve and watch.
            max_body: how many bytes of arrays may come back, echoed arguments included.
            serve: answers the stubs.
            watch: hears how far a request that says so has come.

        Raises:
            StudentError: the student's code raised, or sends back more than max_body.
            Stopped: it had to be stopped; the next request has a new worker.
            SandboxError: the machine failed, twice.
        """
        run = partial(
            Worker.run,
            request=request,
            deadline_s=deadline_s,
            max_body=max_body,
            serve=serve,
            watch=watch,
        )
        try:
            return run(self._ready())
        except SandboxError:
            self._recover()
            return run(self._ready())

    def close(self) -> None:
        """End the worker, and the warden unless it is the caller's."""
        self._drop()
        if self._owned:
            self._warden.close()

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

    def _examine(self) -> Loaded:
        """Find out how much of the file can be run, and keep the worker that runs it."""
        policy: Policy = "full"
        why = ""
        while True:
            try:
                loaded = self._load(policy)
            except StudentError as error:
                failed, why = error, _why_raised(error)
            except Stopped as stop:
                if stop.during == CLASS and self._construct:
                    self._construct = False
                    self._trouble = f"The constructor of {CLASS} {_how(stop)}: it was left out."
                    continue
                failed = _as_error(stop)
                why = f"Run as a whole, nn.py {_how(stop)}."
            else:
                notes = (f"{why} {_DEFINITIONS}" if why else "", self._trouble, loaded.note)
                return replace(loaded, note=" ".join(filter(None, notes)) or None)
            self._drop()
            if policy == "definitions":
                return Loaded(policy, {}, None, failed)
            policy = "definitions"

    def _load(self, policy: Policy) -> Loaded:
        for attempt in range(2):
            try:
                worker = self._worker = self._warden.spawn(
                    memory_mb=self._memory_mb, cpu_s=self._cpu_s
                )
                self._layers = dict(worker.layers)
                self._hold_to_requirement()
                return worker.load(
                    self._source,
                    deadline_s=self._load_deadline_s,
                    policy=policy,
                    construct=self._construct,
                )
            except TooWeakError:
                raise
            except SandboxError:
                if attempt:
                    raise
                self._recover()
        raise AssertionError  # the second attempt returns or raises

    def _hold_to_requirement(self) -> None:
        have = level(self._layers)
        if self._require is None or LEVELS.index(have) >= LEVELS.index(self._require):
            return
        lacking = [f"{n}: {s}" for n, s in self._layers.items() if s != ACTIVE]
        raise TooWeakError(
            f"the sandbox reaches level {have}, and {self._require} is required "
            f"({'; '.join(lacking)}). Grade on Linux on x86-64, or, for files that you trust, "
            "with --require-sandbox none"
        )

    def _ready(self) -> Worker:
        """The worker, with the file loaded."""
        if self._worker is None or not self._worker.alive:
            self._drop()
            try:
                self._load(self.loaded.policy)
            except StudentError as error:
                self._drop()
                raise Crashed("loads only now and then", "nn.py") from error
        if self._worker is None:
            raise SandboxError("no worker could be made ready")
        return self._worker

    def _recover(self) -> None:
        """After a failure of the machine: forget the worker, and the warden if that is dead."""
        self._drop()
        if not self._warden.alive:
            if self._owned:
                self._warden.close()
            self._warden, self._owned = Warden.start(preload=self._preload), True

    def _drop(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            with suppress(SandboxError):  # its warden is gone, and has taken it along
                worker.close()
            self._output = worker.output


def preloads_for(source: bytes) -> tuple[str, ...]:
    """What a warden should preload for a file; Matplotlib takes most of a second."""
    return ("numpy", "matplotlib") if _DRAWS.search(source) else ("numpy",)


def _how(stop: Stopped) -> str:
    if isinstance(stop, TimedOut):
        return f"had not finished after {stop.seconds:g} s"
    return str(stop)


def _why_raised(error: StudentError) -> str:
    place = f"line {error.line}: " if error.line else ""
    said = error.message if error.type_name in OURS else error
    return f"Run as a whole, nn.py fails ({place}{said})."


def _as_error(stop: Stopped) -> StudentError:
    return StudentError(
        type(stop).__name__, f"the file could not be loaded: it {_how(stop)}", during="nn.py"
    )
