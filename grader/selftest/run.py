"""Many programs graded at once: a pool of processes, each with a warden that stays warm."""

from collections.abc import Generator, Sequence
from functools import lru_cache, partial
from time import monotonic

from grader.errors import GraderError
from grader.grade import grade
from grader.options import Options
from grader.pool import Processes, run_all
from grader.sandbox.warden import Warden
from grader.selftest.programs import Program
from grader.selftest.verdict import Verdict, judge
from grader.submission import Submission

PRELOAD = ("numpy", "matplotlib")


def grade_all(
    programs: Sequence[Program], options: Options, seeds: Sequence[int], jobs: int
) -> Generator[Verdict, None, None]:
    """Grade every program with every seed; verdicts come as they are ready.

    Closing the iterator, or Ctrl-C, ends the processes at once.

    Args:
        programs: what to grade.
        options: how; the seed is replaced.
        seeds: of the gradings.
        jobs: how many processes.

    Raises:
        UsageError: an option makes no sense, or the data cannot be read.
        GraderError: a program could not be graded: its process died, e.g. for want of memory.
    """
    tasks = [(program, seed) for seed in seeds for program in programs]
    with Processes(jobs) as pool:
        for done in run_all(partial(_graded, options), tasks, pool):
            if done.result is None:
                program, seed = done.job
                raise GraderError(f"{program.group}/{program.id}, seed {seed}: {done.lost}")
            yield done.result


def _graded(options: Options, task: tuple[Program, int]) -> Verdict:
    return grade_one(task[0], options, task[1])


def grade_one(program: Program, options: Options, seed: int) -> Verdict:
    """Grade one program in this process."""
    submission = Submission("nn.py", program.source)
    started = monotonic()
    report = grade(submission, _with(options, seed), warden=_warden())
    return judge(program, report, monotonic() - started)


def _with(options: Options, seed: int) -> Options:
    return Options(options.rubric, options.profile, seed, options.data, options.require)


@lru_cache(maxsize=1)
def _warden() -> Warden:
    """This process's own; it ends when the process does."""
    return Warden.start(preload=PRELOAD)
