"""What stands on the page, in words and in order: a Report and its exhibits, made ready to show.

Every text that may come from a student passes through words.plain here; the template escapes it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.assignment import METHODS, TRAINING
from grader.render import source
from grader.render.html import captions
from grader.render.html.exhibition import Album, Gallery, Heat
from grader.render.seen import out_of
from grader.render.words import (
    UNLISTED,
    by_method,
    case,
    likely,
    lost,
    one_line,
    plain,
    trained,
    verdict,
)
from grader.report import Finding, MethodResult, MethodStatus, Report

MOST_LINE = 160
"""Characters of a line of source."""

_NAMED = re.compile(r"\(line (\d{1,6})[:)]")
_FILE = "submission"


@dataclass(frozen=True, slots=True)
class Row:
    """A method in the table: `share` of its points, from 0 to 100, and `anchor` of its section."""

    name: str
    anchor: str | None
    status: MethodStatus
    points: str
    share: float
    weight: float
    verdict: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One message, and the checks that say it: the title of each, and what it cost."""

    message: str
    titles: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """What is to be said of one method that did not earn all its points.

    Attributes:
        name: of the method, or what else the section is about.
        anchor: where links lead.
        points: "3 / 8", or nothing.
        said: the findings.
        hints: which mistake it probably is.
        lines: of nn.py.
        program: a small case to run.
        heats: its gradients, as maps; `heat_note` is said of all of them.
    """

    name: str
    anchor: str
    points: str
    said: tuple[Said, ...]
    hints: tuple[str, ...]
    lines: tuple[source.Line, ...]
    program: str
    heats: tuple[Heat, ...]
    heat_note: str


@dataclass(frozen=True, slots=True)
class Page:
    """Everything on the page; see the template for where."""

    path: str
    graded: bool
    reason: str
    score: str
    total: str
    share: float
    headline: str
    start: Section | None
    built_on: str
    rows: tuple[Row, ...]
    sections: tuple[Section, ...]
    gallery: Gallery | None
    trained: str
    checks: tuple[tuple[str, str, str, str], ...]
    facts: tuple[tuple[str, str], ...]


def view(report: Report, file: bytes, album: Album, most: int) -> Page:
    """The page of a Report, and of its pictures, as a student may see both.

    Args:
        report: see seen.seen.
        file: the bytes of nn.py; empty where they are not known.
        album: of what seen.exhibited leaves.
        most: characters of one text.
    """
    sections = tuple(_sections(report, file, album, most))
    anchors = {section.name: section.anchor for section in sections}
    notes = dict(_notes(report, most))
    total = out_of(report)
    start = _start(report, sections)
    rows = tuple(
        _row(method, anchors.get(method.name), notes.get(method.name, ()))
        for method in report.methods
        if method.max_points or method.status is MethodStatus.SKIPPED
    )
    return Page(
        path=one_line(report.submission.path, most),
        graded=report.graded,
        reason=one_line(report.reason or "", most),
        score=f"{report.score:g}",
        total=f"{total:g}",
        share=_share(report.score, total),
        headline=captions.headline(report),
        start=start,
        built_on=captions.built_on(start.name) if start else "",
        rows=rows,
        sections=sections,
        gallery=album.gallery,
        trained=trained(report.training),
        checks=tuple(_check(finding, most) for finding in report.checks),
        facts=tuple(captions.facts(report)),
    )


def _start(report: Report, sections: Sequence[Section]) -> Section | None:
    """What to mend first: the file, where it cannot be run, or the first part that lost points."""
    broken = any(f.method == _FILE and lost(f) for f in report.checks)
    return next((s for s in sections if s.points or broken), None)


def _row(method: MethodResult, anchor: str | None, notes: tuple[str, ...]) -> Row:
    return Row(
        name=method.name,
        anchor=anchor,
        status=method.status,
        points=_points(method),
        share=_share(method.points, method.max_points),
        weight=method.max_points,
        verdict=verdict(method),
        notes=notes,
    )


def _points(method: MethodResult | None) -> str:
    return f"{method.points:g} / {method.max_points:g}" if method and method.max_points else ""


def _share(points: float, most: float) -> float:
    return round(100 * points / most, 2) if most else 0.0


def _notes(report: Report, most: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What is to be said of methods that lost nothing."""
    for name, findings in by_method(report.checks):
        if not any(lost(finding) for finding in findings):
            said = dict.fromkeys(plain(f.message, most) for f in findings if f.message)
            yield name, tuple(said)


def _sections(report: Report, file: bytes, album: Album, most: int) -> Iterator[Section]:
    methods = {method.name: method for method in report.methods}
    for name, findings in by_method(report.checks):
        if name != _FILE and not any(lost(finding) for finding in findings):
            continue
        failing = [finding for finding in findings if lost(finding)] or findings
        yield Section(
            name="nn.py itself" if name == _FILE else name,
            anchor=f"of-{name}",
            points=_points(methods.get(name)),
            said=tuple(_said(failing, most)),
            hints=tuple(_hints(failing, most)),
            lines=_lines(file, name, failing),
            program=next(filter(None, (case(f, most) for f in failing)), ""),
            heats=album.heats if name == "backward_propagation" else (),
            heat_note=album.heat_note,
        )


def _said(findings: Sequence[Finding], most: int) -> Iterator[Said]:
    for message in dict.fromkeys(finding.message for finding in findings):
        alike = [finding for finding in findings if finding.message == message]
        listed = not any(finding.status in UNLISTED for finding in alike)
        titles = ((plain(f.title, most), _cost(f)) for f in alike if listed)
        yield Said(plain(message, most), tuple(titles))


def _cost(finding: Finding) -> str:
    return f"0 of {finding.max_points:g}" if finding.max_points else ""


def _hints(findings: Sequence[Finding], most: int) -> Iterator[str]:
    hints = (likely(finding, most).removeprefix("Likely: ") for finding in findings)
    yield from dict.fromkeys(filter(None, hints))


def _lines(file: bytes, name: str, findings: Sequence[Finding]) -> tuple[source.Line, ...]:
    if not file or name == TRAINING:
        return ()
    named = next(filter(None, (_NAMED.search(finding.message) for finding in findings)), None)
    if name not in METHODS and named is None:
        return ()
    lines = source.excerpt(file, name, int(named[1]) if named else None)
    return tuple(
        source.Line(line.number, plain(line.text, MOST_LINE), line.named) for line in lines
    )


def _check(finding: Finding, most: int) -> tuple[str, str, str, str]:
    points = f"{finding.points:g} / {finding.max_points:g}" if finding.max_points else ""
    return (
        finding.method if finding.method != _FILE else "nn.py",
        plain(finding.title, most),
        str(finding.status).replace("_", " "),
        points,
    )
