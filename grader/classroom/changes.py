"""Who moves by how much, when a class is graded anew."""

from collections.abc import Iterable
from dataclasses import dataclass

from grader.report import Report


@dataclass(frozen=True, slots=True)
class Change:
    """One entry whose result is another than before.

    Attributes:
        key: of the entry.
        before, after: the scores; None for not graded.
        methods: the methods whose points changed, with both.
    """

    key: str
    before: float | None
    after: float | None
    methods: tuple[tuple[str, float, float], ...]

    @property
    def by(self) -> float:
        """How far the score moves; 0 where there is none on one side."""
        if self.before is None or self.after is None:
            return 0.0
        return round(self.after - self.before, 2)


def changes(pairs: Iterable[tuple[str, Report, Report]]) -> list[Change]:
    """Who moves, the furthest first.

    Args:
        pairs: for each key the Report from before and the new one.
    """
    found = (_change(key, before, after) for key, before, after in pairs)
    return sorted(filter(None, found), key=lambda change: (-abs(change.by), change.key))


def _change(key: str, before: Report, after: Report) -> Change | None:
    old = {method.name: method.points for method in before.methods}
    new = {method.name: method.points for method in after.methods}
    names = dict.fromkeys([*new, *old])
    moved = tuple(
        (name, old.get(name, 0.0), new.get(name, 0.0))
        for name in names
        if old.get(name, 0.0) != new.get(name, 0.0)
    )
    scores = tuple(report.score if report.graded else None for report in (before, after))
    if scores[0] == scores[1] and not moved:
        return None
    return Change(key, scores[0], scores[1], moved)
