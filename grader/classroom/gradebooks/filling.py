"""What all sheets have in common: which row is on which line, and what is said of the others."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grader.classroom import columns
from grader.classroom.cells import clean, neutral
from grader.classroom.gradebook import Row
from grader.classroom.joining import join
from grader.classroom.names import called
from grader.classroom.roster import nobody
from grader.classroom.tables import Record, Table, listed
from grader.errors import UsageError
from grader.report import Report

_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Filled:
    """A sheet to hand to a platform.

    Attributes:
        content: its bytes.
        filled: how many people have got their points in it.
        left: who has not, each with why; in words, for the instructor.
        notes: what else the instructor should know.
    """

    content: bytes
    filled: int
    left: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """The rows of a gradebook on the lines of a sheet.

    Attributes:
        graded: lines that get points, with what was graded, in the order of the sheet.
        left: whom there is no line for, or no verdict, each with why.
    """

    graded: tuple[tuple[Record, Report], ...]
    left: tuple[str, ...]


def placed(book: Sequence[Row], sheet: Table, points: int) -> Placed:
    """Find each person's line; nobody is put on a line that may be another's.

    Args:
        book: the class.
        sheet: where to look.
        points: the column to be filled in; what stands there without a verdict is told.

    Raises:
        UsageError: no column of the sheet says who somebody is.
    """
    if not columns.tells_who(sheet.headings):
        raise UsageError(
            f"{sheet.name}: no column says who somebody is; its columns are "
            f"{listed(sheet.headings)}. Is it the sheet that the platform exports?"
        )
    lines = [record for record in sheet.records if not nobody(record)]
    people = [sheet.person(record) for record in lines]
    about = [
        (r, p) for r, p in zip(lines, people, strict=True) if p.name or p.id or p.email or p.login
    ]
    links = join([row.person for row in book], [person for _, person in about], "on the sheet")
    graded: dict[int, Report] = {}
    told: dict[int, str] = {}
    left: list[str] = []
    for row, link in zip(book, links, strict=True):
        if link.place is None:
            told |= dict.fromkeys(link.candidates, f"may be {row.called}")
            if row.key:
                left.append(f"{row.called}: {link.why or 'not on the sheet'}")
        elif row.verdict is not None:
            graded[link.place] = row.verdict
        else:
            told[link.place] = row.lacking
    for place, (record, person) in enumerate(about):
        if place not in graded:
            standing = clean(record.cell(points), _SHOWN)
            kept = f"; the sheet says {standing}, which was kept" if standing else ""
            why = told.get(place, "nothing of theirs was graded here")
            left.append(f"line {record.line}, {called(person)}: {why}{kept}")
    return Placed(tuple((about[place][0], graded[place]) for place in sorted(graded)), tuple(left))


def column(sheet: Table, names: Sequence[str], *, needed: str = "") -> int | None:
    """The column with one of these names (see columns.folded).

    Args:
        sheet: where to look.
        names: what it may be called.
        needed: how it is called in a message; if given, it must be there.

    Raises:
        UsageError: it is needed, and not there.
    """
    for place, heading in enumerate(sheet.headings):
        if columns.folded(heading) in names:
            return place
    if needed:
        raise UsageError(
            f"{sheet.name} has no column «{needed}»; its columns are {listed(sheet.headings)}. "
            f"Take the sheet as the platform exports it, in English if it can"
        )
    return None


def once(book: Sequence[Row], values: Callable[[Row], Sequence[str]]) -> dict[int, str]:
    """The rows that cannot be told apart from another row, by their place, each with why.

    Args:
        book: the rows.
        values: by what a platform knows a person.
    """
    seen = Counter(value for row in book for value in set(filter(None, values(row))))
    return {
        place: f"{', '.join(twice)} stands in several rows"
        for place, row in enumerate(book)
        if (twice := sorted(v for v in set(filter(None, values(row))) if seen[v] > 1))
    }


def by_hand(platform: str, what: str, *known: str) -> str:
    """Why a platform will not find somebody; nothing where it will.

    Args:
        platform: its name.
        what: what it looks for, in words.
        known: what there is of that.
    """
    given = [text for text in known if text.strip()]
    if not given:
        return f"has not {what}, by which {platform} finds people; enter the points by hand"
    if all(neutral(text) != text for text in given):
        return f"{', '.join(given)} looks like a formula and was changed; enter the points by hand"
    return ""


def amount(text: str) -> tuple[float, bool] | None:
    """The number in a cell, and whether it is written with a decimal comma; None if it is none."""
    text = text.strip().replace("\u00a0", "").replace(" ", "")
    comma = text.rfind(",") > text.rfind(".")
    # "1,000" is a thousand; "1,00" and "1,5" are not.
    if comma and "." not in text and len(text) - text.rfind(",") == len(",000"):
        comma = False
    plain = text.replace(".", "").replace(",", ".") if comma else text.replace(",", "")
    try:
        value = float(plain)
    except ValueError:
        return None
    return (value, comma) if 0 <= value < float("inf") else None


def scaled(report: Report, most: float) -> float:
    """The score as a share of what a platform gives for all of it."""
    return round(report.score * most / report.max_score, 2)
