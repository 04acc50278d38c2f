"""A real dask scheduler and real workers on this machine, and jobs that stand in for a grading."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path

import msgspec
from support.files import ROOT

from grader.assemble import Judgement, environment
from grader.classroom.grading import Answer, Task
from grader.report import Outcome, Status, SubmissionInfo
from grader.rubric import load

PATIENCE_S = 60.0
NONE: frozenset[str] = frozenset()


def until(condition: Callable[[], object], what: str) -> object:
    """Wait for a condition, not forever; returns what it found."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited {PATIENCE_S:g} s in vain for {what}")


class Machines:
    """A scheduler, and workers each with a nanny, as a class's machines would have them."""

    def __init__(self, folder, *, allowed_failures=3):
        """Start the scheduler; its port is the system's choice."""
        self.folder = folder
        self._processes = {}
        # The jobs live in tests/support; one thread each, as this machine has other things to do.
        places = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
        self._env = os.environ | {
            "PYTHONPATH": places,
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(allowed_failures),
        }
        said = folder / "scheduler.json"
        self.scheduler = self._start(
            *("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"),
            *("--scheduler-file", said),
        )
        self.address = until(lambda: address_in(said), "the scheduler's address")

    def worker(self, *options):
        """Start a worker and its nanny; returns the nanny's process."""
        where = self.folder / f"worker-{len(self._processes)}"
        return self._start(
            *("worker", self.address, "--nthreads", "1", "--host", "127.0.0.1", "--no-dashboard"),
            *("--memory-limit", "0", "--local-directory", where, *options),
        )

    def kill(self, process):
        """SIGKILL to a process and all that it has started."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_with(self, pid):
        """SIGKILL to the worker's process with this id, and to its nanny first."""
        group = os.getpgid(pid)
        os.killpg(group, signal.SIGKILL)
        next(p for p in self._processes if p.pid == group).wait()

    def end(self):
        """Kill what is left."""
        for process, log in self._processes.items():
            if process.poll() is None:
                self.kill(process)
            log.close()

    def _start(self, *line):
        log = (self.folder / f"{line[0]}-{len(self._processes)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *map(str, line)],
            cwd=self.folder,
            env=self._env,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._processes[process] = log
        return process


def address_in(path):
    """The address in a scheduler's file, once it is there as a whole."""
    try:
        return json.loads(path.read_text("utf-8"))["address"]
    except (OSError, ValueError):
        return None


@contextmanager
def machines(folder, workers=2, **options):
    """A scheduler with so many workers, for the length of the block."""
    made = Machines(folder, **options)
    try:
        for _ in range(workers):
            made.worker()
        yield made
    finally:
        made.end()


def stand_in(folder: str, _settings: bytes, task: Task) -> bytes:
    """Judge by what the file says, and note in FOLDER/begun who was begun, and where.

    `hold` waits for FOLDER/go; `die` ends its process, `end PID` another, `interrupt PID` likewise.
    """
    begun = Path(folder) / "begun"
    with begun.open("a", encoding="utf-8") as log:
        log.write(f"{task.path} {os.getpid()}\n")
    if b"die" in task.source:
        os._exit(1)
    if b"hold" in task.source:
        until((Path(folder) / "go").exists, "the word to go on")
    if b"interrupt" in task.source:
        os.kill(int(task.source.split()[-1]), signal.SIGINT)
    if b"end" in task.source:
        os.kill(int(task.source.split()[-1]), signal.SIGKILL)
        until((Path(folder) / "go").exists, "the end of the test")
    return full_marks()


@lru_cache(maxsize=1)
def full_marks() -> bytes:
    """An Answer: everything is right."""
    outcomes = tuple(
        Outcome(f"{name}::check", name, "A claim.", Status.PASSED, 1)
        for name, points in load().points.items()
        if points
    )
    info = SubmissionInfo("nn.py", "0" * 64, 0)
    made = Judgement(
        info, 0, "quick", outcomes, NONE, NONE, 1.0, None, {}, None, None, 1.0, environment()
    )
    return msgspec.json.encode(Answer(made))


def begun(folder):
    """Who was begun, in order: (key, process id)."""
    try:
        lines = (folder / "begun").read_text("utf-8").splitlines()
    except OSError:
        return []
    return [(line.split()[0], int(line.split()[1])) for line in lines]


def standing_in(folder):
    """The stand-in for grading.judge that writes into this folder."""
    return partial(stand_in, str(folder))


def wait(answers: str, seconds: float, _settings: bytes, task: Task) -> bytes:
    """Stands in for grading.judge: takes its time, and answers what it once did."""
    time.sleep(seconds)
    right, wrong = answers_in(answers)
    return wrong if b"\nclass Wrong" in task.source else right


@lru_cache(maxsize=1)
def answers_in(folder: str) -> tuple[bytes, bytes]:
    """The answers to a right file and to an empty one."""
    return (Path(folder) / "right").read_bytes(), (Path(folder) / "wrong").read_bytes()


def peak_mb(pid: int | None = None) -> float:
    """The most resident memory of a process and, for this one, of all that it has started."""
    own = os.getpid() if pid is None else pid
    family = [own, *(descendants(own) if pid is None else ())]
    return sum(high_water_kb(member) for member in family) / 1024


def descendants(pid: int) -> Iterator[int]:
    """What a process has started, and what that has."""
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, children.read_text("utf-8").split()):
            yield child
            yield from descendants(child)


def high_water_kb(pid: int) -> int:
    """VmHWM of a process."""
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def at_once(_settings: bytes, _task: Task) -> bytes:
    """Stands in for grading.judge: answers at once, with as much as a real answer has."""
    return full_marks()
