"""Many programs graded at once: a pool of processes, each with a warden that stays warm."""

import multiprocessing
import signal
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from functools import lru_cache
from time import monotonic

from grader.grade import Options, grade
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
        BrokenProcessPool: a process died, e.g. for want of memory.
    """
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"))
    done = False
    try:
        with _deaf_to_ctrl_c():
            waiting: list[Future[Verdict]] = [
                pool.submit(grade_one, program, options, seed)
                for seed in seeds
                for program in programs
            ]
        for future in as_completed(waiting):
            yield future.result()
        done = True
    finally:
        pool.shutdown(wait=done, cancel_futures=True)
        if not done:
            for process in multiprocessing.active_children():
                process.terminate()


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
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
        raise KeyboardInterrupt


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
