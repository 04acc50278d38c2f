"""The result as classroom50's result/v1: a test a method, in whole points."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from grader.errors import UsageError
from grader.render.seen import out_of, seen
from grader.render.words import plain, refusal
from grader.report import Report

SCHEMA = "classroom50/result/v1"

REQUIRED = ("CLASSROOM", "ASSIGNMENT", "OWNER", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL")
"""What its runner sets in the environment; REVIEW_URL and ASSIGNMENT_TYPE may be absent."""

TYPES = ("individual", "group")

_TAG = re.compile(r"submit/(\d{4}-\d\d-\d\dT)([01]\d|2[0-3])-([0-5]\d)-([0-5]\d)Z")


def render(report: Report, environment: Mapping[str, str], now: datetime) -> bytes:
    """The Report as JSON, as a student may see it.

    Args:
        report: the result.
        environment: the variables of its runner.
        now: in UTC.

    Raises:
        UsageError: a variable is missing, or is not what the format can hold.
    """
    shown = seen(report)
    tests = _tests(shown) if shown.graded else [_row(f"This was {refusal(shown)}", 0, 0)]
    content = {
        "schema": SCHEMA,
        **_about(environment),
        "datetime": _submitted(environment["SUBMISSION_TAG"], now),
        "graded_at": _stamp(now),
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }
    return msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"


def _about(environment: Mapping[str, str]) -> dict[str, str]:
    missing = [name for name in REQUIRED if not environment.get(name)]
    if missing:
        raise UsageError(
            f"--classroom50 needs {', '.join(missing)} in the environment, as classroom50's runner "
            f"sets it; elsewhere use another format"
        )
    tag = environment["SUBMISSION_TAG"]
    if not tag.startswith("submit/"):
        raise UsageError(f"--classroom50: SUBMISSION_TAG is {tag!r}, and must begin with submit/")
    kind = environment.get("ASSIGNMENT_TYPE") or TYPES[0]
    if kind not in TYPES:
        raise UsageError(f"--classroom50: ASSIGNMENT_TYPE is {kind!r}, and must be {TYPES}")
    about = {
        "classroom": environment["CLASSROOM"],
        "assignment": environment["ASSIGNMENT"],
        "assignment_type": kind,
        "owner": environment["OWNER"],
        "submission": tag,
        "commit": environment["COMMIT_URL"],
        "release": environment["RELEASE_URL"],
        "review": environment.get("REVIEW_URL") or environment["COMMIT_URL"],
    }
    return {name: plain(value) for name, value in about.items()}


def _submitted(tag: str, now: datetime) -> str:
    """When it was handed in: the tag says so, whenever it is graded again."""
    found = _TAG.match(tag)
    return f"{found[1]}{found[2]}:{found[3]}:{found[4]}Z" if found else _stamp(now)


def _stamp(now: datetime) -> str:
    return f"{now:%Y-%m-%dT%H:%M:%SZ}"


def _tests(report: Report) -> list[dict[str, Any]]:
    """A row for each method that has points, in whole points that add up.

    A method's row is full only where the method is, and a row is never above what it can be.
    """
    methods = [method for method in report.methods if method.max_points]
    most = _whole([method.max_points for method in methods], round(out_of(report)))
    points = _whole([method.points for method in methods], int(report.score + 0.5))
    return [
        _row(
            method.name,
            worth if method.points >= method.max_points else max(0, min(earned, worth - 1)),
            worth,
        )
        for method, earned, worth in zip(methods, points, most, strict=True)
    ]


def _whole(values: Sequence[float], total: int) -> list[int]:
    """The values as whole numbers by largest remainder, so that they add up to the total."""
    whole = [int(value) for value in values]
    order = sorted(range(len(values)), key=lambda at: whole[at] - values[at])
    for at in order[: max(0, total - sum(whole))]:
        whole[at] += 1
    return whole


def _row(name: str, score: int, most: int) -> dict[str, Any]:
    passed = bool(most) and score == most
    return {"test-name": name, "passed": passed, "score": score, "max-score": most}
