"""A submission that is open for its checks: its worker, and all that checks may ask for."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property

import numpy as np
from threadpoolctl import threadpool_limits

from grader import conventions, data
from grader.assemble import Judgement
from grader.assignment import TRAINING
from grader.data import DataError, Dataset
from grader.diagnosis.diagnose import Diagnoser
from grader.earlier import FILE, LOADS, Earlier
from grader.errors import UsageError
from grader.exam import Exam, set_exam
from grader.exhibits.gather import Judged, gather
from grader.exhibits.records import Exhibits
from grader.judge import unloadable
from grader.options import Options
from grader.oracle import Oracle
from grader.plugin import Plugin
from grader.progress import SILENT, Progress
from grader.report import Outcome, Status, TrainingResult
from grader.sandbox.session import Session
from grader.sandbox.warden import Warden
from grader.solution import Misconception, load_catalogue, load_reference, read_reference
from grader.student import Student
from grader.submission import Submission

_FEW = 1000
"""Images that a loss is shown of while a training runs."""

UNUSUAL_KB = 64
"""No nn.py that was written by hand is as large; trained weights are."""


class Judging:
    """A submission that is open for its checks, with all that they may ask for."""

    def __init__(
        self,
        session: Session,
        submission: Submission,
        options: Options,
        progress: Progress,
        earlier: Earlier | None,
    ) -> None:
        """Put the parts together; nothing runs yet."""
        self.session = session
        self._submission = submission
        self._options = options
        self.reference = load_reference()
        self.student = Student(session, Oracle(self.reference), options.rubric.limits)
        if progress.watching:
            self.student.watch(self._trains)
        self._progress = progress
        self._earlier = earlier
        self._recalled = earlier.recalled() if earlier else {}
        self.plugin = Plugin(
            self.student,
            self.reference,
            options.rubric.sizes,
            lambda: self.exam,
            seed=options.seed,
            examples=options.rubric.examples,
            check_s=options.rubric.limits.check_s,
            progress=progress,
            recalled=self._recalled,
        )

    @cached_property
    def catalogue(self) -> tuple[Misconception, ...]:
        """The mistakes that have names."""
        return load_catalogue()

    @cached_property
    def dataset(self) -> Dataset:
        """The digits that the training check uses."""
        try:
            return data.load(self._options.data)
        except DataError as error:
            raise UsageError(str(error)) from None

    @cached_property
    def exam(self) -> Exam:
        """The training task."""
        return set_exam(
            self.dataset,
            self._options.rubric.profile(self._options.profile),
            self._options.rubric.sizes,
            self.reference,
            self._options.seed,
            self._submission.sha256,
        )

    @property
    def training(self) -> TrainingResult | None:
        """How the training went."""
        if self._trained_before is not None:
            return self._trained_before.training
        accuracy = self.plugin.properties.get("test_accuracy")
        return TrainingResult(
            dataset=self.exam.dataset,
            train_size=self.exam.X_train.shape[1],
            iters=self.exam.iters,
            test_accuracy=round(accuracy, 4) if isinstance(accuracy, float) else None,
            threshold=round(self.exam.threshold, 4),
        )

    @property
    def note(self) -> str | None:
        """What a reader should know of the digits that were used."""
        before = self._trained_before
        return self.dataset.note if before is None else before.note

    @property
    def _trained_before(self) -> Judgement | None:
        """The judgement that the training is recalled from, if it is."""
        trained = any(outcome.method == TRAINING for outcome in self._recalled.values())
        return self._earlier.judgement if self._earlier is not None and trained else None

    def _trains(self, step: int, steps: int, parameters: Mapping[str, object]) -> None:
        """Tell how far a training has come; what it is trained on are the exam's images."""
        shapes = {name: value.shape for name, value in self.exam.parameters.items()}
        arrays = {n: v for n, v in parameters.items() if isinstance(v, np.ndarray)}
        whole = {name: value.shape for name, value in arrays.items()} == shapes
        loss = self.exam.loss(arrays, _FEW) if whole and steps == self.exam.iters else None
        self._progress.trains(step, steps, loss)

    def outcomes(self) -> tuple[Outcome, ...]:
        """What has been judged; mistakes are called by their names where those are known."""
        if self._earlier is not None:  # what failed has its diagnosis; what fails now is not used
            return self.plugin.outcomes
        sizes = self._options.rubric.sizes
        diagnoser = Diagnoser(self.student, self.reference, read_reference(), self.catalogue, sizes)
        return diagnoser.diagnose(self.plugin.outcomes)

    def exhibits(self) -> Exhibits:
        """What there is to look at, once everything has been judged."""
        judged = Judged(
            self._submission.source,
            self.student,
            self.reference,
            self.exam,
            self.plugin.outcomes,
            self.plugin.properties.get("trained"),
        )
        return gather(judged)

    def loading(self) -> Outcome:
        """What became of the file itself; costs nothing."""
        loaded = self.session.loaded
        error = loaded.error
        return Outcome(
            id=LOADS,
            method=FILE,
            title="Importing nn.py",
            status=Status.RAISED if error else Status.PASSED,
            weight=0,
            message=unloadable(error)
            if error
            else " ".join([*filter(None, [loaded.note]), *conventions.notices(loaded)]),
        )

    def size(self) -> Outcome:
        """Whether the file is as small as code is; a hint for a person, no verdict."""
        kilobytes = len(self._submission.source) / 1024
        large = kilobytes > UNUSUAL_KB
        return Outcome(
            id="submission::size",
            method=FILE,
            title="Size of nn.py",
            status=Status.PASSED,
            weight=0,
            message=f"It has {kilobytes:.0f} kB: a person should look at what it holds."
            if large
            else "",
        )


@contextmanager
def judging(
    submission: Submission,
    options: Options,
    progress: Progress = SILENT,
    warden: Warden | None = None,
    earlier: Earlier | None = None,
) -> Iterator[Judging]:
    """Open a submission for its checks; the worker is gone when the block ends.

    Args:
        submission: the student's nn.py, read.
        options: how to grade.
        progress: hears of every check, and of the training.
        warden: one that has been started already.
        earlier: what need not be judged again.
    """
    limits = options.rubric.limits
    profile = options.rubric.profile(options.profile)
    with (
        # One thread: sums are made in one order on every machine, and small products are quicker.
        threadpool_limits(1, "blas"),
        Session.open(
            submission.source,
            memory_mb=max(limits.memory_mb, profile.memory_mb),
            load_deadline_s=limits.load_s,
            require=options.require,
            warden=warden,
        ) as session,
    ):
        yield Judging(session, submission, options, progress, earlier)
