"""What still stands of an earlier judgement of the same bytes, after some checks were changed.

A check that is as it was need not run again where that cannot change the verdict: the checks that
were changed, added or taken away are passed, then and now, and nothing had to be stopped. What is
found faulty decides how later checks are tried, so in all other cases nothing of the earlier
judgement is used, and the submission is judged as if for the first time.
"""

from collections.abc import Iterable, Mapping

import msgspec

from grader.assemble import Judgement
from grader.assignment import TRAINING
from grader.report import Outcome, Status

FILE = "submission"
"""The method of what is said about the file itself; it costs nothing, and is said anew."""

LOADS = "submission::loads"


class Earlier(msgspec.Struct, frozen=True):
    """A judgement, and which of its checks have not changed since then.

    Attributes:
        judgement: of the same bytes, by the same rules but for some checks.
        same: the names of the checks that are as they were, e.g. loss::other_sizes.
    """

    judgement: Judgement
    same: frozenset[str]

    def recalled(self) -> Mapping[str, Outcome]:
        """The outcomes that may be used again, by id; of the training all or none."""
        judged = _checks(self.judgement)
        kept = {key: o for key, o in judged.items() if name_of(key) in self.same}
        trained = {key for key, o in judged.items() if o.method == TRAINING}
        if trained <= kept.keys():
            return kept
        return {key: outcome for key, outcome in kept.items() if key not in trained}

    def is_of_use(self) -> bool:
        """Whether running the other checks alone can lead to the verdict of running all."""
        before = self.judgement
        gone = _checks(before).keys() - self.recalled().keys()
        return (
            before.fault is None
            and not before.stopped
            and bool(self.recalled())
            and all(_passed(_checks(before)[key]) for key in gone)
        )

    def stands(self, now: Judgement, budget_s: float) -> bool:
        """Whether all checks that did not run would come out as they did.

        Args:
            now: the judgement in which this one's outcomes were recalled.
            budget_s: the submission's, for all its checks.
        """
        before, after, recalled = _checks(self.judgement), _checks(now), self.recalled()
        common = [key for key in before if key in after]
        touched = {(before | after)[key].method for key in before.keys() ^ after.keys()}
        return (
            now.fault is None
            and not now.stopped
            and now.layers == self.judgement.layers
            and now.spent_s + self.judgement.spent_s < budget_s
            and _loading(now) == _loading(self.judgement)
            and common == [key for key in after if key in before]
            and _firsts(before.values()) == _firsts(after.values())
            and all(_passed(outcome) for key, outcome in after.items() if key not in recalled)
            and all(_alike(before[key], after[key]) for key in common)
            and all(_passed(before[key]) for key in common if before[key].method in touched)
            and not _missing(after.values()) & (now.asked | self.judgement.asked)
        )


def name_of(check: str) -> str:
    """The name of the check that an id belongs to: of one with parameters there are several."""
    return check.partition("[")[0]


def _checks(judgement: Judgement) -> dict[str, Outcome]:
    return {outcome.id: outcome for outcome in judgement.outcomes if outcome.method != FILE}


def _loading(judgement: Judgement) -> list[tuple[Status, str]]:
    """What became of the file itself."""
    return [(o.status, o.message) for o in judgement.outcomes if o.id == LOADS]


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


def _missing(outcomes: Iterable[Outcome]) -> frozenset[str]:
    """The parts that are not there at all; whether somebody calls them decides what they cost."""
    judged = tuple(outcomes)
    there = {o.method for o in judged if o.status is not Status.MISSING}
    return frozenset(o.method for o in judged) - there
