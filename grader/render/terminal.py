"""The result for people: what failed in words, a line a method, the training, the score.

On a terminal, text is wrapped and indented; in a pipe every message is one line, for grep.
"""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.report import (
    Finding,
    MethodResult,
    MethodStatus,
    Report,
    Status,
    TrainingResult,
    Visibility,
)

_MARKS = {
    MethodStatus.PASSED: ("✓", "+", "green"),
    MethodStatus.PARTIAL: ("~", "~", "yellow"),
    MethodStatus.FAILED: ("✗", "x", "red"),
    MethodStatus.MISSING: ("-", "-", "dim"),
    MethodStatus.SKIPPED: ("-", "-", "dim"),
}


def render(report: Report, console: Console) -> None:
    """Print the Report, the score last. Text of the student's is text, never markup."""
    for method, findings in _by_method(report.checks):
        _line(console, 0, method, "bold")
        for message, titles in _by_message(findings):
            # What is not there fails every check of it; the list would say nothing.
            if findings[0].status is not Status.MISSING:
                for title in titles:
                    _line(console, 2, title)
            _line(console, 4, message, "yellow")
        console.print()
    console.print(_summary(report, console))
    if report.training and report.training.test_accuracy is not None:
        _line(console, 0, _training(report.training))
    if report.reason:
        _line(console, 0, f"Note: {report.reason}", "yellow")
    console.print()
    _line(console, 0, f"Score {report.score:g} / {report.max_score}", "bold")
    _line(
        console,
        0,
        f"{report.submission.path}, profile {report.profile}, {report.duration_s:.1f} s, "
        f"sandbox {report.sandbox.level}",
    )


def _line(console: Console, indent: int, text: str, style: str = "") -> None:
    if console.is_terminal:
        console.print(Padding(Text(text, style=style), (0, 0, 0, indent)))
    else:
        console.print(Text(" " * indent + text), soft_wrap=True)


def _summary(report: Report, console: Console) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column()
    table.add_column(justify="right")
    table.add_column()
    plain = not console.encoding.lower().startswith("utf")
    for method in report.methods:
        if not method.max_points and method.status is not MethodStatus.SKIPPED:
            continue
        mark, ascii_mark, style = _MARKS[method.status]
        table.add_row(
            Text(ascii_mark if plain else mark, style=style),
            method.name,
            f"{method.points:g} / {method.max_points:g}",
            Text(_word(method), style=style),
        )
    return table


def _word(method: MethodResult) -> str:
    if method.status is MethodStatus.SKIPPED:
        return "left out, as is allowed"
    if method.own_merit:
        return f"{method.status}, judged with what it calls made right"
    return str(method.status)


def _by_method(checks: Sequence[Finding]) -> list[tuple[str, list[Finding]]]:
    """The visible findings that have something to say, in order."""
    grouped: dict[str, list[Finding]] = {}
    loads = next((f for f in checks if f.method == "submission"), None)
    if loads and loads.status is not Status.PASSED:
        return [(loads.method, [loads])]  # all others fail for this one reason
    for finding in checks:
        silent = finding.status is Status.PASSED and not finding.message
        if not silent and finding.visibility is Visibility.VISIBLE:
            grouped.setdefault(finding.method, []).append(finding)
    return list(grouped.items())


def _by_message(findings: Iterable[Finding]) -> list[tuple[str, list[str]]]:
    """Checks with the same message share it."""
    grouped: dict[str, list[str]] = {}
    for finding in findings:
        cost = f"  (0 of {finding.max_points:g})" if finding.max_points else ""
        grouped.setdefault(finding.message, []).append(f"{finding.title}{cost}")
    return list(grouped.items())


def _training(training: TrainingResult) -> str:
    return (
        f"Training on {training.train_size} images of {training.dataset}, {training.iters} steps: "
        f"{training.test_accuracy:.1%} of unseen images (threshold {training.threshold:.1%})"
    )
