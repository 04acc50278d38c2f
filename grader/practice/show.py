"""What practice says: what fails, a line a method, and what only the real grader can tell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.assignment import GRADED, METHODS, TRAINING
from grader.practice.run import Practised
from grader.practice.settings import Real
from grader.render.words import plain
from grader.report import Outcome, Status

DEGRADED = (
    "On this machine your file runs in a process of its own, but without the walls that Linux puts "
    "around it: run files that you trust, like your own."
)

PURPOSE = (
    "Practice gives no points: it has no right answers, and holds your code against what every "
    "right program does, and against itself."
)


WAITS = "waits for gradient_descent"
SHOWS = "waits for get_predictions"
UNWRITTEN = "not written yet"
LEFT_OUT = "left out, which is allowed"


@dataclass(frozen=True, slots=True)
class Line:
    """How one method fares.

    Attributes:
        name: of the method, or "training".
        passed: how many checks pass and count.
        total: how many there are.
        word: instead of the numbers, where they would say little.
    """

    name: str
    passed: int
    total: int
    word: str = ""

    @property
    def done(self) -> bool:
        """Whether nothing fails."""
        return self.passed == self.total

    @property
    def verdict(self) -> str:
        """As a reader has it."""
        checks = "check passes" if self.total == 1 else "checks pass"
        return self.word or f"{self.passed} of {self.total} practice {checks}"


def lines(outcomes: Sequence[Outcome]) -> tuple[Line, ...]:
    """A line for each method, in the contract's order."""
    return tuple(
        _line_of(name, [o for o in outcomes if o.method == name], outcomes)
        for name in GRADED
        if any(o.method == name for o in outcomes)
    )


def _line_of(name: str, mine: Sequence[Outcome], outcomes: Sequence[Outcome]) -> Line:
    right = any(o.agreement and o.status is Status.PASSED for o in mine)
    # A shape or a purity is nothing to be proud of where no answer is right.
    passed = sum(o.status is Status.PASSED and (o.agreement or right) for o in mine)
    word = ""
    shows = name == "show_predictions" and any(
        o.method == "get_predictions" and o.status is not Status.PASSED for o in outcomes
    )
    if shows and not passed:
        word = SHOWS
    if all(o.status is Status.MISSING for o in mine):
        optional = name in METHODS and METHODS[name].optional
        if optional and any(o.status is Status.PASSED for o in outcomes):
            word = LEFT_OUT
        elif name == TRAINING:
            word = WAITS
        elif all(_is_plain(o) for o in mine):
            word = UNWRITTEN
    return Line(name, passed, len(mine), word)


def _is_plain(outcome: Outcome) -> bool:
    """Whether a message says that the method is not there, and nothing else."""
    name = outcome.method
    return outcome.message in {f"{name} is not written yet.", f"nn.py does not define {name}."}


def render(
    practised: Practised,
    left_out: Sequence[Real],
    console: Console,
    written: Mapping[str, str] | None = None,
) -> None:
    """Print it all, what to do next last. Text of the student's is text, never markup.

    Args:
        practised: what came of it.
        left_out: what only the real grader can tell.
        console: where to; on a terminal text is wrapped, elsewhere a message is one line.
        written: the programs that show failing cases, by method, where they were asked for.
    """
    if practised.error:
        _say(console, 0, f"nn.py cannot be run: {practised.error}", "red")
        _say(console, 0, "Next: mend that line, and run practice again.", "bold")
        return
    if practised.note:
        _say(console, 0, f"Note: {practised.note}", "yellow")
        console.print()
    summary = lines(practised.outcomes)
    for line in summary:
        _failures(console, line, practised, written or {})
    console.print(_table(summary, console))
    console.print()
    _cannot(console, left_out)
    if practised.level == "degraded":
        _say(console, 0, DEGRADED, "yellow")
    _say(console, 0, PURPOSE)
    _say(console, 0, f"Next: {_next(summary, written)}", "bold")


def _failures(
    console: Console, line: Line, practised: Practised, written: Mapping[str, str]
) -> None:
    mine = [o for o in practised.outcomes if o.method == line.name]
    told = [o for o in mine if o.status is not Status.PASSED and not _is_plain(o)]
    if not told or line.word in {WAITS, SHOWS}:
        return
    at = practised.defined.get(line.name)
    _say(console, 0, f"{line.name}  (line {at})" if at else line.name, "bold")
    for message, titles in _by_message(told):
        # What is not there fails every check of it; the list would say nothing.
        for title in titles if any(o.status is not Status.MISSING for o in mine) else ():
            _say(console, 2, title)
        _say(console, 4, message, "yellow")
    if line.name in written:
        _say(console, 4, f"A small case to run beside nn.py: {written[line.name]}")
    console.print()


def _by_message(outcomes: Iterable[Outcome]) -> list[tuple[str, list[str]]]:
    grouped: dict[str, list[str]] = {}
    for outcome in outcomes:
        grouped.setdefault(outcome.message, []).append(outcome.title)
    return list(grouped.items())


def _table(summary: Sequence[Line], console: Console) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    ascii_only = not console.encoding.lower().startswith("utf")
    for line in summary:
        mark, letter, style = ("✓", "+", "green") if line.done else ("✗", "x", "red")
        if line.word:
            mark, letter, style = "-", "-", "dim"
        table.add_row(
            Text(letter if ascii_only else mark, style=style),
            line.name,
            Text(line.verdict, style=style),
        )
    return table


def _cannot(console: Console, left_out: Sequence[Real]) -> None:
    """What practice leaves to the real grader, grouped by method."""
    never = [real for real in left_out if not real.own]
    partly = [real for real in left_out if real.own]
    for reals, heading in (
        (never, "Practice cannot check:"),
        (
            partly,
            "Practice cannot check if these are right, only if they agree with the rest of nn.py:",
        ),
    ):
        if not reals:
            continue
        _say(console, 0, heading, "bold")
        for method, group in groupby(reals, lambda real: real.method):
            _say(console, 2, f"{method}: {' '.join(real.title for real in group)}")
        console.print()


def _next(summary: Sequence[Line], written: Mapping[str, str] | None) -> str:
    failing = [line for line in summary if not line.done and not line.word]
    missing = [line for line in summary if line.word == UNWRITTEN]
    if failing:
        how = "" if written is not None else " With --examples DIR you get small cases to run."
        return f"look at {failing[0].name}; what comes after it may rest on it.{how}"
    if missing:
        return f"write {missing[0].name}."
    return "everything that practice can see is right. Read the list above once, and hand in nn.py."


def _say(console: Console, indent: int, text: str, style: str = "") -> None:
    text = plain(text)
    if console.is_terminal:
        console.print(Padding(Text(text, style=style), (0, 0, 0, indent)))
    else:
        console.print(Text(" " * indent + text), soft_wrap=True)
