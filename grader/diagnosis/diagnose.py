"""From outcomes to diagnoses: each failing method is probed once, and its mistake named."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from types import ModuleType

import msgspec
import numpy as np

from grader.assignment import METHODS, TRAINING, Sizes
from grader.diagnosis import behaviour, exceptions
from grader.diagnosis.match import match, rehearse, wrong
from grader.diagnosis.observe import Observation, Raised, labels, of_module, of_student
from grader.diagnosis.probes import Probe, probes
from grader.diagnosis.relations import pairs_of, relate
from grader.errors import OutOfTimeError
from grader.judge import CORE
from grader.report import Diagnosis, Outcome, Status
from grader.sandbox.errors import Stopped
from grader.solution import Misconception
from grader.student import Student

PROBED = frozenset({Status.FAILED, Status.RAISED, Status.MISSING})
"""How a check ended whose method can be asked again. One that is missing altogether is not."""

PATIENCE_S = 10.0
"""For the probes of all methods. What comes later is not diagnosed; its verdict stands without."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of one method: of it as a whole, of each wrong thing, and failing that.

    Attributes:
        whole: the mistake that explains everything.
        parts: by the name of a wrong thing, what explains that.
        otherwise: what else can be said.
        of: the names of all that is wrong.
    """

    whole: Diagnosis | None = None
    parts: Mapping[str, Diagnosis] = field(default_factory=dict)
    otherwise: Diagnosis | None = None
    of: tuple[str, ...] = ()

    def fitting(self, message: str) -> Diagnosis | None:
        """The diagnosis for a check with this message."""
        if self.whole:
            return self.whole
        named = [name for name in _things(message) if name in self.of]
        for name in named:
            if name in self.parts:
                return self.parts[name]
        if named or len(self.parts) != 1:
            return self.otherwise
        return next(iter(self.parts.values()))


class Diagnoser:
    """Names the mistakes of one submission, whose worker still runs."""

    def __init__(
        self,
        student: Student,
        reference: ModuleType,
        source: str,
        catalogue: Iterable[Misconception],
        assigned: Sizes,
    ) -> None:
        """Use the student after its checks; `source` is the reference's text."""
        self._student = student
        self._reference = reference
        self._source = source
        self._catalogue = tuple(catalogue)
        self._assigned = assigned
        self._end = 0.0

    def diagnose(self, outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
        """The same outcomes; those of failed checks with what is known of their method."""
        there = {o.method for o in outcomes if o.status is not Status.MISSING}
        failed = {o.method for o in outcomes if o.status in PROBED and not o.diagnosis} & there
        if failed & CORE:  # it is of those that the training fails
            failed -= {TRAINING}
        self._end = monotonic() + PATIENCE_S
        sound = {o.method for o in outcomes} - {
            o.method for o in outcomes if o.status is not Status.PASSED
        }
        found = {
            method: self._find(method, sound)
            for method in (*METHODS, TRAINING)
            if method in failed and method != "show_predictions"
        }
        return tuple(
            msgspec.structs.replace(o, diagnosis=found[o.method].fitting(o.message))
            if o.method in found and o.status in PROBED and o.diagnosis is None
            else o
            for o in outcomes
        )

    def _find(self, method: str, sound: set[str]) -> Found:
        part = METHODS["gradient_descent" if method == TRAINING else method]
        if part.name in self._student.banned or monotonic() > self._end:
            return Found()
        called = frozenset(part.collaborators)
        helpers = called if called - sound and method != TRAINING else frozenset()
        try:
            with self._student.helped(helpers), np.errstate(all="ignore"):
                return self._probe(method)
        except Stopped:  # what hangs on a probe may hang on the next
            self._end = 0.0
        except Exception:  # noqa: BLE001, S110  of this method nothing is known; of others something
            pass
        return Found()

    def _probe(self, method: str) -> Found:
        def ask(probe: Probe, seed: int) -> Observation:
            if monotonic() > self._end:
                raise OutOfTimeError(PATIENCE_S)
            return of_student(self._student, method, probe, seed=seed)

        cases = [labels(self._reference, method, p) for p in probes(method, self._assigned)]
        have = [ask(case, 0) for case in cases]
        right = [of_module(self._reference, method, case) for case in cases]
        known = rehearse(self._catalogue, self._reference, self._source, method, cases)
        whole, parts = match(known, have, right)
        if whole:
            return Found(whole)
        off, said = wrong(have, right), "gradient_descent" if method == TRAINING else method
        for name in off:
            related = relate(name, list(pairs_of(name, cases, have, right)), said)
            if related and name not in parts:
                parts = {**parts, name: related}
        raised = next((each for each in have if isinstance(each, Raised)), None)
        names = {name for each in right if not isinstance(each, Raised) for name in each}
        split = behaviour.Split(tuple(n for n in sorted(names) if n not in off), off)
        otherwise = (
            (None if parts else behaviour.by_repetition(ask, method, cases[0]))
            or behaviour.by_case(said, cases, have, right)
            or (exceptions.explained(said, raised) if raised else None)
            or (None if parts else behaviour.by_samples(ask, method, cases[0]))
            or (None if parts else split.told(method))
        )
        return Found(None, parts, otherwise, off)


def _things(message: str) -> Iterable[str]:
    """What a message speaks of, as observations name it."""
    for found in re.finditer(r"self\.(\w+)|the result|the argument \w", message):
        yield found[1] or found[0]
