"""What the walls cost in time and memory: figures to read, on whatever machine this is.

Times are compared with something that everybody's machine can do, taken in the same run, and
nothing is asserted of them; memory has a limit.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from support.files import REFERENCE, ROOT

from grader.sandbox.confine import level
from grader.sandbox.request import Call, Request
from grader.sandbox.session import Session
from grader.sandbox.warden import Warden

SOURCE = b"import numpy as np\ndef ReLU(Z):\n    return np.maximum(0, Z)\n"
STARTS = 30
CALLS = 1000
LIMIT_MB = 500  # of what Gradescope's smallest container has, 768
PERIOD_S = 0.02

Note = Callable[[str, object], None]


def times(work: Callable[[], object], count: int) -> list[float]:
    """How many milliseconds each of the calls takes."""
    found = []
    for _ in range(count):
        started = time.perf_counter()
        work()
        found.append(1000 * (time.perf_counter() - started))
    return found


def in_words(found: list[float]) -> str:
    """Median and minimum."""
    return f"{statistics.median(found):.3g} ms (at best {min(found):.3g})"


@pytest.fixture(scope="module")
def bare() -> list[float]:
    """How many milliseconds a fresh process takes to import NumPy, a few times."""
    command = [sys.executable, "-c", "import numpy"]
    return times(lambda: subprocess.run(command, check=True), 7)


@pytest.mark.parametrize("preload", [("numpy",), ("numpy", "matplotlib")], ids="-".join)
def test_start(record_property: Note, bare: list[float], preload: tuple[str, ...]) -> None:
    """A walled-in worker starts from a warden that is up; beside it, NumPy alone is imported."""
    with Warden.start(preload=preload) as warden:
        worker = warden.spawn(memory_mb=1536, cpu_s=60)
        assert level(worker.layers) != "degraded" or not sys.platform.startswith("linux")
        worker.close()
        workers = []
        starts = times(lambda: workers.append(warden.spawn(memory_mb=1536, cpu_s=60)), STARTS)
        for worker in workers:
            assert worker.alive
            worker.close()
    ratio = min(bare) / min(starts)
    record_property(
        "cost",
        f"worker start, {' and '.join(preload)} preloaded: {in_words(starts)};"
        f' python -c "import numpy": {in_words(bare)}, {ratio:.1f} times that',
    )


def test_tiny_call(record_property: Note) -> None:
    """ReLU of 3x4 numbers, there and back; beside it, one byte through two pipes."""
    Z = np.arange(12.0).reshape(3, 4) - 6
    request = Request((Call("ReLU", {"Z": Z}),))
    with Session.open(SOURCE) as session:

        def call() -> object:
            return session.run(request, deadline_s=5, max_body=1000).returned[0]

        assert np.array_equal(call(), np.maximum(0, Z))  # type: ignore[arg-type]
        calls = times(call, CALLS)
    echo = "import os\nwhile byte := os.read(0, 1): os.write(1, byte)"
    with subprocess.Popen(
        [sys.executable, "-c", echo], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdin
        assert other.stdout
        to, back = other.stdin.fileno(), other.stdout.fileno()
        pings = times(lambda: (os.write(to, b"x"), os.read(back, 1)), CALLS)
    record_property(
        "cost",
        f"a tiny call: {in_words(calls)}; a byte through two pipes: {in_words(pings)},"
        f" {min(calls) / min(pings):.0f} times that",
    )


def family(root: int) -> list[int]:
    """A process and all that descend from it."""
    found, queue = [], [root]
    while queue:
        pid = queue.pop()
        found.append(pid)
        with suppress(OSError):
            text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
            queue += [int(word) for word in text.split()]
    return found


def memory_mb(pid: int) -> float:
    """A process's share of the memory it has resident; all of it where the share is secret."""
    for name, field in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/{name}").read_text().splitlines():
                if line.startswith(field):
                    return int(line.split()[1]) / 1024
    return 0.0


def peak_of_a_grading(folder: Path, *options: str) -> tuple[float, int]:
    """Grade the reference as a program; the largest sum over its family, and how many samples."""
    (folder / "nn.py").write_text(REFERENCE, "utf-8")
    command = [sys.executable, "-m", "grader", "grade", str(folder / "nn.py")]
    command += ["--json", str(folder / "out.json"), *options]
    peak, samples, largest_family = 0.0, 0, 0
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            members = family(process.pid)
            largest_family = max(largest_family, len(members))
            peak = max(peak, sum(map(memory_mb, members)))
            samples += 1
            with suppress(subprocess.TimeoutExpired):
                process.wait(PERIOD_S)
    assert process.returncode == 0
    assert json.loads((folder / "out.json").read_text("utf-8"))["score"] == 100
    assert largest_family >= 3, "the warden and the worker must be seen"
    return peak, samples


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="looks into Linux's /proc")
def test_memory(tmp_path: Path, mnist: Path, record_property: Note) -> None:
    """Grader, warden and worker together stay under 500 MB through a grading on real MNIST."""
    peak, samples = peak_of_a_grading(tmp_path, "--data", str(mnist))
    record_property(
        "cost",
        f"memory of grader, warden and worker at its peak, standard profile on MNIST:"
        f" {peak:.0f} MB ({samples} samples)",
    )
    assert samples > 20
    assert peak < LIMIT_MB
