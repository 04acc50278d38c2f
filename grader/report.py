"""What a grading yields: frozen records that mirror the result schema, version 1.

A check's Outcome carries no points. scoring.py weighs outcomes by the rubric into Findings and
MethodResults, and a Report holds them all. Renderers read a Report and nothing else.
"""

from enum import StrEnum
from typing import Literal

import msgspec

SCHEMA = "nn-grader/result/v1"


class Status(StrEnum):
    """How a check ended. Only `grader_error` is our fault; it never costs the student points."""

    PASSED = "passed"
    FAILED = "failed"
    RAISED = "raised"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    MISSING = "missing"
    SKIPPED = "skipped"
    GRADER_ERROR = "grader_error"


class MethodStatus(StrEnum):
    """How a whole method fared."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    MISSING = "missing"
    SKIPPED = "skipped"


class Visibility(StrEnum):
    """When a student may see a check; the names are Gradescope's."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    AFTER_DUE_DATE = "after_due_date"
    AFTER_PUBLISHED = "after_published"


class Diagnosis(msgspec.Struct, frozen=True):
    """The misconception that a failing method's outputs match."""

    id: str
    hint: str


class Outcome(msgspec.Struct, frozen=True):
    """How one check went, before points.

    Attributes:
        weight: the check's share of its method's points.
        agreement: whether it compares answers; a check of a mere property (shape, purity) counts
            only where an agreement of the same method passed, or an empty method would earn it.
        own_merit: passed only once what the method calls had been made right.
        diagnosis: which mistake it is, where that is known.
    """

    id: str
    method: str
    title: str
    status: Status
    weight: int
    agreement: bool = True
    own_merit: bool = False
    message: str = ""
    diagnosis: Diagnosis | None = None
    counterexample: str | None = None
    duration_s: float = 0.0


class Finding(msgspec.Struct, frozen=True):
    """One check of the result: what was asked, how it went, and what it was worth."""

    id: str
    method: str
    title: str
    status: Status
    points: float
    max_points: float
    visibility: Visibility
    message: str
    diagnosis: Diagnosis | None
    counterexample: str | None
    duration_s: float


class MethodResult(msgspec.Struct, frozen=True):
    """One line of the summary."""

    name: str
    status: MethodStatus
    points: float
    max_points: float
    own_merit: bool


class SubmissionInfo(msgspec.Struct, frozen=True):
    """Which file was judged. `sha256` is of the bytes that were read, or null."""

    path: str
    sha256: str | None
    bytes: int | None


class TrainingResult(msgspec.Struct, frozen=True):
    """The accuracy threshold: `test_accuracy` is null when the training did not finish."""

    dataset: str
    train_size: int
    iters: int
    test_accuracy: float | None
    threshold: float


class SandboxState(msgspec.Struct, frozen=True):
    """How far the worker was walled in."""

    level: Literal["full", "strong", "degraded"]
    layers: dict[str, str]


class Environment(msgspec.Struct, frozen=True):
    """Where the grading ran."""

    python: str
    numpy: str
    platform: str
    grader: str


class Report(msgspec.Struct, frozen=True):
    """A whole result. `reason` says why nothing was graded, or what a reader should know."""

    schema: str
    status: Literal["graded", "not_graded"]
    reason: str | None
    submission: SubmissionInfo
    score: float
    max_score: int
    seed: int
    profile: str
    duration_s: float
    methods: tuple[MethodResult, ...]
    checks: tuple[Finding, ...]
    training: TrainingResult | None
    sandbox: SandboxState
    environment: Environment

    @property
    def graded(self) -> bool:
        """Whether the score is a verdict."""
        return self.status == "graded"
