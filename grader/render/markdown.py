"""The result as Markdown, for a job summary, a comment or a mail. The student's text stays text."""

import re
from collections.abc import Iterator, Sequence

from grader.render.seen import out_of, seen
from grader.render.words import (
    UNLISTED,
    by_message,
    by_method,
    case,
    fitting,
    likely,
    note,
    plain,
    refusal,
    trained,
    verdict,
)
from grader.report import Finding, MethodStatus, Report

ALLOWED = 1_000_000
"""Bytes: a job summary on GitHub may have 1 MiB."""

_INDENT = "  "
_SPECIAL = re.compile(
    r"""
      [\\`*{}\[\]<>|~&@$^!]        # wherever they stand
    | [#=](?![ \d])                # a heading, and the line under one
    | (?<![^\W_])_ | _(?![^\W_])   # between letters it is text
    | :(?=/) | (?<!\d)\.(?=\w)     # what would become a link
    | ^[#=+-] | (?<=^\d)[.)] | (?<=^\d\d)[.)]  # a heading or a list, at the beginning of a line
    """,
    re.MULTILINE | re.VERBOSE,
)


def render(report: Report) -> bytes:
    """The Report as UTF-8 Markdown, as a student may see it, and no larger than ALLOWED."""
    shown = seen(report)
    return fitting(lambda most: "\n".join(_lines(shown, most)).encode() + b"\n", ALLOWED)


def escaped(text: str) -> str:
    """Text of which nothing is Markdown; its lines stay lines of one paragraph."""
    lines = (line.strip() for line in text.splitlines())
    return "\\\n".join(_SPECIAL.sub(r"\\\g<0>", line) for line in lines if line)


def fenced(code: str) -> list[str]:
    """Lines of a code block that the code cannot end."""
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}python", *code.splitlines(), fence]


def _lines(report: Report, most: int) -> Iterator[str]:
    path = escaped(plain(report.submission.path, most))
    if not report.graded:
        yield from ("## Not graded", "", escaped(refusal(report, most)), "", path)
        return
    yield from (f"## Score {report.score:g} / {out_of(report):g}", "", path)
    if note(report, most):
        yield from ("", escaped(note(report, most)))
    yield from ("", "| method | points | |", "|---|--:|---|")
    for method in report.methods:
        if method.max_points or method.status is MethodStatus.SKIPPED:
            points = f"{method.points:g} / {method.max_points:g}"
            yield f"| {method.name} | {points} | {verdict(method)} |"
    if trained(report.training):
        yield from ("", trained(report.training))
    for name, findings in by_method(report.checks):
        yield from ("", f"### {name}")
        yield from _method(findings, most)


def _method(findings: Sequence[Finding], most: int) -> Iterator[str]:
    for message, titles in by_message(findings):
        said = escaped(plain(message, most))
        if any(f.status in UNLISTED for f in findings if f.message == message):
            yield from ("", said)
            continue
        yield from ("", *(f"- {escaped(plain(title, most))}" for title in titles))
        if said:
            yield from ("", *_indented(said))
    for hint in dict.fromkeys(filter(None, (likely(finding, most) for finding in findings))):
        yield from ("", escaped(hint))
    # One program is enough to see the fault of a method by.
    program = next(filter(None, (case(finding, most) for finding in findings)), "")
    if program:
        yield from ("", "A small case, to run beside nn.py:", "", *fenced(program))


def _indented(text: str) -> list[str]:
    return [f"{_INDENT}{line}" for line in text.splitlines()]
