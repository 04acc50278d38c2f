"""What a class of thousands costs besides the judging: a batch on real dask workers that wait.

    python tests/bench/simulate_class.py                    measures a grading first
    python tests/bench/simulate_class.py --seconds 10       takes that as measured

Scheduler, workers, journal, feedback and gradebook are real. Judging is replaced by waiting for the
measured time, scaled down; so many waiting workers stand for so many cores of a class's machines.
"""

# ruff: noqa: E402  the path has to be set first

import argparse
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import perf_counter
from unittest.mock import patch

import msgspec
from rich.console import Console
from rich.table import Table

sys.path[:0] = [str(Path(__file__).parents[1])]

from support.clusters import at_once, machines, peak_mb, wait
from support.files import REFERENCE, SKELETON

from grader import rubric
from grader.classroom import batch, command, results, summary
from grader.classroom.cluster import Cluster
from grader.classroom.command import BatchCommand
from grader.classroom.grading import Settings, Task, judge
from grader.classroom.journal import Journal
from grader.exits import OK
from grader.pool import run_all

MANY = 100_000
MACHINES = (1, 10, 100)
_KB = 1024


@dataclass(slots=True)
class Clock:
    """Seconds that were spent in each part of a batch, in the process of `grader batch`."""

    spent: dict[str, float] = field(default_factory=dict)

    def around(self, part: str, function: Callable[..., object]) -> Callable[..., object]:
        """The function, with its time noted under this part."""

        def timed(*args: object, **more: object) -> object:
            began = perf_counter()
            try:
                return function(*args, **more)
            finally:
                self.spent[part] = self.spent.get(part, 0.0) + perf_counter() - began

        return timed


@dataclass(frozen=True, slots=True)
class Measured:
    """Of real gradings on one worker.

    Attributes:
        seconds: of a right submission, from being sent to being back; the first one, which starts
            the warden, is not counted.
        memory_mb: most resident memory of a worker and all that it has started, summed.
    """

    seconds: float
    memory_mb: float


@dataclass(frozen=True, slots=True)
class Simulated:
    """Of one batch with waiting workers.

    Attributes:
        submissions: how many.
        workers: how many.
        wait_s: that each of them took to be judged.
        whole_s: from the command's start to its end.
        parts: seconds of the command's own process, beside which workers wait on; scheduling and
            transport are measured by themselves, with workers that answer at once.
        memory_mb: its most resident memory, and the scheduler's.
    """

    submissions: int
    workers: int
    wait_s: float
    whole_s: float
    parts: dict[str, float]
    memory_mb: dict[str, float]

    @property
    def waited_s(self) -> float:
        """What the batch would take if nothing but the judging took time."""
        return self.submissions * self.wait_s / self.workers

    @property
    def own_s(self) -> float:
        """All that the command's own process did for one submission, but for waiting."""
        return sum(self.parts.values()) / self.submissions

    def overhead(self, wait_s: float) -> float:
        """The share of scheduling, journal and gradebook in the whole, if judging took so long.

        What the batch took above its waiting is shared out to the submissions of one worker.
        """
        extra = (self.whole_s - self.waited_s) * self.workers / self.submissions
        return extra / (extra + wait_s)


def measure(data: str, profile: str, times: int, folder: Path) -> Measured:
    """Grade the worked solution on one real worker, so many times and once more to begin with."""
    rules = rubric.load()
    settings = msgspec.json.encode(Settings(rules, profile, rules.seed, data, None))
    with machines(folder, workers=1) as there, Cluster(there.address) as pool:
        took = []
        for number in range(times + 1):
            began = perf_counter()
            task = Task("nn.py", f"{REFERENCE}\n# {number}\n".encode())
            pool.submit(partial(judge, settings, task)).result()
            took.append(perf_counter() - began)
        memory = pool.submit(peak_mb).result()
    return Measured(sum(took[1:]) / times, float(memory))


def place(folder: Path, name: str) -> Path:
    """A folder in a folder."""
    made = folder / name
    made.mkdir()
    return made


def hand_in(folder: Path, submissions: int) -> None:
    """A class: every second file is right, no two are equal."""
    for number in range(submissions):
        text = f"{SKELETON}\nclass Wrong: pass\n" if number % 2 else REFERENCE
        (folder / f"s{number:06}.py").write_text(f"# {number}\n{text}", "utf-8")


def judge_once(folder: Path) -> None:
    """Put what the grader really answers to the two files where the workers look for it."""
    rules = msgspec.structs.replace(rubric.load(), examples=2)
    settings = msgspec.json.encode(Settings(rules, "quick", 0, "digits", None))
    for name, text in (("right", REFERENCE), ("wrong", SKELETON)):
        (folder / name).write_bytes(judge(settings, Task("nn.py", text.encode())))


@contextmanager
def timed(clock: Clock, waiting: Callable[..., bytes], *, pages: bool) -> Iterator[None]:
    """Within the block judging is waiting, the parts of a batch are timed; pages may be empty."""
    parts = (
        (command, "collect", "reading the class"),
        (Journal, "find", "journal"),
        (Journal, "enter", "journal"),
        (results, "write", "results and feedback"),
        (summary, "write", "gradebook"),
    )
    with ExitStack() as stack:
        stack.enter_context(patch.object(batch, "judge", waiting))
        if not pages:
            empty = {**results.FORMATS, "html": lambda *_: b""}
            stack.enter_context(patch.object(results, "FORMATS", empty))
        for owner, name, part in parts:
            around = clock.around(part, getattr(owner, name))
            if owner is Journal:  # a method: its first argument is the journal
                stack.enter_context(patch.object(owner, name, partialmethod_of(around)))
            else:
                stack.enter_context(patch.object(owner, name, around))
        yield


def partialmethod_of(function: Callable[..., object]) -> Callable[..., object]:
    """A function that a class may hold."""

    def method(self: object, *args: object) -> object:
        return function(self, *args)

    return method


def simulate(
    folder: Path, submissions: int, workers: int, wait_s: float, *, pages: bool = True
) -> Simulated:
    """Grade a class on waiting workers.

    Args:
        folder: an empty one.
        submissions: how many.
        workers: how many.
        wait_s: that each submission takes, in seconds.
        pages: whether feedback has its HTML pages, too.

    Raises:
        SystemExit: not everybody was graded.
    """
    handed_in, answers = place(folder, "class"), place(folder, "answers")
    hand_in(handed_in, submissions)
    judge_once(answers)
    clock = Clock()
    with machines(place(folder, "machines"), workers=0) as there:
        for _ in range(workers):
            there.worker()
        all_there(there.address, workers)
        sending = submissions * sent_and_back(there.address)
        line = BatchCommand(
            handed_in,
            folder / "out",
            scheduler=there.address,
            data="digits",
            profile="quick",
            quiet=True,
        )
        began = perf_counter()
        with timed(clock, partial(wait, str(answers), wait_s), pages=pages):
            code = line.run()
        whole = perf_counter() - began
        scheduler = peak_mb(there.scheduler.pid)
    pages = len(list((folder / "out").glob("journal/*.json")))
    if code != OK or pages != submissions:
        raise SystemExit(f"exit code {code}, {pages} of {submissions} in the journal")
    clock.spent["scheduling, transport"] = sending
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KB
    memory = {"grader batch": own, "scheduler": scheduler}
    return Simulated(submissions, workers, wait_s, whole, clock.spent, memory)


def sent_and_back(address: str, times: int = 500) -> float:
    """Seconds a submission when workers answer at once: scheduling, and the way there and back."""
    tasks = [Task("nn.py", f"# {number}\n{REFERENCE}".encode()) for number in range(times)]
    settings = msgspec.json.encode(Settings(rubric.load(), "quick", 0, "digits", None))
    with Cluster(address) as pool:
        began = perf_counter()
        done = list(run_all(partial(at_once, settings), tasks, pool))
    return (perf_counter() - began) / len(done)


def all_there(address: str, workers: int) -> None:
    """Wait until all workers are known."""
    from distributed import Client  # noqa: PLC0415  only here

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=120)


def show(found: Simulated, seconds: float, memory_mb: float | None, cores: int) -> None:
    """Print the tables."""
    console = Console(width=100)
    n, title = found.submissions, f"{found.submissions} submissions, {found.workers} workers"
    table = Table(title=title, min_width=70)
    for head in ("", "whole", "a submission", f"of {seconds:g} s of judging"):
        table.add_column(head, justify="right" if head else "left")
    for name, value in found.parts.items():
        each = value / n
        table.add_row(name, f"{value:.1f} s", f"{each * 1000:.2f} ms", f"{each / seconds:.2%}")
    table.add_section()
    for name, value in (("waiting", found.waited_s), ("all, in parallel", found.whole_s)):
        table.add_row(name, f"{value:.1f} s", f"{value / n * 1000:.2f} ms", "")
    console.print(table)
    console.print(
        f"Lost to the workers beside their waiting: {found.overhead(found.wait_s):.1%} of the "
        f"whole at {found.wait_s:.3g} s of judging, {found.overhead(seconds):.2%} at {seconds:g} s."
    )
    if memory_mb is not None:
        console.print(f"Memory of a worker that grades: {memory_mb:.0f} MB at most.")
    for name, value in found.memory_mb.items():
        console.print(f"Memory of {name}: {value:.0f} MB at most.")
    far = Table(title=f"{MANY} submissions, {seconds:g} s each, machines of {cores} cores")
    for head in ("machines", "judging", "the command's own work", "takes"):
        far.add_column(head, justify="right")
    for count in MACHINES:
        judging = MANY * seconds / (count * cores)
        own = MANY * found.own_s
        takes = max(judging / (1 - found.overhead(seconds)), own)
        far.add_row(str(count), *(f"{value / 3600:.2f} h" for value in (judging, own, takes)))
    console.print(far)


def main() -> None:
    """Measure, simulate, and say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=5000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--seconds", type=float, help="a grading takes; otherwise it is measured")
    parser.add_argument("--scale", type=float, default=100, help="the waiting is so much shorter")
    parser.add_argument("--cores", type=int, default=8, help="of a machine, in the second table")
    parser.add_argument("--no-pages", action="store_true", help="leave HTML feedback empty")
    parser.add_argument("--data", default="auto")
    parser.add_argument("--profile", default="standard")
    parser.add_argument("--times", type=int, default=3, help="a grading is measured")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, seconds, memory = Path(name), given.seconds, None
        if seconds is None:
            data = str(Path(given.data).absolute()) if "." in given.data else given.data
            real = measure(data, given.profile, given.times, place(folder, "real"))
            seconds, memory = round(real.seconds, 2), real.memory_mb
        if given.submissions:
            wait_s, pages = seconds / given.scale, not given.no_pages
            found = simulate(folder, given.submissions, given.workers, wait_s, pages=pages)
            show(found, seconds, memory, given.cores)
        else:
            sys.stdout.write(f"{seconds:g} s a grading, {memory or 0:.0f} MB a worker\n")


if __name__ == "__main__":
    main()
