"""One outcome judged: did the grader tell right from wrong, and blame the part that is to blame?"""

from collections.abc import Iterable

import msgspec

from grader.assignment import TRAINING
from grader.judge import CORE, MOST_REPLACED
from grader.report import Finding, Report, Status
from grader.selftest.programs import Group, Program

_FAILED = {Status.FAILED, Status.RAISED, Status.TIMED_OUT, Status.CRASHED, Status.MISSING}
_NOT_WRITTEN = {Status.MISSING, Status.SKIPPED}
_MOST_SAID = 200


class Verdict(msgspec.Struct, frozen=True):
    """How one program was graded with one seed; a row of the kill matrix.

    Attributes:
        id, group, methods, equivalent: the program's.
        seed: of the grading.
        seconds: that it took.
        lost: the parts that lost points, and how many. A part that the rubric gives no points to
            stands here, with 0, where the program is wrong in it and one of its checks failed.
        failed: the checks that failed, in the order of the contract.
        said: what those said that cost points where none should be lost.
        caught: every wrong part lost points; for a right program, that any part did.
        blamed: every wrong part lost points, and no other part did.
        named: each mistake was called by its own id; for a mechanical mutant, by any.
        fault: why there is no verdict: the grader's own fault, or the machine's.
    """

    id: str
    group: Group
    methods: tuple[str, ...]
    seed: int
    seconds: float
    lost: dict[str, float]
    failed: tuple[str, ...]
    said: dict[str, str]
    caught: bool
    blamed: bool
    named: bool
    equivalent: str | None = None
    fault: str | None = None

    @property
    def right(self) -> bool:
        """Whether the program should lose nothing in the parts it is about."""
        return self.group == "right" or self.equivalent is not None


def judge(program: Program, report: Report, seconds: float) -> Verdict:
    """Hold the Report on a program against what is known of the program."""
    expected = set(program.methods)
    costly = [
        check
        for check in report.checks
        if check.points < check.max_points and check.id not in program.costs
    ]
    lost = {check.method: 0.0 for check in costly}
    for check in costly:
        lost[check.method] = round(lost[check.method] + check.max_points - check.points, 2)
    failed = [check for check in report.checks if check.status in _FAILED]
    worthless = {part.name for part in report.methods if not part.max_points}
    lost |= {check.method: 0.0 for check in failed if check.method in worthless & expected}
    excused = expected | _excused(program, report.checks)
    caught = expected <= lost.keys() if expected else bool(lost)
    return Verdict(
        id=program.id,
        group=program.group,
        methods=program.methods,
        seed=report.seed,
        seconds=round(seconds, 2),
        lost=lost,
        failed=tuple(check.id for check in failed),
        said={c.id: c.message[:_MOST_SAID] for c in costly if c.method not in excused},
        caught=caught,
        blamed=caught and lost.keys() <= excused,
        named=caught and _named(program, failed),
        equivalent=program.equivalent,
        fault=None if report.graded else report.reason or "not graded",
    )


def _excused(program: Program, checks: Iterable[Finding]) -> set[str]:
    """The training, where it cannot be passed on own merit: see judge.py.

    That is so where too many of the parts that train are wrong, or one is as good as not there.
    """
    core = CORE & set(program.methods)
    statuses: dict[str, set[Status]] = {name: set() for name in core}
    for check in checks:
        if check.method in core:
            statuses[check.method].add(check.status)
    absent = any(found <= _NOT_WRITTEN for found in statuses.values())
    return {TRAINING} if absent or len(core) > MOST_REPLACED else set()


def _named(program: Program, failed: Iterable[Finding]) -> bool:
    said = [(c.method, c.diagnosis.id) for c in failed if c.diagnosis is not None]
    if program.mistakes:
        return set(zip(program.methods, program.mistakes, strict=True)) <= set(said)
    return bool({method for method, _ in said} & set(program.methods))
