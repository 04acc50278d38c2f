"""The result for GitHub: the Classroom reporter's payload, a job summary, and annotations.

The payload goes to a file and, in base64, to the step's output `result`; the summary to the job's
page; the annotations to the log, from where GitHub pins them to lines of the student's file.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from grader.render import markdown
from grader.render.files import append
from grader.render.seen import out_of, seen
from grader.render.source import defined
from grader.render.words import (
    all_told,
    by_method,
    fitting,
    lost,
    note,
    number,
    one_line,
    plain,
    refusal,
    verdict,
)
from grader.report import Finding, MethodResult, MethodStatus, Report

MOST_OUTPUT = 480
"""Characters of a test's output; the reporter shows fewer than 500."""

MOST_SAID = 1000
"""Characters of an annotation."""

ALLOWED = 600_000
"""Bytes of the payload: in base64 it must stay under GitHub's 1 MiB for the outputs of a job."""


def render(report: Report) -> bytes:
    """The reporter's payload as JSON, as a student may see it: a test a method, at least one."""
    shown = seen(report)
    return fitting(lambda most: _encoded(shown, most), ALLOWED)


def publish(report: Report, environment: Mapping[str, str], *, final: bool = True) -> None:
    """Add the output `result` to $GITHUB_OUTPUT and the summary to $GITHUB_STEP_SUMMARY.

    Where there are no such files nothing is written. Of two outputs of one name the last counts, so
    that one is there from the beginning; a summary is only added to, and waits for the end.

    Raises:
        OSError: one of them cannot be written.
    """
    if environment.get("GITHUB_OUTPUT"):
        line = b"result=" + b64encode(render(report)) + b"\n"
        append(line, Path(environment["GITHUB_OUTPUT"]))
    if environment.get("GITHUB_STEP_SUMMARY") and final:
        append(markdown.render(report) + b"\n", Path(environment["GITHUB_STEP_SUMMARY"]))


def annotations(report: Report, source: bytes = b"") -> str:
    """One `::error` for each method that fails, in lines for the log.

    Args:
        report: the result; only what a student may see of it is told.
        source: the file that was judged, for the lines where the methods are defined; line 1
            where they are not found.
    """
    return "".join(f"{line}\n" for line in _commands(seen(report), source))


def _commands(report: Report, source: bytes) -> Iterator[str]:
    if not report.graded:
        yield f"::error title=nn-grader::{_data(refusal(report, MOST_SAID))}"
        return
    lines = defined(source)
    for name, findings in by_method(report.checks):
        failing = [finding for finding in findings if lost(finding)]
        if failing:
            file = f"file={_property(plain(report.submission.path))}"
            title = _property(_title(name, report.methods))
            said = _data(_said(failing, MOST_SAID))
            yield f"::error {file},line={lines.get(name, 1)},title={title}::{said}"


def _title(name: str, methods: Iterable[MethodResult]) -> str:
    result = next((method for method in methods if method.name == name), None)
    if result is None or not result.max_points:
        return name
    return f"{name}: {result.points:g} of {result.max_points:g} points"


def _said(findings: Sequence[Finding], most: int) -> str:
    return plain(all_told(findings, most), most)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _encoded(report: Report, most: int) -> bytes:
    tests = [_test(report, method, most) for method in report.methods]
    if not tests:  # the reporter fails without one
        name, said = ("not shown here", note(report, most))
        status = "pass"
        if not report.graded:
            name, said, status = "grading", f"This was {refusal(report, most)}", "error"
        tests = [_row(report, name, status, 0, said)]
    failing = any(test["status"] == "fail" for test in tests)
    content = {
        "version": 3,
        "status": ("fail" if failing else "pass") if report.graded else "error",
        "max_score": number(out_of(report)),
        "tests": tests,
    }
    return msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"


def _test(report: Report, method: MethodResult, most: int) -> dict[str, Any]:
    mine = [finding for finding in report.checks if finding.method == method.name]
    failing = [finding for finding in mine if lost(finding)]
    passed = method.status in {MethodStatus.PASSED, MethodStatus.SKIPPED}
    row = _row(
        report,
        method.name,
        "pass" if passed else "fail",
        number(method.points),
        f"{method.points:g} / {method.max_points:g}, {verdict(method)}",
    )
    return row | {
        "output": _said(failing, min(most, MOST_OUTPUT)),
        "duration": round(sum(finding.duration_s for finding in mine), 3),
    }


def _row(report: Report, name: str, status: str, score: float, message: str) -> dict[str, Any]:
    return {
        "name": name,
        "status": status,
        "score": score,
        "message": message,
        "output": "",
        "test_code": "",
        "task_id": 0,
        "filename": one_line(report.submission.path),
        "line_no": 0,
        "duration": 0,
    }
