"""Makes Reports: of outcomes that were judged, and of what could not be judged."""

import platform
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import msgspec

import grader
from grader import scoring
from grader.report import (
    SCHEMA,
    Environment,
    Outcome,
    Report,
    SandboxState,
    Status,
    SubmissionInfo,
    TrainingResult,
)
from grader.rubric import TOTAL, Rubric
from grader.sandbox.confine import level
from grader.submission import Submission, printable


class Judgement(msgspec.Struct, frozen=True):
    """All that a grading has found out, before points.

    Attributes:
        submission: what was judged.
        seed: of the cases.
        profile: of the training.
        outcomes: of all checks, in order.
        asked: see scoring.score.
        stopped: the parts that hung or killed the worker, alone or beside others.
        spent_s: seconds of the submission's budget that the checks used.
        training: how the training went.
        layers: the state of the sandbox's layers.
        fault: why the checks could not all be run, if so.
        note: what a reader should know of a graded result.
        duration_s: of the whole.
        environment: where it was found out.
    """

    submission: SubmissionInfo
    seed: int
    profile: str
    outcomes: tuple[Outcome, ...]
    asked: frozenset[str]
    stopped: frozenset[str]
    spent_s: float
    training: TrainingResult | None
    layers: dict[str, str]
    fault: str | None
    note: str | None
    duration_s: float
    environment: Environment


def graded(judgement: Judgement, rubric: Rubric) -> Report:
    """The Report of a judgement by a rubric; a fault of ours in it makes it "not graded"."""
    outcomes, fault = judgement.outcomes, judgement.fault
    broken = next((o for o in outcomes if o.status is Status.GRADER_ERROR), None)
    if broken and not fault:
        fault = f"the check {broken.id} broke: {broken.message}"
    unjudged = sorted(
        name for name, points in rubric.points.items() if points and not _has(outcomes, name)
    )
    if unjudged and not fault:
        fault = f"no check judges {', '.join(unjudged)}, which the rubric gives points to"
    score, methods, findings = scoring.score(outcomes, rubric, judgement.asked)
    return Report(
        schema=SCHEMA,
        status="not_graded" if fault else "graded",
        reason=f"a fault of the grader, not of the submission: {fault}"
        if fault
        else judgement.note,
        submission=judgement.submission,
        score=0.0 if fault else score,
        max_score=TOTAL,
        seed=judgement.seed,
        profile=judgement.profile,
        duration_s=round(judgement.duration_s, 3),
        methods=methods,
        checks=findings,
        training=judgement.training,
        sandbox=SandboxState(level(judgement.layers), dict(judgement.layers)),
        environment=judgement.environment,
    )


def not_graded(
    reason: str, what: Submission | Path, seed: int, profile: str, duration_s: float = 0.0
) -> Report:
    """The Report of a submission that could not be judged, or a path that could not be read."""
    if isinstance(what, Submission):
        info = info_of(what)
    else:
        info = SubmissionInfo(printable(what), None, None)
    return Report(
        schema=SCHEMA,
        status="not_graded",
        reason=reason,
        submission=info,
        score=0.0,
        max_score=TOTAL,
        seed=seed,
        profile=profile,
        duration_s=round(duration_s, 3),
        methods=(),
        checks=(),
        training=None,
        sandbox=SandboxState("degraded", {}),
        environment=environment(),
    )


def info_of(submission: Submission) -> SubmissionInfo:
    """Which file it is."""
    return SubmissionInfo(submission.path, submission.sha256, len(submission.source))


def _has(outcomes: Sequence[Outcome], method: str) -> bool:
    return any(o.method == method and o.weight for o in outcomes)


def environment() -> Environment:
    """This machine's."""
    return Environment(
        python=platform.python_version(),
        numpy=metadata.version("numpy"),
        platform=f"{platform.system()} {platform.machine()}",
        grader=grader.__version__,
    )
