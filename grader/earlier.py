"""What still stands of an earlier judgement of the same bytes, after some checks were changed.

A check that is as it was need not run again, as long as the checks that did run come out as before:
what is found faulty decides how later checks are tried. Where one comes out otherwise, nothing of
the earlier judgement is used, and the submission is judged as if for the first time.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from grader.assemble import Judgement
from grader.assignment import TRAINING
from grader.report import Outcome, Status

OURS = "submission"
"""The method of what is said about the file itself; it costs nothing, and is said anew."""

ENDED = frozenset({Status.PASSED, Status.FAILED, Status.RAISED, Status.MISSING})
"""How a check ends that leaves the worker, and what may be called, as it was."""


class Earlier(msgspec.Struct, frozen=True):
    """A judgement, and which of its checks have not changed since then.

    Attributes:
        judgement: of the same bytes, by the same rules but for some checks.
        same: the names of the checks that are as they were, e.g. loss::other_sizes.
    """

    judgement: Judgement
    same: frozenset[str]

    @property
    def recalled(self) -> Mapping[str, Outcome]:
        """The outcomes that may be used again, by id; of the training all or none."""
        kept = {o.id: o for o in self._judged if name_of(o.id) in self.same}
        trained = {o.id for o in self._judged if o.method == TRAINING}
        if trained <= kept.keys():
            return kept
        return {key: outcome for key, outcome in kept.items() if key not in trained}

    @property
    def training_stands(self) -> bool:
        """Whether the training need not be run again."""
        return any(outcome.method == TRAINING for outcome in self.recalled.values())

    def is_of_use(self) -> bool:
        """Whether running the other checks alone can lead to the same verdict as running all."""
        return (
            self.judgement.fault is None
            and bool(self.recalled)
            and all(outcome.status in ENDED for outcome in self._judged)
        )

    def told(self, outcomes: Iterable[Outcome]) -> bool:
        """Whether all that failed of these was diagnosed before."""
        recalled = self.recalled
        return all(o.status is Status.PASSED or o.id in recalled for o in outcomes)

    def bears(self, now: Judgement) -> bool:
        """Whether the checks that ran came out so that all others would come out as they did.

        Args:
            now: the judgement in which this one's outcomes were recalled.
        """
        before = {o.id: o for o in self._judged}
        after = {o.id: o for o in _checks(now.outcomes)}
        common = [key for key in before if key in after]
        return (
            now.fault is None
            and now.layers == self.judgement.layers
            and common == [key for key in after if key in before]
            and _firsts(before.values()) == _firsts(after.values())
            and all(_alike(before[key], after[key]) for key in common)
            and all(_passed(before[key]) for key in before.keys() - after.keys())
            and all(_passed(after[key]) for key in after.keys() - before.keys())
            and not _missing(now.outcomes) & (now.asked | self.judgement.asked)
        )

    @property
    def _judged(self) -> tuple[Outcome, ...]:
        return _checks(self.judgement.outcomes)


def name_of(check: str) -> str:
    """The name of the check that an id belongs to: of one with parameters there are several."""
    return check.partition("[")[0]


def _checks(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    return tuple(outcome for outcome in outcomes if outcome.method != OURS)


def _alike(one: Outcome, other: Outcome) -> bool:
    """Whether two outcomes have the same consequences for the checks that come after."""
    return (one.method, one.status, one.own_merit, one.agreement) == (
        other.method,
        other.status,
        other.own_merit,
        other.agreement,
    )


def _passed(outcome: Outcome) -> bool:
    """Whether it has no consequences."""
    return outcome.status is Status.PASSED and not outcome.own_merit


def _firsts(outcomes: Iterable[Outcome]) -> dict[str, str]:
    """The first check of each method: from there on it counts as judged."""
    return {o.method: o.id for o in reversed(tuple(outcomes))}


def _missing(outcomes: Sequence[Outcome]) -> frozenset[str]:
    """The parts that are not there at all; whether somebody calls them decides what they cost."""
    there = {o.method for o in outcomes if o.status is not Status.MISSING}
    return frozenset(o.method for o in outcomes) - there
