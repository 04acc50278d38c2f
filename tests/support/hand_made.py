"""Programs and Reports made by hand, for tests of what is judged from them."""

from support.reports import bare, finding

from grader.report import Diagnosis, MethodResult, MethodStatus, Status
from grader.selftest.programs import Program


def check(method, status=Status.FAILED, *, points=0.0, worth=5.0, named=None, name="right"):  # noqa: PLR0913  what tells checks apart
    """A check of a method; a failed one of five points unless told otherwise."""
    more = {} if status is Status.PASSED else {"points": points, "message": f"{method} is wrong."}
    diagnosis = Diagnosis(named, "A hint.") if named else None
    return finding(
        method, status=status, worth=worth, id=f"{method}::{name}", diagnosis=diagnosis, **more
    )


def report(*checks, status="graded", seed=7):
    """A Report of these checks; what they are worth is what their methods are worth."""
    worth = {}
    for each in checks:
        worth[each.method] = worth.get(each.method, 0) + each.max_points
    methods = (
        MethodResult(name, MethodStatus.FAILED, 0, points, own_merit=False)
        for name, points in worth.items()
    )
    reason = None if status == "graded" else "a check broke"
    return bare(checks, methods, status=status, seed=seed, reason=reason)


def mutant(*methods, group="catalogue", mistakes=(), **more):
    """A program with a mistake in these methods."""
    return Program("a mutant", group, methods, b"", mistakes, **more)
