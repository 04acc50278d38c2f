"""One submission, graded: opens the worker, runs the checks, and makes a Report of it all."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import monotonic

import pytest
from threadpoolctl import threadpool_limits

from grader import conventions, data, rubric
from grader.assemble import graded, not_graded
from grader.data import DataError, Dataset
from grader.diagnosis.diagnose import Diagnoser
from grader.errors import UsageError
from grader.exam import Exam, set_exam
from grader.judge import located
from grader.plugin import Plugin
from grader.report import Outcome, Report, Status, TrainingResult
from grader.rubric import Rubric
from grader.sandbox.confine import Level
from grader.sandbox.errors import SandboxError
from grader.sandbox.session import Session
from grader.sandbox.warden import Warden
from grader.solution import Misconception, load_catalogue, load_reference, read_reference
from grader.student import Student
from grader.submission import Submission

UNUSUAL_KB = 64
"""No nn.py that was written by hand is as large; trained weights are."""

CHECKS = Path(__file__).parent / "checks"

Progress = Callable[[Outcome, int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How to grade.

    Attributes:
        rubric: points, limits and thresholds.
        profile: which of the rubric's budgets of training.
        seed: of the cases and the training task.
        data: see data.load.
        require: how high the sandbox's walls must be; None takes what there is.
    """

    rubric: Rubric
    profile: str = "standard"
    seed: int = 0
    data: str | None = None
    require: Level | None = None

    @classmethod
    def default(cls) -> "Options":
        """The package's own rubric, and its seed."""
        loaded = rubric.load()
        return cls(loaded, seed=loaded.seed)


class Judging:
    """A submission that is open for its checks, with all that they may ask for."""

    def __init__(
        self, session: Session, submission: Submission, options: Options, progress: Progress
    ) -> None:
        """Put the parts together; nothing runs yet."""
        self.session = session
        self._submission = submission
        self._options = options
        self.reference = load_reference()
        self.student = Student(session, self.reference, options.rubric.limits)
        self.plugin = Plugin(
            self.student,
            self.reference,
            options.rubric.sizes,
            lambda: self.exam,
            seed=options.seed,
            examples=options.rubric.examples,
            check_s=options.rubric.limits.check_s,
            progress=progress,
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
    def training(self) -> TrainingResult:
        """How the training went."""
        accuracy = self.plugin.properties.get("test_accuracy")
        return TrainingResult(
            dataset=self.exam.dataset,
            train_size=self.exam.X_train.shape[1],
            iters=self.exam.iters,
            test_accuracy=round(accuracy, 4) if isinstance(accuracy, float) else None,
            threshold=round(self.exam.threshold, 4),
        )

    def outcomes(self) -> tuple[Outcome, ...]:
        """What has been judged; mistakes are called by their names where those are known."""
        sizes = self._options.rubric.sizes
        diagnoser = Diagnoser(self.student, self.reference, read_reference(), self.catalogue, sizes)
        return diagnoser.diagnose(self.plugin.outcomes)

    def loading(self) -> Outcome:
        """What became of the file itself; costs nothing."""
        loaded = self.session.loaded
        error = loaded.error
        return Outcome(
            id="submission::loads",
            method="submission",
            title="Importing nn.py",
            status=Status.RAISED if error else Status.PASSED,
            weight=0,
            message=located(error)
            if error
            else " ".join([*filter(None, [loaded.note]), *conventions.notices(loaded)]),
        )

    def size(self) -> Outcome:
        """Whether the file is as small as code is; a hint for a person, no verdict."""
        kilobytes = len(self._submission.source) / 1024
        large = kilobytes > UNUSUAL_KB
        return Outcome(
            id="submission::size",
            method="submission",
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
    progress: Progress = lambda _outcome, _total: None,
    warden: Warden | None = None,
) -> Iterator[Judging]:
    """Open a submission for its checks; the worker is gone when the block ends."""
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
        yield Judging(session, submission, options, progress)


def grade(
    submission: Submission,
    options: Options,
    progress: Progress = lambda _outcome, _total: None,
    warden: Warden | None = None,
) -> Report:
    """Grade a submission.

    Every outcome of the student's is a Report with status "graded"; what is our fault or the
    machine's is one with status "not_graded" and a reason.

    Args:
        submission: the student's nn.py, read.
        options: how to grade.
        progress: hears of every outcome, and how many there will be.
        warden: one that has been started already, while this module was imported.

    Raises:
        UsageError: an option makes no sense, or the data cannot be read.
        KeyboardInterrupt: the worker is gone by then.
    """
    started = monotonic()
    try:
        with judging(submission, options, progress, warden) as opened:
            # Wrong data or sizes, or a catalogue with an error, are told before anything runs.
            opened.exam, opened.catalogue  # noqa: B018
            fault = run_checks(opened.plugin)
            asked = opened.plugin.asked  # by the checks; what the diagnosis asks decides nothing
            _know_checks(options.rubric, opened.plugin.outcomes)
            return graded(
                submission,
                options.rubric,
                seed=options.seed,
                profile=options.profile,
                outcomes=(opened.loading(), opened.size(), *opened.outcomes()),
                asked=asked,
                training=opened.training,
                layers=opened.session.layers,
                fault=fault,
                note=opened.dataset.note,
                duration_s=monotonic() - started,
            )
    except SandboxError as error:
        reason = f"the worker could not be run: {error}"
        return not_graded(reason, submission, options.seed, options.profile, monotonic() - started)


def _know_checks(rubric: Rubric, outcomes: tuple[Outcome, ...]) -> None:
    """A misspelt name under `visibility` would show students what was meant to be hidden."""
    unknown = sorted(set(rubric.visibility) - {outcome.id for outcome in outcomes})
    if unknown and outcomes:
        raise UsageError(f"the rubric's visibility names {unknown[0]}, and there is no such check")


def run_checks(plugin: Plugin, checks: Path = CHECKS) -> str | None:
    """Run pytest over the checks in this process; returns why that failed, if it did.

    Nothing outside the package has a say: no conftest.py, no ini file, no environment variable
    and no installed plugin.
    """
    arguments = [
        str(checks),
        f"--rootdir={checks}",
        f"--confcutdir={checks}",
        f"--config-file={os.devnull}",
        "--import-mode=importlib",
        "--disable-plugin-autoload",
        "--assert=plain",
        "--capture=no",
        *(f"-pno:{name}" for name in ("cacheprovider", "terminal", "logging", "faulthandler")),
    ]
    hidden = {name: os.environ.pop(name) for name in _VARIABLES if name in os.environ}
    os.environ[_STORAGE] = os.devnull  # Hypothesis would keep notes in the current folder
    try:
        code = pytest.main(arguments, plugins=[plugin])
    finally:
        del os.environ[_STORAGE]
        os.environ.update(hidden)
        # @given keeps the settings of its module's import: the next run imports the checks anew.
        for name, module in list(sys.modules.items()):
            if (getattr(module, "__file__", None) or "").startswith(f"{checks}{os.sep}test_"):
                del sys.modules[name]
    if plugin.broken:
        return "; ".join(plugin.broken)
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        return f"pytest ended with {code!r}"
    return None


_STORAGE = "HYPOTHESIS_STORAGE_DIRECTORY"
_VARIABLES = (
    "PYTEST_ADDOPTS",
    "PYTEST_PLUGINS",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD",
    "HYPOTHESIS_PROFILE",
    _STORAGE,
)
