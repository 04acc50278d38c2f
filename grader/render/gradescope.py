"""The result as Gradescope's results.json: every check, each with its own visibility."""

from collections.abc import Iterator
from typing import Any

import msgspec

from grader.render.seen import seen
from grader.render.words import case, lost, note, number, one_line, plain, refusal, told, trained
from grader.report import Finding, Report, Status, Visibility


def render(report: Report) -> bytes:
    """The Report as JSON, whole: Gradescope keeps from students what is not visible.

    What is said to all, and by visible checks, repeats nothing of the others.
    """
    content: dict[str, Any] = {
        "score": number(report.score),
        "execution_time": report.duration_s,
        "output": _said(report),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": Visibility.VISIBLE,
        "stdout_visibility": Visibility.HIDDEN,
        "tests": list(_tests(report)) if report.graded else [],
    }
    return msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"


def _said(report: Report) -> str:
    shown = seen(report)
    if not report.graded:
        return f"This was {refusal(shown)}. The 0 is no verdict."
    # Of its own hidden tests Gradescope tells in its own way: the note is the Report's alone.
    return "\n".join(filter(None, [note(report), trained(shown.training)]))


def _tests(report: Report) -> Iterator[dict[str, Any]]:
    shown = iter(seen(report).checks)
    groups: list[str] = []
    counts: dict[str, int] = {}
    for finding in report.checks:
        if finding.method not in groups:
            groups.append(finding.method)
        if finding.visibility is not Visibility.VISIBLE:
            yield _test(finding)
            continue
        counts[finding.method] = counts.get(finding.method, 0) + 1
        # A gap in the numbers would tell of a hidden check: those have none.
        place = f"{groups.index(finding.method) + 1}.{counts[finding.method]}"
        yield {**_test(next(shown)), "number": place}


def _test(finding: Finding) -> dict[str, Any]:
    test: dict[str, Any] = {
        "name": f"{finding.method}: {one_line(finding.title)}",
        "name_format": "text",
        "output": "\n\n".join(filter(None, [told(finding), case(finding)])),
        "output_format": "text",
        "visibility": finding.visibility,
    }
    if finding.max_points:
        test |= {"score": number(finding.points), "max_score": number(finding.max_points)}
    if finding.status is not Status.SKIPPED or finding.max_points:
        test["status"] = "failed" if lost(finding) else "passed"
    return {name: plain(v) if name == "name" else v for name, v in test.items()}
