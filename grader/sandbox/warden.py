"""The grader's handle on the warden: the process that workers are forked from.

Written for Linux. Elsewhere there is no pidfd (the pid alone is used, which is safe because only
the grader has a worker reaped) and no parent-death signal (the warden notices the end of its
socket instead); that path is untested.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from grader.sandbox.channel import Channel, make_pipe
from grader.sandbox.confine import ConfinementError
from grader.sandbox.errors import SandboxError
from grader.sandbox.verify import verify
from grader.sandbox.worker import Worker

_ROOT = Path(__file__).parents[2]
_MAIN = "import sys; sys.path.append({root!r}); from grader.sandbox.nursery import main; main()"
_START_S = 60.0
_ANSWER_S = 10.0
_LINE = 4096
_PASSED_ON = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "LD_LIBRARY_PATH")


def _environment() -> dict[str, str]:
    environment = {
        "LANG": "C.UTF-8",
        # More threads hang a child that may not clone, and are slower at these sizes.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "VECLIB_MAXIMUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "Agg",
    }
    environment |= {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "nn-grader")
    with suppress(OSError):  # Matplotlib then scans the fonts anew each time
        (cache / "matplotlib").mkdir(parents=True, exist_ok=True)
        environment["MPLCONFIGDIR"] = str(cache / "matplotlib")
    return environment


class Warden:
    """A process with everything imported, which forks workers. May be shared by threads.

    The thread that starts it must outlive it: Linux ties the parent-death signal to the thread.
    """

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket) -> None:
        """Use `start`."""
        self._process = process
        self._control = control
        self._lock = threading.Lock()
        self._ready = False

    @classmethod
    def start(cls, *, preload: tuple[str, ...] = ("numpy",)) -> Self:
        """Start one and return at once; the first `spawn` waits until it is ready.

        Args:
            preload: "numpy" and the standard library are always there; add "matplotlib" for a
                file that draws.

        Raises:
            SandboxError: the process could not be started.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-I", "-B", "-c", _MAIN.format(root=str(_ROOT))]
            command += [str(theirs.fileno()), str(os.getpid()), ",".join(preload)]
            try:
                process = subprocess.Popen(  # noqa: S603  our own interpreter and code
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    cwd="/",
                    env=_environment(),
                    pass_fds=(theirs.fileno(),),
                    start_new_session=True,  # Ctrl-C is the grader's to handle
                )
            except OSError as error:
                ours.close()
                raise SandboxError(f"the warden process could not be started: {error}") from error
        return cls(process, ours)

    def spawn(self, *, memory_mb: int, cpu_s: int) -> Worker:
        """Fork a confined worker and wait for its hello.

        Args:
            memory_mb: address space it may have in MiB, about 300 of which the libraries take.
            cpu_s: processor time it may use in seconds.

        Raises:
            SandboxError: the warden or the worker failed.
        """
        pipes = [make_pipe() for _ in range(3)]
        (request_r, request_w), (reply_r, reply_w), (output_r, output_w) = pipes
        channel = Channel(request=request_w, reply=reply_r, output=output_r)
        theirs = [request_r, reply_w, output_w]
        try:
            order = {"op": "spawn", "memory_mb": memory_mb, "cpu_s": cpu_s}
            answer, descriptors = self._ask(order, theirs)
        except SandboxError:
            channel.close()
            raise
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        worker = Worker(
            pid=answer["pid"],
            pidfd=descriptors[0] if descriptors else None,
            channel=channel,
            reap=self._reap,
        )
        try:
            worker.greet()
            verify(answer["pid"], worker.layers)
        except (ConfinementError, OSError) as error:
            worker.close()
            raise SandboxError(f"the worker is not what it says: {error}") from error
        except BaseException:
            worker.close()
            raise
        return worker

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self._control.fileno() >= 0 and self._process.poll() is None

    def close(self) -> None:
        """End it and every worker that is left."""
        self._control.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_ANSWER_S)
        self._process.kill()
        self._process.wait()
        if self._process.stderr:
            self._process.stderr.close()

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

    def _reap(self, pid: int) -> int | None:
        """The wait status of a worker that is dead or dying; None when the warden is gone."""
        try:
            answer, _ = self._ask({"op": "reap", "pid": pid}, [])
        except SandboxError:
            return None
        return int(answer["status"])

    def _ask(self, order: dict[str, Any], give: list[int]) -> tuple[dict[str, Any], list[int]]:
        with self._lock:
            try:
                if not self._ready:
                    self._hear(_START_S)
                    self._ready = True
                socket.send_fds(self._control, [json.dumps(order).encode()], give)
                return self._hear(_ANSWER_S)
            except (OSError, ValueError) as error:
                self._process.kill()
                raise SandboxError(
                    f"the warden process failed: {self._last_words(error)}"
                ) from error

    def _hear(self, seconds: float) -> tuple[dict[str, Any], list[int]]:
        self._control.settimeout(seconds)
        line, descriptors, _, _ = socket.recv_fds(self._control, _LINE, 1)
        if not line:
            raise ConnectionError("it ended")
        for descriptor in descriptors:
            os.set_inheritable(descriptor, False)  # noqa: FBT003  its only form
        return json.loads(line), descriptors

    def _last_words(self, error: Exception) -> str:
        status = self._process.wait()
        said = b""
        if self._process.stderr and not self._process.stderr.closed:
            os.set_blocking(self._process.stderr.fileno(), False)
            said = self._process.stderr.read() or b""
        if status not in (0, -signal.SIGKILL) and said:
            return said.decode("utf-8", "replace").strip().splitlines()[-1]
        return str(error) or type(error).__name__
