"""The result as PrairieLearn's results.json: a test a check, points as a share of one."""

from typing import Any

import msgspec

from grader.render.seen import out_of, seen
from grader.render.words import (
    case,
    fitting,
    likely,
    note,
    number,
    one_line,
    plain,
    refusal,
    trained,
    verdict,
)
from grader.report import Finding, Report

ALLOWED = 1_000_000
"""Bytes: PrairieLearn takes 1 MB."""


def render(report: Report) -> bytes:
    """The Report as JSON, as a student may see it, and no larger than ALLOWED.

    What was not graded is not "gradable": it costs the student no attempt.
    """
    shown = seen(report)
    return fitting(lambda most: _encoded(shown, most), ALLOWED)


def _encoded(report: Report, most: int) -> bytes:
    content = _graded(report, most) if report.graded else _not_graded(report, most)
    return msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"


def _not_graded(report: Report, most: int) -> dict[str, Any]:
    said = f"This was {refusal(report, most)}."
    return {"gradable": False, "score": 0, "message": said, "format_errors": [said], "tests": []}


def _graded(report: Report, most: int) -> dict[str, Any]:
    whole = out_of(report)
    said = filter(None, [note(report, most), trained(report.training)])
    lines = (
        f"{method.name}: {method.points:g} / {method.max_points:g}, {verdict(method)}"
        for method in report.methods
        if method.max_points
    )
    return {
        "gradable": True,
        "score": min(1.0, round(report.score / whole, 4)) if whole else 0,
        "message": "\n".join([f"Score {report.score:g} / {whole:g}", *said]),
        "output": "\n".join(lines),
        "tests": [_test(finding, most) for finding in report.checks],
    }


def _test(finding: Finding, most: int) -> dict[str, Any]:
    return {
        "name": one_line(finding.title, most),
        "description": finding.method,
        "points": number(finding.points),
        "max_points": number(finding.max_points),
        "message": "\n".join(filter(None, [plain(finding.message, most), likely(finding, most)])),
        "output": case(finding, most),
    }
