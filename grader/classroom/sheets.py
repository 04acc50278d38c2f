"""`grader gradebook`: the results of a batch on the sheets of a platform."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rich.console import Console

from grader.classroom import gradebook, results, roster, standing, summary, tables
from grader.classroom.gradebook import Row
from grader.classroom.gradebooks import canvas, github_classroom, gradescope, moodle
from grader.classroom.gradebooks.filling import Filled
from grader.ending import ended
from grader.errors import UsageError
from grader.exits import BELOW, OK
from grader.render import files

_TITLE = re.compile(r"(?P<title>.*?)\s*\((?P<id>\d+)\)\s*")
"""An assignment as Canvas heads its column: its title, and its number in brackets."""


@dataclass(frozen=True, slots=True)
class GradebookCommand:
    """The options of `grader gradebook`, as they were given."""

    folder: Path
    roster: Path | None = None
    canvas: Path | None = None
    canvas_new: str | None = None
    assignment: str | None = None
    moodle: Path | None = None
    github_classroom: Path | None = None
    gradescope: bool = False

    def run(self) -> int:
        """Write and tell; returns the exit code."""
        return ended(self._run)

    def _run(self) -> int:
        console = Console(highlight=False)
        current = standing.read(self.folder)
        if current is None:
            raise UsageError(
                f"{self.folder} holds no results; make some: grader batch FOLDER --out "
                f"{self.folder}"
            )
        people = roster.read(self.roster, console.print) if self.roster else None
        reports = results.read_all(self.folder, current)
        book = gradebook.rows(roster.match(standing.entries(current), people), reports)
        sheets = list(self._sheets(book, current.layout))  # all of them, or none is written
        if not sheets:
            raise UsageError(
                "name a sheet to fill in: --canvas, --canvas-new, --moodle, --github-classroom or "
                "--gradescope; the plain one is there already, as gradebook.csv"
            )
        for name, filled in sheets:
            path = self.folder / name
            files.write(filled.content, path)
            summary.say(console, f"{path}: {filled.filled} people have their points")
            summary.listed(console, "  Not in it", [(line, "") for line in filled.left])
            for note in filled.notes:
                summary.say(console, f"  {note}")
        return BELOW if any(filled.left for _, filled in sheets) else OK

    def _sheets(self, book: tuple[Row, ...], layout: str) -> Iterator[tuple[str, Filled]]:
        if self.canvas and self.canvas_new:
            raise UsageError("--canvas fills in a sheet, --canvas-new makes one; give one of them")
        if self.assignment and not self.canvas:
            raise UsageError("--assignment says which column of the --canvas sheet is meant")
        if self.canvas:
            sheet = tables.read(self.canvas)
            yield "canvas.csv", canvas.fill(book, sheet, assignment=self.assignment)
        if self.canvas_new:
            found = _TITLE.fullmatch(self.canvas_new)
            title, number = (found["title"], found["id"]) if found else (self.canvas_new, "")
            # What Canvas exported has Canvas's own numbers; all others have the school's.
            ids: Literal["ID", "SIS User ID"] = "ID" if "Canvas" in layout else "SIS User ID"
            made = canvas.make(book, title=title, assignment_id=number, ids=ids)
            yield "canvas.csv", made
        if self.moodle:
            yield "moodle.csv", moodle.fill(book, tables.read(self.moodle))
        if self.github_classroom:
            sheet = tables.read(self.github_classroom)
            yield "github-classroom.csv", github_classroom.fill(book, sheet)
        if self.gradescope:
            yield "gradescope.csv", gradescope.make(book)
