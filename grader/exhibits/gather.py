"""Gathers the exhibits of a submission that has been judged, while its worker still runs.

The verdicts are fixed by then, and nothing here can change one: what fails, hangs or crashes is
left out, and after a hang or a crash the submission is not asked for anything more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import TypeVar

import numpy as np

from grader.assignment import METHODS
from grader.exam import Exam
from grader.exhibits import gradients, training
from grader.exhibits.records import Exhibits, Gradient, Training
from grader.report import Outcome, Status
from grader.sandbox.errors import SandboxError, Stopped
from grader.student import Student

_T = TypeVar("_T")

_BACKWARD = "backward_propagation"


@dataclass(frozen=True, slots=True)
class Judged:
    """A submission after its checks.

    Attributes:
        source: the bytes of nn.py.
        student: the submission; its worker still runs.
        reference: the worked solution.
        exam: the training task.
        outcomes: of all checks.
        trained: what the training check recorded under "trained", if it came so far: W1, b1, W2
            and b2 after the training, the parts that the reference would answer for in it, and
            those of them that were called.
    """

    source: bytes
    student: Student
    reference: ModuleType
    exam: Exam
    outcomes: tuple[Outcome, ...]
    trained: object = None


def gather(judged: Judged) -> Exhibits:
    """Everything of this submission that can be shown; it never fails."""
    if judged.student.load_error:
        return Exhibits(judged.source)
    asking = _Asking()
    marked = asking.try_to(lambda: _marked(judged))
    followed = asking.try_to(lambda: _followed(judged, marked)) if marked else None
    wrong = asking.try_to(lambda: _gradients(judged)) or ()
    return Exhibits(judged.source, followed or marked, wrong)


class _Asking:
    """Asks for one exhibit after the other, until the submission hangs or crashes."""

    def __init__(self) -> None:
        self._over = False

    def try_to(self, make: Callable[[], _T]) -> _T | None:
        """What it makes, or None where that cannot be had."""
        if self._over:
            return None
        try:
            with np.errstate(all="ignore"):
                return make()
        except (Stopped, SandboxError):  # what hangs once may hang again
            self._over = True
        except Exception:  # noqa: BLE001, S110  a picture less, and no word about it
            pass
        return None


def _marked(judged: Judged) -> Training | None:
    if not isinstance(judged.trained, tuple):
        return None
    parameters, stubs, called = judged.trained
    return training.marked(judged.exam, parameters, _in_order(stubs), _in_order(called))


def _followed(judged: Judged, shown: Training) -> Training | None:
    if not isinstance(judged.trained, tuple) or judged.student.banned & {"gradient_descent"}:
        return None
    parameters, stubs, _ = judged.trained
    with judged.student.helped(frozenset(stubs)):
        return training.followed(judged.student, judged.reference, judged.exam, parameters, shown)


def _gradients(judged: Judged) -> tuple[Gradient, ...]:
    """With what backward_propagation calls made right where that is faulty, as it was judged."""
    if _BACKWARD in judged.student.banned:
        return ()
    called = frozenset(METHODS[_BACKWARD].collaborators)
    failed = {o.method for o in judged.outcomes if o.status is not Status.PASSED}
    faulty = called & (failed | judged.student.banned)
    there = {o.method for o in judged.outcomes if o.status is not Status.MISSING}
    failing = frozenset(o.id for o in judged.outcomes if o.status is Status.FAILED)
    with judged.student.helped(called if faulty else frozenset()):
        made_right = _in_order(faulty & there)
        return gradients.wrong(judged.student, judged.reference, failing, made_right)


def _in_order(names: object) -> tuple[str, ...]:
    """Those names of the contract, in its order."""
    return tuple(name for name in METHODS if isinstance(names, set | frozenset) and name in names)
