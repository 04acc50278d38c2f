"""Programs and Reports made by hand, for tests of what is judged from them."""

from grader.report import (
    SCHEMA,
    Diagnosis,
    Environment,
    Finding,
    MethodResult,
    MethodStatus,
    Report,
    SandboxState,
    Status,
    SubmissionInfo,
    Visibility,
)
from grader.selftest.programs import Program


def check(method, status=Status.FAILED, *, points=0.0, worth=5.0, named=None, name="right"):  # noqa: PLR0913  what tells checks apart
    """A check of a method; a failed one of five points unless told otherwise."""
    return Finding(
        id=f"{method}::{name}",
        method=method,
        title="It is right.",
        status=status,
        points=worth if status is Status.PASSED else points,
        max_points=worth,
        visibility=Visibility.VISIBLE,
        message="" if status is Status.PASSED else f"{method} is wrong.",
        diagnosis=Diagnosis(named, "A hint.") if named else None,
        counterexample=None,
        duration_s=0.1,
    )


def report(*checks, status="graded", seed=7):
    """A Report of these checks; what they are worth is what their methods are worth."""
    worth = {}
    for finding in checks:
        worth[finding.method] = worth.get(finding.method, 0) + finding.max_points
    return Report(
        schema=SCHEMA,
        status=status,
        reason=None if status == "graded" else "a check broke",
        submission=SubmissionInfo("nn.py", None, None),
        score=0,
        max_score=100,
        seed=seed,
        profile="quick",
        duration_s=1.0,
        methods=tuple(
            MethodResult(name, MethodStatus.FAILED, 0, points, own_merit=False)
            for name, points in worth.items()
        ),
        checks=checks,
        training=None,
        sandbox=SandboxState("full", {}),
        environment=Environment("3", "2", "linux", "0"),
    )


def mutant(*methods, group="catalogue", mistakes=(), **more):
    """A program with a mistake in these methods."""
    return Program("a mutant", group, methods, b"", mistakes, **more)
