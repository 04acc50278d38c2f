"""Fair blame: how one check is tried, and whose fault it is when it fails.

A check runs as the student wrote everything. Where it fails and something that the method calls is
faulty too, it runs again with those parts answered by the reference: what passes then is right by
its own merit. What hung or killed the worker once is not called again.
"""

from collections.abc import Callable, Mapping
from time import monotonic
from types import MappingProxyType

import numpy as np
from hypothesis.errors import Flaky

from grader import conventions
from grader.assignment import GRADED, METHODS, TRAINING
from grader.counterexample import script
from grader.differences import listed
from grader.errors import Mismatch, OutOfTimeError, Undone
from grader.example import Example, call_of, example_of
from grader.probing import UNWRITTEN, Conventions
from grader.report import Diagnosis, Outcome, Status
from grader.sandbox.errors import OURS, Crashed, Stopped, StudentError, TimedOut
from grader.student import Student

CORE = frozenset(
    {"forward_propagation", "backward_propagation", "update_params", "gradient_descent"}
)
"""The parts that train. With two of them replaced it is no longer the student's training."""

AFTER_FORWARD: Mapping[str, frozenset[str]] = MappingProxyType(
    dict.fromkeys(
        ("backward_propagation", "cross_entropy_loss"), frozenset({"forward_propagation"})
    )
)
"""What reads the state of a forward pass, which the contract makes for it."""

MOST_REPLACED = 1

SHOWN = frozenset({Status.FAILED, Status.RAISED})
"""What a program of one's own can show."""

RESTS = "rests on"
"""A message that says so has told what to mend first."""

MOST_SAID = 200
"""Characters of a student's exception; the rest is seldom read."""


class Judge:
    """Judges checks in the order of the contract, and remembers what it has seen."""

    def __init__(self, student: Student) -> None:
        """Judge this submission."""
        self._student = student
        self._seen: list[Outcome] = []
        self._stalled: frozenset[str] = frozenset()
        self._script: str | None = None
        self._conventions = Conventions(student)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What has been judged so far."""
        return tuple(self._seen)

    @property
    def stopped(self) -> frozenset[str]:
        """The parts that had to be stopped: they are not called again, or only with helpers."""
        return self._stalled | self._student.banned

    def judge(self, check: Outcome, body: Callable[[], object]) -> Outcome:
        """Try one check.

        Args:
            check: its id, method, title and weight; status and message are filled in.
            body: runs the check, and raises when the submission fails it.
        """
        started = monotonic()
        self._student.trust(self._sound())
        self._script = None
        status, message, own_merit = self._try(check.method, body)
        told = self._conventions.told(check.method, status, message)
        if check.method == TRAINING and status is Status.FAILED and told == message:
            told = message = f"{message}{self._first()}"
        outcome = Outcome(
            id=check.id,
            method=check.method,
            title=check.title,
            status=status,
            weight=check.weight,
            agreement=check.agreement,
            own_merit=own_merit,
            message=told,
            diagnosis=Diagnosis("convention", told) if told != message else None,
            counterexample=self._script if status in SHOWN else None,
            duration_s=monotonic() - started,
        )
        self._seen.append(outcome)
        return outcome

    def recall(self, outcome: Outcome) -> None:
        """Take the outcome of a check that need not be tried again."""
        self._seen.append(outcome)

    def _try(  # noqa: PLR0911  one a way to end
        self, method: str, body: Callable[[], object]
    ) -> tuple[Status, str, bool]:
        if self._student.load_error:
            return Status.RAISED, unloadable(self._student.load_error), False
        if method in self._student.banned:
            return (*self._first_stop(method), False)
        needed = "gradient_descent" if method == TRAINING else method
        absent = conventions.absent(self._student.loaded, needed)
        if absent:
            return Status.MISSING, absent, False
        helpers = self._helpers(method)
        stalled = self._collaborators(method) & self._student.banned
        if not stalled and method not in self._stalled:
            status, message = self._run(method, body, frozenset())
            if method != TRAINING:  # a part that hangs only in the training is not made right in it
                helpers = self._helpers(method)
            if status in {Status.PASSED, Status.GRADER_ERROR} or not helpers:
                return status, self._resting(method, status, message), False
        elif not helpers:
            names = ", ".join(sorted(stalled))
            return Status.FAILED, f"It needs {names}, which had to be stopped before.", False
        status, message = self._run(method, body, helpers)
        if status is not Status.PASSED:
            return status, message, False
        blamed = self._collaborators(method) & self._faulty() - self._left_out()
        return status, _own_merit(method, blamed, self._student.called), True

    def _run(
        self, method: str, body: Callable[[], object], helpers: frozenset[str]
    ) -> tuple[Status, str]:
        try:
            # An answer of 1e308 overflows in our sums, too; that is its fault, and no warning.
            with self._student.helped(helpers), np.errstate(all="ignore"):
                body()
        except Stopped as stop:
            self._stop(method, stop.during or method, helped=bool(helpers))
            return explain(stop)
        except Exception as error:  # noqa: BLE001  explain() tells the student's faults from ours
            self._script = self._program(example_of(error), helped=bool(helpers))
            return explain(error, case=self._runs(method))
        return Status.PASSED, ""

    def _runs(self, method: str) -> bool:
        """Whether the method came to its end in an earlier check: then the case at hand matters."""
        ended = {Status.PASSED, Status.FAILED}
        return any(o.method == method and o.status in ended for o in self._seen)

    def _program(self, example: Example | None, *, helped: bool) -> str | None:
        """The failing case as a program, where the submission can be called by the contract."""
        called = [name for name, _ in example.calls] if example else []
        if not all(conventions.takes_as_agreed(self._student.loaded, name) for name in called):
            return None
        return script(example, helped=helped)

    def _stop(self, method: str, during: str, *, helped: bool) -> None:
        """Never again call what had to be stopped: alone, or until its helpers are cleared."""
        if during != method or helped or not self._helpers(method):
            self._student.ban(during)
        else:
            self._stalled |= {method}

    def _collaborators(self, method: str) -> frozenset[str]:
        if method == TRAINING:
            return frozenset(METHODS["gradient_descent"].collaborators) | {"gradient_descent"}
        return frozenset(METHODS[method].collaborators)

    def _sound(self) -> frozenset[str]:
        judged = frozenset(o.method for o in self._seen)
        return judged - {o.method for o in self._seen if o.status is not Status.PASSED}

    def _faulty(self) -> frozenset[str]:
        failed = {o.method for o in self._seen if o.status is not Status.PASSED}
        return frozenset(failed | self._student.banned) & METHODS.keys()

    def _resting(self, method: str, status: Status, message: str) -> str:
        """A message, and what to mend before it, where nobody can make that right for a check."""
        faulty = self._collaborators(method) & self._faulty() - self._left_out()
        known = self._student.solution is not None or method == TRAINING
        if known or not faulty or status not in SHOWN or RESTS in message:
            return message
        first = min(faulty, key=GRADED.index)
        return f"{message} This may be because of {first}, which fails too: mend that first."

    def _first(self) -> str:
        """What to mend before a training that fails can be looked at."""
        faulty = sorted(CORE & self._faulty(), key=GRADED.index)
        return f" Mend {listed(faulty)} first." if faulty else ""

    def _left_out(self) -> frozenset[str]:
        """Optional parts that are not there: allowed, and no fault."""
        missing = {o.method for o in self._seen if o.status is Status.MISSING}
        optional = {name for name, method in METHODS.items() if method.optional}
        there = {o.method for o in self._seen if o.status is not Status.MISSING}
        return frozenset(missing & optional - there - self._student.asked)

    def _helpers(self, method: str) -> frozenset[str]:
        """What to replace for a second try: nothing, where nothing that it calls is faulty."""
        if self._student.solution is None:
            return frozenset()
        faulty = self._collaborators(method) & self._faulty()
        if method != TRAINING:
            return self._collaborators(method) if faulty else frozenset()
        missing = {
            name
            for name in CORE
            if all(
                o.status is Status.MISSING for o in self._seen if o.method == name and o.agreement
            )
        }
        if len(faulty & CORE) > MOST_REPLACED or faulty & CORE & missing:
            return frozenset()
        return faulty

    def _first_stop(self, method: str) -> tuple[Status, str]:
        for seen in self._seen:
            if seen.method == method and seen.status in {Status.TIMED_OUT, Status.CRASHED}:
                return seen.status, f"Not called again: in an earlier check, {seen.message}"
        return Status.CRASHED, f"Not called again: {method} had to be stopped in an earlier check."


def _own_merit(method: str, blamed: frozenset[str], called: frozenset[str]) -> str:
    """What is said of a part that is right in itself: what it called of what is faulty.

    Where it called none of that, it relies on what the faulty parts left in the network.
    """
    if not blamed:
        return f"Your {method} is right in itself."
    passed_before = AFTER_FORWARD.get(method, frozenset())
    used = blamed & (called | passed_before) or blamed
    names = listed(sorted(used, key=GRADED.index))
    fails = f"what fails {'are' if len(used) > 1 else 'is'} {names}"
    if method == TRAINING:
        return f"The network learns; {fails}, made right for this training."
    uses = "calls" if used <= called - passed_before else "builds on"
    return f"Your {method} is right; {fails}, which it {uses}."


def explain(  # noqa: PLR0911  one a kind
    error: BaseException, *, case: bool = False
) -> tuple[Status, str]:
    """What a student is told about a failure, and whose fault it is.

    Args:
        error: what ended the check.
        case: of an exception, name the call as well: it is not raised in every one.
    """
    match error:
        case Undone():
            return Status.MISSING, str(error)
        case OutOfTimeError():
            return Status.TIMED_OUT, str(error)
        case Mismatch():
            return Status.FAILED, str(error)
        case StudentError(missing=True):
            return Status.MISSING, UNWRITTEN.format(error.during)
        case StudentError():
            return Status.RAISED, _raised(error, case=case)
        case TimedOut():
            what = error.during or "the call"
            return Status.TIMED_OUT, f"{what} {error}; is there an endless loop?"
        case Crashed():
            return Status.CRASHED, f"{error.during or 'the call'} {error}."
        case Flaky():
            return Status.FAILED, (
                "The same call gave different answers at different times. Is something random, "
                "or kept from one call to the next?"
            )
        case AssertionError():
            return Status.FAILED, str(error).partition("\n")[0] or "The check failed."
        case _:
            return Status.GRADER_ERROR, f"{type(error).__name__}: {error}"


def unloadable(error: StudentError) -> str:
    """Why a file cannot be run at all."""
    return f"nn.py cannot be run: {located(error).rstrip('.')}."


def located(error: StudentError) -> str:
    """An exception of the student's, with their own line."""
    said = f"{error.type_name}: {error.message[:MOST_SAID]}" if error.message else error.type_name
    if error.type_name in OURS:
        said = error.message
    if error.line is None:
        return said
    return f"{said} (line {error.line}{f': {error.source_line}' if error.source_line else ''})"


def _raised(error: StudentError, *, case: bool) -> str:
    if error.type_name == "NotImplementedError":
        return f"{error.during} calls {error.function}, which is not written yet."
    call = f"{call_of(error)}: " if case and call_of(error) else ""
    how = ":" if error.type_name in OURS else " raised"
    return f"{call}{error.during}{how} {located(error).rstrip('.')}."
