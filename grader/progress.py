"""Who hears how far a grading has come: a bar on a terminal, and nobody elsewhere."""

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from rich import progress
from rich.console import Console
from rich.text import Text

from grader.report import Outcome

_TITLE = 44
"""Characters of what is going on; with the bar and the time a line has 80."""


class Progress(Protocol):
    """Hears of each check when it begins and ends, and of a training while it runs."""

    @property
    def watching(self) -> bool:
        """Whether anybody looks: a training is only followed for those who do."""

    def begins(self, check: Outcome, total: int) -> None:
        """A check begins, of so many."""

    def trains(self, step: int, steps: int, loss: float | None) -> None:
        """A training has come to a step, at this loss (nats) where that is known."""

    def ends(self, outcome: Outcome) -> None:
        """A check has ended."""


class Silent:
    """Nobody hears."""

    watching = False

    def begins(self, check: Outcome, total: int) -> None:
        """Do nothing."""

    def trains(self, step: int, steps: int, loss: float | None) -> None:
        """Do nothing."""

    def ends(self, outcome: Outcome) -> None:
        """Do nothing."""


SILENT = Silent()


class Bar:
    """A bar on a terminal, nothing elsewhere; gone at the end of its block."""

    def __init__(
        self,
        console: Console,
        check: Callable[[], None],
        shown: Callable[[str], bool] = lambda _id: True,
    ) -> None:
        """Draw on a console.

        Args:
            console: nothing is drawn unless it is a terminal that draws.
            check: is called at every step, and may raise.
            shown: whether a check, by its id, may be spoken of.
        """
        self._check = check
        self._may_show = shown
        self._hides = False
        columns = (
            progress.TextColumn("{task.description}"),
            progress.BarColumn(20),
            progress.TimeElapsedColumn(),
        )
        self.watching = console.is_terminal and not console.is_dumb_terminal
        self._bar = progress.Progress(
            *columns, console=console, transient=True, disable=not self.watching
        )
        self._task = self._bar.add_task("starting".ljust(_TITLE), total=None)

    def begins(self, check: Outcome, total: int) -> None:
        """Show the check's title."""
        self._check()
        self._hides = not self._may_show(check.id)
        title = "a check that is not shown" if self._hides else check.title
        self._show(f"{check.method}: {title}", total=total)

    def trains(self, step: int, steps: int, loss: float | None) -> None:
        """Show the step, and the loss."""
        self._check()
        if self._hides:
            return
        said = "" if loss is None else f", loss {loss:.3g}"
        self._show(f"training: step {step} of {steps}{said}")

    def ends(self, outcome: Outcome) -> None:  # noqa: ARG002  its time will come in the summary
        """One more is done."""
        self._check()
        self._bar.advance(self._task)

    def _show(self, text: str, total: float | None = None) -> None:
        text = text if len(text) <= _TITLE else f"{text[: _TITLE - 1]}…"
        # Of a title that is no markup, or of a rubric's own check, nothing is obeyed.
        self._bar.update(self._task, description=_escaped(text.ljust(_TITLE)), total=total)

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


class Rate(progress.ProgressColumn):
    """How many tasks are done a minute."""

    def render(self, task: progress.Task) -> Text:
        """How many, or nothing while that is not known."""
        return Text(f"{60 * task.speed:.0f}/min" if task.speed else "")


def _escaped(text: str) -> str:
    return text.replace("[", "\\[")
