"""The result for a terminal: a line a method, what failed in words, the training, the score."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.report import Finding, MethodResult, MethodStatus, Report, Status, Visibility

_MARKS = {
    MethodStatus.PASSED: ("✓", "green"),
    MethodStatus.PARTIAL: ("~", "yellow"),
    MethodStatus.FAILED: ("✗", "red"),
    MethodStatus.MISSING: ("-", "dim"),
    MethodStatus.SKIPPED: ("-", "dim"),
}


def render(report: Report, console: Console) -> None:
    """Print the Report. Text of the student's is printed as text, never as markup."""
    if not report.graded:
        console.print(Text("Not graded", style="bold red"), Text(f"  {report.reason}"))
        return
    console.print(_summary(report))
    _findings(report, console)
    if report.training:
        console.print(Text(_training(report)))
    if report.reason:
        console.print(Text(f"Note: {report.reason}", style="yellow"))
    console.print(
        Text(f"\nScore {report.score:g} / {report.max_score}", style="bold"),
        Text(f"  {report.submission.path}, profile {report.profile}, {report.duration_s:.1f} s"),
        end="\n",
    )


def _summary(report: Report) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column()
    table.add_column(justify="right")
    table.add_column()
    for method in report.methods:
        if not method.max_points and method.status is not MethodStatus.SKIPPED:
            continue
        mark, style = _MARKS[method.status]
        table.add_row(
            Text(mark, style=style),
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


def _findings(report: Report, console: Console) -> None:
    """What went wrong, method by method; checks with the same message share it."""
    for method, findings in _by_method(report.checks):
        console.print()
        console.print(Text(method, style="bold"))
        for message, titles in _by_message(findings):
            # What is not there fails every check of it; the list would say nothing.
            if findings[0].status is not Status.MISSING:
                for title in titles:
                    console.print(Padding(Text(title), (0, 0, 0, 2)))
            console.print(Padding(Text(message, style="yellow"), (0, 0, 0, 4)))
    console.print()


def _by_message(findings: Iterable[Finding]) -> list[tuple[str, list[str]]]:
    grouped: dict[str, list[str]] = {}
    for finding in findings:
        cost = f"  (0 of {finding.max_points:g})" if finding.max_points else ""
        grouped.setdefault(finding.message, []).append(f"{finding.title}{cost}")
    return list(grouped.items())


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


def _training(report: Report) -> str:
    training = report.training
    assert training is not None  # noqa: S101  the caller looked
    task = f"Training on {training.train_size} images of {training.dataset}, {training.iters} steps"
    if training.test_accuracy is None:
        return f"{task}: did not finish (threshold {training.threshold:.1%})"
    return (
        f"{task}: {training.test_accuracy:.1%} of unseen images "
        f"(threshold {training.threshold:.1%})"
    )
