"""A pool of dask workers, on other machines: submissions travel as bytes, answers come back.

What can happen there, how dask.distributed says so, and what becomes of it:

    a worker dies          its job goes to another one; nobody else's job is touched
    a job kills workers    KilledWorker, after the scheduler's `allowed-failures`: not graded
    no worker is left      the jobs wait, so we count the workers: GraderError after a while
    the scheduler dies     every future is cancelled: GraderError

On a worker jobs run beside its main thread, one at a time.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from functools import partial
from importlib.util import find_spec
from threading import Event, Lock
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import msgspec

from grader.classroom.grading import Answer
from grader.errors import GraderError, UsageError
from grader.pool import TRIES

if TYPE_CHECKING:
    from distributed import Client

R = TypeVar("R")

REACH_S = 10.0
"""How long a scheduler may take to answer."""

WAIT_S = 60.0
"""How long we wait for a first worker, or for another one when none is left."""

_LOOK_S = 1.0
_CLOSE_S = 5.0
_MOST = 300
_TOLD = 3
_TURN = Lock()


class Cluster:
    """A Pool of the workers that a scheduler has; what they answer is an Answer as JSON."""

    broken: tuple[type[BaseException], ...] = ()

    def __init__(
        self,
        address: str,
        *,
        check: Callable[[], str | None] = lambda: None,
        tell: Callable[[str], object] = lambda _text: None,
        stop: Callable[[], bool] = lambda: False,
        wait_s: float = WAIT_S,
    ) -> None:
        """Nothing is connected before the block begins.

        Args:
            address: of the scheduler, such as tcp://HOST:PORT.
            check: is run once by each worker that is there at the beginning; says why that one
                must not judge, or None. Can be pickled.
            tell: hears what we wait for.
            stop: whether to give up waiting for a first worker.
            wait_s: see WAIT_S, in seconds.
        """
        self._address = address
        self._check = check
        self._tell = tell
        self._stop = stop
        self._wait_s = wait_s
        self._client: Client | None = None
        self._sent: set[Any] = set()
        self._closing = Event()
        self._workers = 0
        self._looked = self._seen = monotonic()

    @property
    def width(self) -> int:
        """One job a worker; counted anew now and then, for they come and go.

        Raises:
            GraderError: there has been none for a while, or the scheduler is gone.
        """
        now = monotonic()
        if now - self._looked > _LOOK_S:
            self._looked = now
            self._workers = len(self._threads())
            if self._workers:
                self._seen = now
            elif now - self._seen > self._wait_s:
                raise GraderError(
                    f"the scheduler at {self._address} has had no workers for {self._wait_s:g} s. "
                    f"{_KEPT}: start workers, and run the same command again"
                )
        return max(1, self._workers)  # what is begun without a worker waits for one

    def submit(self, job: Callable[[], R]) -> "Future[R]":
        """Begin a job on some worker.

        Raises:
            GraderError: the scheduler is gone.
        """
        future: Future[R] = Future()
        future.set_running_or_notify_cancel()
        self._send(job, future, deaths=0)
        return future

    def renew(self) -> None:
        """Nothing to do: only the job that a worker dies of is touched."""

    def _send(self, job: Callable[[], R], future: "Future[R]", deaths: int) -> None:
        client = self._connected()
        sent = client.submit(_in_turn, job, pure=False)
        self._sent.add(sent)  # one that is let go is forgotten by the scheduler
        sent.add_done_callback(partial(self._ended, job, future, deaths))

    def _ended(self, job: Callable[[], R], future: "Future[R]", deaths: int, sent: Any) -> None:  # noqa: ANN401  distributed's Future
        """Hand a result on; on distributed's thread for callbacks."""
        from distributed import KilledWorker  # noqa: PLC0415  an extra

        self._sent.discard(sent)
        try:
            future.set_result(sent.result())
        except KilledWorker as killed:
            deaths += killed.allowed_failures + 1
            if deaths > TRIES or self._closing.is_set():
                future.set_result(_none(f"the process that judged it died, {deaths} times"))
                return
            try:
                self._send(job, future, deaths)
            except GraderError as error:
                future.set_exception(error)
        except (CancelledError, asyncio.CancelledError):
            future.set_exception(self._gone())
        except GraderError as error:
            future.set_exception(error)
        except BaseException as error:  # noqa: BLE001  one that is lost here is waited for forever
            if self._running:
                future.set_result(_none(f"a worker could not run it: {error!r}"[:_MOST]))
            else:
                future.set_exception(self._gone())

    @property
    def _running(self) -> bool:
        return self._client is not None and self._client.status == "running"

    def _connected(self) -> "Client":
        if self._client is None or not self._running:
            raise self._gone()
        return self._client

    def _threads(self) -> dict[str, int]:
        """How many threads each worker has."""
        try:
            return dict(self._connected().nthreads())
        except GraderError:
            raise
        except Exception as error:
            raise self._gone() from error

    def _gone(self) -> GraderError:
        return GraderError(
            f"the connection to the scheduler at {self._address} is lost. {_KEPT}: start it and "
            "its workers again and run the same command; without --scheduler, this machine goes on "
            "by itself"
        )

    def __enter__(self) -> Self:
        """Connect, and wait for a worker.

        Raises:
            UsageError: distributed is not installed, the scheduler cannot be reached, it has no
                workers, one of them has several threads, or must not judge.
            KeyboardInterrupt: we were told to stop before there was a worker.
        """
        self._client = _connect(self._address)
        try:
            self._await_workers()
            self._agree()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the cluster; on an error, what has not begun is cancelled."""
        self._closing.set()
        self._close()

    def _close(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        if client.status == "running" and self._sent:
            client.cancel([*self._sent], force=True)
        client.close(timeout=_CLOSE_S)

    def _await_workers(self) -> None:
        began, told, pause = monotonic(), False, Event()
        while not (threads := self._threads()):
            if self._stop():
                raise KeyboardInterrupt
            if monotonic() - began > self._wait_s:
                raise UsageError(
                    f"the scheduler at {self._address} has no workers. Start some on each machine: "
                    + self._how
                )
            if not told:
                self._tell(f"Waiting for workers of {self._address}, up to {self._wait_s:g} s ...")
                told = True
            pause.wait(_LOOK_S / 4)
        several = [address for address, count in threads.items() if count > 1]
        if several:
            raise UsageError(
                f"{_some(several)}: started with several threads, of which a grading can use one. "
                f"Start a process a core, with one thread each: {self._how}"
            )
        self._workers = len(threads)
        self._looked = self._seen = monotonic()

    def _agree(self) -> None:
        """Have each worker run the check."""
        said = self._connected().run(self._check, on_error="return")
        refused = {address: answer for address, answer in said.items() if answer is not None}
        if refused:
            answer = next(iter(refused.values()))
            why = answer if isinstance(answer, str) else f"it cannot run the grader: {answer!r}"
            raise UsageError(
                f"{_some([*refused])}: {why[:_MOST]}. Install the same nn-grader and NumPy on "
                "every machine, the scheduler's too, with the data under the same path; then start "
                "the workers anew"
            )

    @property
    def _how(self) -> str:
        return f"dask worker {self._address} --nthreads 1 --nworkers CORES"


_KEPT = "What was graded is kept"


def _connect(address: str) -> "Client":
    if find_spec("distributed") is None:
        raise UsageError(
            "--scheduler needs dask.distributed, which is not installed: "
            "pip install 'nn-grader[cluster]'"
        )
    from distributed import Client  # noqa: PLC0415  an extra

    # It warns of every worker that dies, and of a lost scheduler; we tell what becomes of that.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    try:
        return Client(address, timeout=REACH_S, set_as_default=False, name="nn-grader")
    except (OSError, ValueError) as error:
        raise UsageError(
            f"--scheduler {address}: no scheduler answers there ({str(error)[:_MOST]}). "
            "`dask scheduler` starts one and prints its address, such as tcp://HOST:8786"
        ) from error


def _in_turn(job: Callable[[], R]) -> R:
    """Run a job on a worker: a grading has its process to itself, however many threads it has."""
    with _TURN:
        return job()


def _none(reason: str) -> Any:  # noqa: ANN401  stands for what the job would have returned
    return msgspec.json.encode(Answer(None, reason))


def _some(addresses: list[str]) -> str:
    more = f" and {len(addresses) - _TOLD} more" if len(addresses) > _TOLD else ""
    return f"worker {', '.join(sorted(addresses)[:_TOLD])}{more}"
