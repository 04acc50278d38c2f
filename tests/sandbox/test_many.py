"""A thousand workers, and graders killed at any moment, leave nothing behind."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from support.files import REFERENCE, ROOT

from grader.sandbox.warden import Warden

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks into Linux's /proc"),
]

STARTS = 1000
MOMENTS = 10
WORKERS_UID = 0x70000000  # from here on, as root
SHARED = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108  where something might be left


def descriptors(pid: int) -> int:
    """How many descriptors a process has open."""
    return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208  numbers, not paths


def children(pid: int) -> list[int]:
    """The children of a process, zombies included."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def resident_kb(pid: int) -> int:
    """The resident memory of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def workers_files() -> list[str]:
    """What belongs to a worker in the folders where anybody may write."""
    found = []
    for folder in filter(os.path.isdir, SHARED):
        for entry in os.scandir(folder):
            with suppress(FileNotFoundError):
                if entry.stat(follow_symlinks=False).st_uid >= WORKERS_UID:
                    found.append(entry.path)
    return found


def wait_for(condition: Callable[[], bool]) -> bool:
    """Wait until something is so, for at most a minute."""
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def test_a_thousand_starts() -> None:
    """1000 workers, one after the other, leave no descriptor, process, file or memory."""
    with Warden.start() as warden:
        warden.spawn(memory_mb=1536, cpu_s=60).close()
        pid = warden._process.pid  # noqa: SLF001  to look from outside

        def held() -> tuple[int, int, list[int], list[str]]:
            return descriptors(os.getpid()), descriptors(pid), children(pid), workers_files()

        before, memory = held(), resident_kb(os.getpid()) + resident_kb(pid)
        for _ in range(STARTS):
            with warden.spawn(memory_mb=1536, cpu_s=60) as worker:
                assert worker.alive
        assert held() == before
        assert before[2:] == ([], [])
        grown = resident_kb(os.getpid()) + resident_kb(pid) - memory
        assert grown < 8 * STARTS, "8 kB a worker would be a leak"


def family(grader: int) -> list[int]:
    """The grader's warden and workers: their command line names its pid."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if b"nursery" in b" ".join(words) and str(grader).encode() in words:
                found.append(int(folder.name))
    return found


class Place:
    """A folder with a submission, a home and a temporary folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Lay it out."""
        self.submission, self.home = folder / "submission", folder / "home"
        self.temporary, self.results = folder / "temporary", folder / "results"
        for each in (self.submission, self.home, self.temporary, self.results):
            each.mkdir()
        (self.submission / "nn.py").write_text(REFERENCE, "utf-8")
        self.out = self.results / "out.json"

    def grade(self) -> "subprocess.Popen[bytes]":
        """Start grading, as a program."""
        kept = {n: v for n, v in os.environ.items() if n not in {"GRADER_DATA", "XDG_CACHE_HOME"}}
        own = {
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        command = [sys.executable, "-m", "grader", "grade", "nn.py", "--json", str(self.out)]
        return subprocess.Popen(
            [*command, "--data", "digits", "--profile", "quick"],
            cwd=self.submission,
            env=kept | own,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def litter(self) -> list[str]:
        """What lies about that should not; the fonts' list in the home's cache is meant to stay."""
        found = [path for path in self.submission.rglob("*") if path.name != "nn.py"]
        found += self.temporary.rglob("*")
        found += [path for path in self.home.iterdir() if path.name != ".cache"]
        found += [p for p in self.home.glob(".cache/*") if p.name != "nn-grader"]
        return [str(path) for path in found] + workers_files()


def test_killed_at_any_moment(tmp_path: Path) -> None:
    """SIGKILL to `grader grade` at ten random moments leaves no process and no file of ours.

    And the result is never partial: not there yet, not graded, or the whole verdict.
    """
    place = Place(tmp_path)
    started = time.monotonic()
    with place.grade() as whole:
        assert wait_for(lambda: bool(family(whole.pid))), "the warden would not be recognised"
        assert whole.wait() == 0
    length = time.monotonic() - started
    assert json.loads(place.out.read_text("utf-8"))["score"] == 100
    assert place.litter() == []
    statuses = set()
    rng = random.Random(3)  # noqa: S311  moments, no secrets
    moments = [length * (number + rng.random()) / MOMENTS for number in range(MOMENTS)]
    for moment in moments:
        place.out.unlink(missing_ok=True)
        with place.grade() as process:
            with suppress(subprocess.TimeoutExpired):
                process.wait(moment)
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert wait_for(lambda: not family(process.pid)), moment
        assert place.litter() == [], moment
        if place.out.exists():
            statuses.add(json.loads(place.out.read_text("utf-8"))["status"])
    assert statuses <= {"graded", "not_graded"}
    assert "not_graded" in statuses
