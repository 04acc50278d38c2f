"""Many jobs in processes that may die: none is lost, and none takes others down with it.

Works with any concurrent.futures.Executor, so that the processes may be on other machines too.
"""

import ctypes
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from concurrent.futures.process import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

J = TypeVar("J")
R = TypeVar("R")

TRIES = 2
"""How often a job is begun, alone, after it was among those that ran when a process died."""

_TICK_S = 0.2
_PR_SET_PDEATHSIG = 1


class Pool(Protocol):
    """Where jobs run."""

    @property
    def width(self) -> int:
        """How many jobs run at once."""

    @property
    def broken(self) -> tuple[type[BaseException], ...]:
        """What a future raises whose process died."""

    def submit(self, job: Callable[[], R]) -> "Future[R]":
        """Begin a job; one that can be pickled, as can what it returns."""

    def renew(self) -> None:
        """Begin anew after a process has died."""


@dataclass(frozen=True, slots=True)
class Done(Generic[J, R]):
    """A job that has come to its end.

    Attributes:
        job: as it was given.
        result: what the function made of it; None where it was lost.
        lost: why there is no result: the process that ran it died, each time.
    """

    job: J
    result: R | None
    lost: str | None = None


class Processes:
    """A pool of processes on this machine, which end with its block, at once on an error."""

    broken: tuple[type[BaseException], ...] = (BrokenExecutor,)

    def __init__(self, width: int) -> None:
        """So many processes; they are started with the first job."""
        self.width = width
        self._executor: Executor | None = None

    def submit(self, job: Callable[[], R]) -> "Future[R]":
        """Begin a job."""
        if self._executor is None:
            context = multiprocessing.get_context("spawn")
            self._executor = ProcessPoolExecutor(self.width, context, initializer=_die_with_parent)
            with deaf_to_ctrl_c():
                return self._executor.submit(job)
        return self._executor.submit(job)

    def renew(self) -> None:
        """End all processes; the next job starts new ones."""
        self._end(at_once=True)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all processes."""
        self._end(at_once=kind is not None)

    def _end(self, *, at_once: bool) -> None:
        executor, self._executor = self._executor, None
        if executor is None:
            return
        children = multiprocessing.active_children()
        executor.shutdown(wait=not at_once, cancel_futures=True)
        if at_once:
            for process in children:
                process.terminate()


def _die_with_parent() -> None:
    """Have the kernel end this process when its parent is killed (on Linux)."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def run_all(
    function: Callable[[J], R],
    jobs: Iterable[J],
    pool: Pool,
    *,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Done[J, R]]:
    """Run the function on every job; results come as they are ready.

    When a process dies, any of the jobs that ran may be to blame. Each of them runs again by
    itself: the one that is to blame is lost after TRIES, the others are not.

    Args:
        function: of one job; both can be pickled.
        jobs: what to do, in order.
        pool: where.
        stop: whether no further job is to begin; those that run are waited for.

    Raises:
        Exception: what the function raised; nothing more is yielded then.
    """
    return _Run(function, jobs, pool, stop).results()


class _Run(Generic[J, R]):
    """The jobs of one run_all: those that wait, that run, and that ran when a process died."""

    def __init__(
        self, function: Callable[[J], R], jobs: Iterable[J], pool: Pool, stop: Callable[[], bool]
    ) -> None:
        self._function = function
        self._pool = pool
        self._stop = stop
        self._waiting = deque((job, 0) for job in jobs)
        self._suspects: deque[tuple[J, int]] = deque()
        self._running: dict[Future[R], tuple[J, int]] = {}

    def results(self) -> Generator[Done[J, R], None, None]:
        while True:
            self._begin()
            if self._running:
                yield from self._ended()
            elif self._stop() or not (self._waiting or self._suspects):
                return

    def _begin(self) -> None:
        """Begin as many jobs as may run now."""
        while self._may_begin() and not self._stop():
            queue = self._suspects or self._waiting
            if not queue:
                return
            job, tries = queue.popleft()
            try:
                future = self._pool.submit(partial(self._function, job))
            except self._pool.broken:  # it has died just now; what runs will say so
                queue.appendleft((job, tries))
                if not self._running:
                    self._pool.renew()
                return
            self._running[future] = (job, tries)

    def _may_begin(self) -> bool:
        """A suspect runs alone: it begins when nothing runs, and nothing begins beside it."""
        if self._suspects or any(tries for _, tries in self._running.values()):
            return not self._running
        return len(self._running) < self._pool.width

    def _ended(self) -> Iterator[Done[J, R]]:
        """What has ended by now, well or not."""
        ready, _ = wait(self._running, timeout=_TICK_S, return_when=FIRST_COMPLETED)
        died = []
        for future in ready:
            job, tries = self._running.pop(future)
            try:
                yield Done(job, future.result())
            except self._pool.broken:
                died.append((job, tries))
        if died:
            yield from self._after_a_death(died)

    def _after_a_death(self, died: list[tuple[J, int]]) -> Iterator[Done[J, R]]:
        for future, (job, tries) in self._running.items():
            if future.done() and future.exception() is None:
                yield Done(job, future.result())
            else:
                died.append((job, tries))
        self._running.clear()
        self._pool.renew()
        for job, tries in died:
            if tries >= TRIES:
                yield Done(job, None, f"its process died, {tries} times when it ran alone")
            else:
                self._suspects.append((job, tries + 1))


@contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """Processes that are started in this block never hear Ctrl-C; this one does at its end.

    A terminal sends it to all of them, and only this one knows what to do. A blocked signal stays
    blocked in what is started. Here another thread may still hear it, and half a process would be
    left if it were acted upon at once.
    """
    heard = False

    def note(_number: int, _frame: object) -> None:
        nonlocal heard
        heard = True

    before = signal.signal(signal.SIGINT, note)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        signal.signal(signal.SIGINT, before)
    if heard:
        signal.raise_signal(signal.SIGINT)
