"""The result for people: what failed in words, a line a method, the training, the score.

On a terminal, text is wrapped and indented; in a pipe every message is one line, for grep.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from shlex import quote

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from grader.render.scripts import Written, scripts
from grader.render.seen import out_of, seen
from grader.render.source import defined
from grader.render.words import (
    UNLISTED,
    by_message,
    by_method,
    likely,
    plain,
    refusal,
    trained,
    verdict,
)
from grader.report import Finding, MethodResult, MethodStatus, Report
from grader.submission import printable

_MARKS = {
    MethodStatus.PASSED: ("✓", "+", "green"),
    MethodStatus.PARTIAL: ("~", "~", "yellow"),
    MethodStatus.FAILED: ("✗", "x", "red"),
    MethodStatus.MISSING: ("-", "-", "dim"),
    MethodStatus.SKIPPED: ("-", "-", "dim"),
}

FEW = 3
"""Methods that are told of a shared cause a line each; more of them share the line, too."""

BAR = 6
"""Characters of a full bar: with the words beside it a line of the summary has 80 at most."""


def render(
    report: Report, console: Console, written: Written | None = None, source: bytes = b""
) -> None:
    """Print the Report, the score last. Text of the student's is text, never markup.

    Only what a student may see is printed: this may be anybody's screen. Bars are drawn on a
    terminal alone: in a pipe, or where TERM is dumb (to be read aloud), the numbers beside them
    say the same.

    Args:
        report: what to print.
        console: where to.
        written: the files of small cases, where they were asked for.
        source: the file that was judged, for the lines where the methods stand.
    """
    if not report.graded:
        # Without checks it is the call that was wrong, and whoever made it must know why.
        told = seen(report) if report.checks else report
        _line(console, 0, f"grader: {refusal(told)}", "red")
        return
    report = seen(report)
    lines = defined(source)
    for methods, findings in _by_cause(by_method(report.checks)):
        _heading(console, [(_result(report, name), name) for name in methods], lines)
        for hint in dict.fromkeys(filter(None, map(likely, findings))):
            _line(console, 2, hint, "bold cyan")
        _cause(console, methods, findings)
        for text in (text for method in methods for text in _case(method, written)):
            _line(console, 4, text)
        console.print()
    if written is None and (found := scripts(report)):
        for text in _how(Path(report.submission.path), list(found)):
            _line(console, 0, text)
        console.print()
    for line in _summary(report, console):
        console.print(line, soft_wrap=not console.is_terminal)
    if trained(report.training):
        _line(console, 0, trained(report.training))
    if report.reason:
        _line(console, 0, f"Note: {report.reason}", "yellow")
    console.print()
    _line(console, 0, f"Score {report.score:g} / {out_of(report):g}", "bold")
    _line(
        console,
        0,
        f"{report.submission.path}, profile {report.profile}, {report.duration_s:.1f} s, "
        f"sandbox {report.sandbox.level}",
    )


def _result(report: Report, name: str) -> MethodResult | None:
    return next((method for method in report.methods if method.name == name), None)


def _heading(
    console: Console,
    methods: Sequence[tuple[MethodResult | None, str]],
    lines: Mapping[str, int],
) -> None:
    """Which methods the findings are of, what they earned, and where they stand in the file."""
    if len(methods) > FEW:
        _line(console, 0, ", ".join(name for _, name in methods), "bold")
        return
    for method, name in methods:
        facts = []
        if method is not None and method.max_points:
            facts.append(f"{method.points:g} of {method.max_points:g} points")
        if name in lines:
            facts.append(f"line {lines[name]}")
        _line(console, 0, f"{name}  ({', '.join(facts)})" if facts else name, "bold")


def _cause(console: Console, methods: Sequence[str], findings: Sequence[Finding]) -> None:
    """What failed, and why."""
    for message, titles in by_message(findings):
        # What is not there fails every check of it; the list would say nothing.
        if len(methods) == 1 and findings[0].status not in UNLISTED:
            for title in titles:
                _line(console, 2, title)
        _line(console, 4, message, "yellow")


def _how(path: Path, methods: Sequence[str]) -> Iterator[str]:
    """How to see it fail: the cases are programs that stand beside the file and import it."""
    others = f", likewise {', '.join(methods[1:])}" if methods[1:] else ""
    file, folder, first = (
        quote(str(place)) for place in (path, path.parent, path.with_name(f"{methods[0]}.py"))
    )
    yield f"Small cases to run: grader grade {file} --examples {folder}"
    yield f"then: python {first}{others}"


def _case(method: str, written: Written | None) -> Iterator[str]:
    if written and method in written.files:
        yield f"A small case to run beside nn.py: {printable(written.files[method])}"
    if written and method in written.kept:
        yield f"{printable(written.kept[method])} is not the grader's: left as it is"


def lines(console: Console, text: str) -> None:
    """Print lines as they are: nothing is wrapped, and what cannot be encoded is escaped."""
    console.file.write(text.encode(console.encoding, "backslashreplace").decode(console.encoding))


def _line(console: Console, indent: int, text: str, style: str = "") -> None:
    text = plain(text)
    if console.is_terminal:
        console.print(Padding(Text(text, style=style), (0, 0, 0, indent)))
    else:
        console.print(Text(" " * indent + text), soft_wrap=True)


def _summary(report: Report, console: Console) -> Iterator[Text]:
    """A line for each method that has points, or was left out."""
    only_ascii = not console.encoding.lower().startswith("utf")
    shown = [m for m in report.methods if m.max_points or m.status is MethodStatus.SKIPPED]
    names = max((len(method.name) for method in shown), default=0)
    earned = [f"{method.points:g} / {method.max_points:g}" for method in shown]
    for method, points in zip(shown, earned, strict=True):
        mark, ascii_mark, style = _MARKS[method.status]
        line = Text.assemble(
            (ascii_mark if only_ascii else mark, style),
            f"  {method.name:<{names}}  {points:>{max(map(len, earned))}}  ",
        )
        if console.is_terminal and not console.is_dumb_terminal:
            line.append(f"{_bar(method, only_ascii):<{BAR}}  ", style)
        yield line.append(verdict(method), style)


def _bar(method: MethodResult, only_ascii: bool) -> str:  # noqa: FBT001  a property of the console
    """The points as a bar; it is full, or empty, only where all, or none, of them were earned."""
    if not method.max_points:
        return ""
    share = method.points / method.max_points
    filled = round(BAR * share)
    if 0 < share < 1:
        filled = min(max(filled, 1), BAR - 1)
    full, empty = ("#", ".") if only_ascii else ("━", "╌")
    return full * filled + empty * (BAR - filled)


def _by_cause(
    grouped: Iterable[tuple[str, list[Finding]]],
) -> list[tuple[list[str], list[Finding]]]:
    """Methods that fail for one and the same reason are told of it once."""
    merged: list[tuple[list[str], list[Finding]]] = []
    for method, findings in grouped:
        reasons = {finding.message for finding in findings}
        for methods, others in merged:
            if len(reasons) == 1 and {finding.message for finding in others} == reasons:
                methods.append(method)
                others.extend(findings)
                break
        else:
            merged.append(([method], list(findings)))
    return merged
