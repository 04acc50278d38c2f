"""How far a batch has come: a bar on a terminal, a line now and then in a log, or nothing."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich import progress
from rich.console import Console

from grader.classroom.batch import Result
from grader.progress import Rate

TOLD_EVERY = 25
"""Submissions after which a log hears of the progress."""


class Progress:
    """Counts results; shows rate, time left, the mean of the scores, and what was not graded."""

    def __init__(self, total: int, *, quiet: bool, stopped: Callable[[], bool]) -> None:
        """Expect so many results; `stopped` says whether no more will begin."""
        self._console = Console(stderr=True, highlight=False, quiet=quiet)
        self._stopped = stopped
        self._told_stop = False
        self._total = total
        self._count = 0
        self._scores = 0.0
        self._graded = 0
        self._faults = 0
        columns = (
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            Rate(),
            progress.TimeRemainingColumn(),
            progress.TextColumn("{task.fields[so_far]}"),
        )
        self._bar = progress.Progress(
            *columns, console=self._console, transient=True, disable=not self._console.is_terminal
        )
        self._task = self._bar.add_task("grading", total=total, so_far="")

    def advance(self, result: Result) -> None:
        """One more."""
        self._count += 1
        if result.report.graded:
            self._graded += 1
            self._scores += result.report.score
        else:
            self._faults += 1
        self._bar.update(self._task, advance=1, so_far=self._so_far)
        if not self._console.is_terminal and self._count % TOLD_EVERY == 0:
            self._console.print(f"{self._count} of {self._total}, {self._so_far}")
        if self._stopped() and not self._told_stop:
            self._told_stop = True
            self._console.print("Finishing what is running; Ctrl-C once more drops it.")

    @property
    def _so_far(self) -> str:
        mean = f"mean {self._scores / self._graded:.1f}" if self._graded else ""
        faults = f"{self._faults} not graded" if self._faults else ""
        return ", ".join(filter(None, (mean, faults)))

    def __enter__(self) -> Self:
        """Begin to show it."""
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the terminal as it was."""
        self._bar.stop()
