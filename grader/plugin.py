"""The pytest plugin: the checks' fixtures, and every check sent through the judge.

running.py hands an instance to pytest.main, by_hand.py to a pytest that somebody started.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from math import inf
from time import monotonic
from types import MappingProxyType, ModuleType

import hypothesis
import pytest
from hypothesis.errors import UnsatisfiedAssumption

from grader.assignment import GRADED, Sizes
from grader.drawing import same_draws
from grader.errors import GraderError
from grader.example import example_of
from grader.judge import Judge
from grader.progress import SILENT, Progress
from grader.report import Outcome, Status
from grader.student import Student

MARK = "check"

MOST_TRIES = 20
"""How many cases are tried after a first failure, to find a smaller one that fails."""


class Plugin:
    """Gives the checks what they need and judges each of them."""

    def __init__(  # noqa: PLR0913  what a check may ask for
        self,
        student: Student,
        reference: ModuleType | None,
        sizes: Sizes,
        exam: Callable[[], object],
        *,
        seed: int,
        examples: int,
        check_s: float,
        progress: Progress = SILENT,
        recalled: Mapping[str, Outcome] = MappingProxyType({}),
    ) -> None:
        """Judge `student`; `progress` hears of every check, and `recalled` ones do not run."""
        self._judge = Judge(student)
        self._student = student
        self._reference = reference
        self._sizes = sizes
        self._make_exam = exam
        self._seed = seed
        self._examples = examples
        self._check_s = check_s
        self._enough = 0.0
        self._tried = False
        self._failure: Exception | None = None
        self._tries = 0
        self._progress = progress
        self._recalled = recalled
        self._order: deque[str] = deque()
        self._properties: dict[str, object] = {}
        self._broken: list[str] = []

    @property
    def broken(self) -> tuple[str, ...]:
        """What kept checks from running: our fault, or an instructor's own check's."""
        return tuple(self._broken)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What has been judged."""
        return self._judge.outcomes

    @property
    def asked(self) -> frozenset[str]:
        """The parts that the submission's code called while the reference answered for them."""
        return self._student.asked

    @property
    def stopped(self) -> frozenset[str]:
        """The parts that had to be stopped."""
        return self._judge.stopped

    @property
    def properties(self) -> dict[str, object]:
        """What checks recorded with pytest's record_property."""
        return dict(self._properties)

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Iterator[None]:
        """Import the checks under Hypothesis settings of our own, and put the old ones back.

        @given takes the settings that hold when a check's module is imported.
        """
        before = hypothesis.settings.get_current_profile_name()
        hypothesis.settings.register_profile(
            "grader",
            max_examples=self._examples,
            phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate, hypothesis.Phase.shrink],
            deadline=None,
            database=None,
            report_multiple_bugs=False,
            print_blob=False,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        hypothesis.settings.load_profile("grader")
        try:
            return (yield)
        finally:
            hypothesis.settings.load_profile(before)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the checks in the contract's order, and let each run through the judge."""
        checks = {item: _check(item) for item in items}
        items.sort(key=lambda item: GRADED.index(checks[item].method))
        self._order.extend(check.id for check in map(checks.__getitem__, items))
        items[:] = [item for item in items if checks[item].id not in self._recalled]
        for item in items:
            assert isinstance(item, pytest.Function)  # noqa: S101  _check refuses anything else
            item.obj = self._judged(checks[item], item.obj, len(items), item.user_properties)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Iterator[None]:
        """Let Hypothesis draw the same whatever else is imported; recall what comes last."""
        with same_draws():
            result = yield
        self._recall_up_to(None)
        return result

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make the marker and the fixtures known."""
        config.addinivalue_line("markers", f"{MARK}(method, points): a graded check of one method")
        config.pluginmanager.register(
            _fixtures(
                student=lambda: self._student,
                reference=lambda: self._reference,
                assigned=lambda: self._sizes,
                exam=self._make_exam,
            )
        )

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a file of checks that cannot be imported."""
        if report.failed:
            self._broken.append(f"{report.nodeid}: {report.longreprtext.splitlines()[-1]}")

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Note what broke outside any check, and keep pytest from printing it."""
        self._broken.append(str(excinfo.value) or excinfo.typename)
        return True

    def _judged(
        self,
        check: Outcome,
        function: Callable[..., object],
        total: int,
        properties: list[tuple[str, object]],
    ) -> Callable[..., None]:
        seeded = hypothesis.seed(self._seed)(function)
        if hasattr(seeded, "hypothesis"):
            seeded.hypothesis.inner_test = self._while_time_lasts(seeded.hypothesis.inner_test)

        @wraps(function)
        def run(**fixtures: object) -> None:
            self._recall_up_to(check.id)
            self._progress.begins(check, total)
            outcome = self._judge.judge(check, lambda: self._timed(seeded, fixtures))
            self._properties.update(properties)
            self._progress.ends(outcome)
            if outcome.status is not Status.PASSED:
                pytest.fail(outcome.message, pytrace=False)

        return run

    def _recall_up_to(self, check: str | None) -> None:
        """Recall what comes before a check, and need not run; for None, all that is left."""
        while self._order and (key := self._order.popleft()) != check:
            if key in self._recalled:  # or somebody deselected it, by hand
                self._judge.recall(self._recalled[key])

    def _timed(self, function: Callable[..., object], fixtures: dict[str, object]) -> None:
        self._enough = monotonic() + self._check_s
        self._tried, self._failure, self._tries = False, None, 0
        try:
            function(**fixtures)
        except Exception:
            # Once no more is tried, what Hypothesis makes of the rest is no news.
            standing = self._failed_for_good()
            if standing is not None:
                raise standing from None
            raise

    def _failed_for_good(self) -> Exception | None:
        """The smallest failure, once no more is tried."""
        return self._failure if self._is_enough() else None

    def _is_enough(self) -> bool:
        """Whether a check has found what it will; a count comes first, it is the same each time."""
        return self._tries >= MOST_TRIES or (self._tried and monotonic() > self._enough)

    def _while_time_lasts(self, test: Callable[..., object]) -> Callable[..., object]:
        """Draw no further cases once a check has used its time, or shrunk a failure long enough.

        Slow but right code passes by fewer cases; the fixed ones come first, and at least one is
        run. A failure that was found stands: the smallest, of those that were tried.
        """

        @wraps(test)
        def run(*arguments: object, **drawn: object) -> None:
            if self._is_enough():
                if self._failure is not None:
                    raise self._failure
                return
            self._tried = True
            self._tries += self._failure is not None
            try:
                test(*arguments, **drawn)
            except UnsatisfiedAssumption:  # the case is not one; nothing has failed
                raise
            except Exception as error:
                if self._failure is None or _size(error) <= _size(self._failure):
                    self._failure = error
                raise

        return run


def _size(error: Exception) -> float:
    """How large the case is that an exception tells of; what tells of none is larger than any."""
    example = example_of(error)
    return inf if example is None else example.size


def _fixtures(**values: Callable[[], object]) -> ModuleType:
    """A plugin with these fixtures, made once a session.

    pytest wants fixtures of that scope to be functions of a module, not methods of an object.
    """
    module = ModuleType("grader_fixtures")
    for name, value in values.items():
        setattr(module, name, pytest.fixture(scope="session", name=name)(value))
    return module


def _check(item: pytest.Item) -> Outcome:
    """What is known of a check before it runs; raises GraderError when its marker is wrong."""
    place = f"{item.path.name}::{item.name}"
    marker = item.get_closest_marker(MARK)
    if marker is None or not isinstance(item, pytest.Function):
        raise GraderError(f"{place} has no marker @pytest.mark.{MARK}(method, points=...)")
    method = marker.args[0] if marker.args else None
    points = marker.kwargs.get("points")
    if method not in GRADED:
        raise GraderError(f"{place}: {method!r} is not one of {', '.join(GRADED)}")
    if not isinstance(points, int) or points < 0:
        raise GraderError(f"{place}: points={points!r}; a whole number from 0 is expected")
    title = (item.function.__doc__ or "").strip().partition("\n")[0]
    if not title:
        raise GraderError(f"{place} has no docstring; its first line is the title students read")
    return Outcome(
        id=f"{item.path.stem.removeprefix('test_')}::{item.name.removeprefix('test_')}",
        method=method,
        title=title,
        status=Status.SKIPPED,
        weight=points,
        agreement=not marker.kwargs.get("property", False),
    )
