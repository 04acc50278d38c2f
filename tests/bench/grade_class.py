"""What a class costs on this machine: one process against two, and classes of growing size.

    python tests/bench/grade_class.py                       quick profile, embedded digits
    python tests/bench/grade_class.py --data mnist.npz --profile standard

Every grading is real: half of the submissions are right, half have a mistake of the catalogue, no
two are equal. Feedback and gradebook are written, as always. Read the ratios: they are of one run.
"""

# ruff: noqa: E402  the path has to be set first

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from time import perf_counter

import numpy as np
from rich.console import Console
from rich.table import Table

sys.path[:0] = [str(Path(__file__).parents[1])]

from support.files import ROOT

from grader.exits import OK
from grader.selftest.programs import collect

_KB = 1024


@dataclass(frozen=True, slots=True)
class Run:
    """One `grader batch`.

    Attributes:
        submissions: how many were graded.
        jobs: by so many processes.
        wall_s: from its start to its end.
        cpu_s: of all its processes.
        largest_mb: resident memory of the largest of them, at most.
    """

    submissions: int
    jobs: int
    wall_s: float
    cpu_s: float
    largest_mb: float


def hand_in(folder: Path, count: int) -> Path:
    """A class, the same in every run."""
    programs = collect().programs
    right = cycle([p.source for p in programs if p.group == "right"])
    wrong = cycle([p.source for p in programs if p.group == "catalogue"])
    made = folder / f"class-{count}"
    made.mkdir()
    for number in range(count):
        source = next(wrong if number % 2 else right)
        (made / f"s{number:05}.py").write_bytes(source + f"\n# {number}\n".encode())
    return made


def graded(folder: Path, count: int, jobs: int, options: list[str]) -> Run:
    """Grade a class of so many, and look at the clock.

    Raises:
        SystemExit: not everybody was graded.
    """
    with tempfile.TemporaryDirectory(dir=folder) as place:
        there = Path(place)
        line = ["batch", str(hand_in(there, count)), "--out", str(there / "out"), "--quiet"]
        line += ["--jobs", str(jobs), *options]
        began = perf_counter()
        process = subprocess.Popen([sys.executable, "-m", "grader", *line], cwd=ROOT)
        _, status, used = os.wait4(process.pid, 0)
        wall = perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != OK:
        raise SystemExit(f"grader batch ended with {process.returncode}")
    return Run(count, jobs, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / _KB)


def show(runs: list[Run], console: Console) -> None:
    """Print the table."""
    first = runs[0]
    table = Table("submissions", "processes", "wall", "a submission", "throughput", "CPU", "memory")
    for run in runs:
        each = run.wall_s / run.submissions
        faster = first.wall_s / first.submissions / each
        table.add_row(
            str(run.submissions),
            str(run.jobs),
            f"{run.wall_s:.1f} s",
            f"{each:.2f} s",
            f"x {faster:.2f}",
            f"{run.cpu_s / run.submissions:.2f} s",
            f"{run.largest_mb:.0f} MB",
        )
    console.print(table)
    console.print(
        f"Memory is of the largest process. {platform.machine()}, {len(os.sched_getaffinity(0))} "
        f"cores, load {os.getloadavg()[0]:.1f} before; Python {platform.python_version()}, NumPy "
        f"{np.__version__}"
    )


def main() -> None:
    """Grade classes, and say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="50,100,200,300", help="of the classes, by commas")
    parser.add_argument("--data", default="digits")
    parser.add_argument("--profile", default="quick")
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    data = str(Path(given.data).absolute()) if "." in given.data else given.data
    options = ["--data", data, "--profile", given.profile]
    console = Console(width=100)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runs = [graded(folder, sizes[0], jobs, options) for jobs in (1, 2)]
        runs += [graded(folder, size, 2, options) for size in sizes[1:]]
    show(runs, console)


if __name__ == "__main__":
    main()
