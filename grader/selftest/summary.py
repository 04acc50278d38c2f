"""Verdicts in numbers and lists, and whether they are good enough."""

from collections import Counter
from collections.abc import Callable, Sequence

import msgspec

from grader.assignment import GRADED
from grader.selftest.programs import GROUPS, Corpus, Group
from grader.selftest.verdict import Verdict

CAUGHT = 1.0
"""Of the mutants: full marks for a wrong method are what a grader must never give."""

BLAMED = 0.99
"""Of the mutants: in one pair of a hundred, one mistake may hide behind the other."""

NAMED = 0.95
"""Of the catalogue: two mistakes may look alike on every probe, and then neither is named."""

Pair = tuple[Verdict, Verdict]


class Row(msgspec.Struct, frozen=True):
    """How many mutants of a group there are, in a method or in all of them, and how they fared."""

    group: Group
    method: str | None
    mutants: int
    caught: int
    blamed: int
    named: int


class Summary(msgspec.Struct, frozen=True):
    """What the verdicts come to.

    Attributes:
        rows: the table: for each group its methods in the contract's order, then all of them.
        right: how many right programs there are.
        full: how many of them got full marks.
        survivors: mutants with full marks where they are wrong.
        misjudged: mutants that were caught, and cost other parts points as well.
        unnamed: mistakes of the catalogue that were not called by their names.
        punished: right programs that lost points.
        equivalent: mutants that are no mistakes.
        outdated: those of them that were caught all the same.
        faults: what the grader could not judge.
        flips: programs that lose points in other parts with another seed; an example each.
        wavering: programs that lose points in the same parts, by other checks.
        complaints: why the grader is not good enough; empty when it is.
    """

    rows: tuple[Row, ...]
    right: int
    full: int
    survivors: tuple[Verdict, ...]
    misjudged: tuple[Verdict, ...]
    unnamed: tuple[Verdict, ...]
    punished: tuple[Verdict, ...]
    equivalent: tuple[Verdict, ...]
    outdated: tuple[Verdict, ...]
    faults: tuple[Verdict, ...]
    flips: tuple[Pair, ...]
    wavering: tuple[Pair, ...]
    complaints: tuple[str, ...]


def summarise(corpus: Corpus, verdicts: Sequence[Verdict]) -> Summary:
    """Count; where there are several seeds, all but the flips are of a program's first verdict."""
    first: dict[tuple[str, str], Verdict] = {}
    for verdict in verdicts:
        first.setdefault((verdict.group, verdict.id), verdict)
    sound = [v for v in first.values() if not v.fault]
    mutants = [v for v in sound if not v.right]
    catalogue = [v for v in mutants if v.group == "catalogue"]
    right = [v for v in sound if v.group == "right"]
    survivors = [v for v in mutants if not v.caught]
    misjudged = [v for v in mutants if v.caught and not v.blamed]
    unnamed = [v for v in catalogue if not v.named]
    punished = [v for v in right if v.caught]
    equivalent = [v for v in sound if v.equivalent]
    outdated = [v for v in equivalent if v.caught]
    faults = [v for v in verdicts if v.fault]
    flips = _differing(verdicts, lambda v: set(v.lost))
    flipped = {one.id for one, _ in flips}
    complaints = (
        _at_least(CAUGHT, mutants, survivors, "mutants were caught"),
        _at_least(BLAMED, mutants, [*survivors, *misjudged], "mutants were blamed exactly"),
        _at_least(NAMED, catalogue, unnamed, "mistakes of the catalogue were named"),
        _at_least(1.0, right, punished, "right programs got full marks"),
        _none(faults, "could not be judged: a fault of the grader or of the machine"),
        _none(flips, "got another verdict with another seed"),
        _none([*outdated, *corpus.stale], "entries of equivalent.toml are out of date"),
    )
    return Summary(
        rows=tuple(_rows(mutants)),
        right=len(right),
        full=len(right) - len(punished),
        survivors=tuple(survivors),
        misjudged=tuple(misjudged),
        unnamed=tuple(unnamed),
        punished=tuple(punished),
        equivalent=tuple(equivalent),
        outdated=tuple(outdated),
        faults=tuple(faults),
        flips=tuple(flips),
        wavering=tuple(
            pair
            for pair in _differing(verdicts, lambda v: set(v.failed))
            if pair[0].id not in flipped
        ),
        complaints=tuple(complaint for complaint in complaints if complaint),
    )


def _at_least(share: float, of: Sequence[Verdict], bad: Sequence[Verdict], what: str) -> str | None:
    good = len(of) - len(bad)
    if good >= share * len(of):
        return None
    return f"{good} of {len(of)} {what}; at least {share:.0%} are expected"


def _none(bad: Sequence[object], what: str) -> str | None:
    return f"{len(bad)} {what}" if bad else None


def _rows(mutants: Sequence[Verdict]) -> list[Row]:
    table = []
    for group in GROUPS:
        mine = [v for v in mutants if v.group == group]
        for part in GRADED:
            of_part = [v for v in mine if v.methods[0] == part]
            table += [_row(group, part, of_part)] if of_part else []
        table += [_row(group, None, mine)] if mine else []
    return table


def _row(group: Group, method: str | None, verdicts: Sequence[Verdict]) -> Row:
    count = Counter[str]()
    for verdict in verdicts:
        count.update(name for name in ("caught", "blamed", "named") if getattr(verdict, name))
    return Row(group, method, len(verdicts), count["caught"], count["blamed"], count["named"])


def _differing(verdicts: Sequence[Verdict], what: Callable[[Verdict], object]) -> list[Pair]:
    """Of each program whose verdicts are not all the same, the first and the first other one."""
    first: dict[tuple[str, str], Verdict] = {}
    found: dict[tuple[str, str], Pair] = {}
    for verdict in (v for v in verdicts if not v.fault):
        key = (verdict.group, verdict.id)
        one = first.setdefault(key, verdict)
        if what(verdict) != what(one):
            found.setdefault(key, (one, verdict))
    return list(found.values())
