"""What many submissions have in common: the same misconception, the same set of failures."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from grader.render.words import lost
from grader.report import Finding, Report

Signature = frozenset[tuple[str, str]]
"""The checks that fail, each with the diagnosis that it was given, or nothing."""


@dataclass(frozen=True, slots=True)
class Misconception:
    """One mistake that failing checks were diagnosed with.

    Attributes:
        id: of the diagnosis.
        method: whose checks fail.
        hint: what most of them are told.
        keys: of the submissions, each once, in order.
    """

    id: str
    method: str
    hint: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Submissions that fail the same checks with the same diagnoses.

    Attributes:
        findings: those of the first of them.
        keys: of the submissions, at least two, in order.
    """

    findings: tuple[Finding, ...]
    keys: tuple[str, ...]


def misconceptions(reports: Mapping[str, Report]) -> tuple[Misconception, ...]:
    """Every misconception that was found, the one of most submissions first.

    Args:
        reports: graded ones, by the key of the submission.
    """
    keys: dict[tuple[str, str], dict[str, None]] = {}
    hints: dict[tuple[str, str], Counter[str]] = {}
    for key in sorted(reports):
        for check in filter(lost, reports[key].checks):
            if check.diagnosis is not None:
                what = (check.method, check.diagnosis.id)
                keys.setdefault(what, {})[key] = None
                hints.setdefault(what, Counter())[check.diagnosis.hint] += 1
    found = (
        Misconception(name, method, _most(hints[method, name]), tuple(who))
        for (method, name), who in keys.items()
    )
    return tuple(sorted(found, key=lambda one: (-len(one.keys), one.method, one.id)))


def clusters(reports: Mapping[str, Report]) -> tuple[Cluster, ...]:
    """Every set of failures that two submissions or more share, the largest first.

    Args:
        reports: graded ones, by the key of the submission.
    """
    alike: dict[Signature, list[str]] = {}
    for key in sorted(reports):
        signature = failing(reports[key])
        if signature:
            alike.setdefault(signature, []).append(key)
    found = [
        Cluster(tuple(filter(lost, reports[keys[0]].checks)), tuple(keys))
        for keys in alike.values()
        if len(keys) > 1
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.keys), one.keys)))


def failing(report: Report) -> Signature:
    """The failure signature of a submission; empty where nothing fails."""
    return frozenset(
        (check.id, check.diagnosis.id if check.diagnosis else "")
        for check in filter(lost, report.checks)
    )


def _most(hints: Counter[str]) -> str:
    """The most frequent, and of equals the first in the alphabet."""
    return min(hints, key=lambda hint: (-hints[hint], hint))
