"""`grader report`: what `grader batch` left, as one page for the instructor."""

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

import grader
from grader.classroom import gradebook, results, roster, standing, summary
from grader.classroom.report.page import render
from grader.classroom.report.similarity import Similar, compare
from grader.classroom.report.view import Class
from grader.ending import ended
from grader.errors import UsageError
from grader.exits import OK
from grader.render import files
from grader.report import Report
from grader.rubric import TOTAL

FILE = "report.html"


@dataclass(frozen=True, slots=True)
class ReportCommand:
    """The options of `grader report`, as they were given."""

    folder: Path
    out: Path | None = None
    roster: Path | None = None
    skeleton: Path | None = None
    threshold: float | None = None

    def run(self) -> int:
        """Write the page and say where; returns the exit code."""
        return ended(self._run, after="nothing was written")

    def _run(self) -> int:
        place = self._place()
        # Where the page itself goes to standard output, words would be in the middle of it.
        console = Console(highlight=False, stderr=place == files.STDOUT)
        if self.threshold is not None and not 0 <= self.threshold <= TOTAL:
            raise UsageError(f"--threshold {self.threshold:g}: points from 0 to {TOTAL}")
        current = standing.read(self.folder)
        if current is None:
            raise UsageError(
                f"{self.folder} holds no results; make some: grader batch FOLDER --out "
                f"{self.folder}"
            )
        people = roster.read(self.roster, console.print) if self.roster else None
        reports = results.read_all(self.folder, current)
        matched = roster.match(standing.entries(current), people)
        given = Class(
            book=gradebook.rows(matched, reports),
            unread=current.unread,
            layout=current.layout,
            rosters=people is not None,
            similar=self._similar(
                {key: report for key, report in reports.items() if report.graded}
            ),
            threshold=self.threshold,
        )
        files.write(render(given), place)
        if place != files.STDOUT:
            summary.say(console, f"Class report, for the instructor alone: {place}")
        return OK

    def _similar(self, reports: dict[str, Report]) -> Similar:
        return compare(results.sources(self.folder, reports), self._given())

    def _given(self) -> bytes:
        path = self.skeleton or Path(grader.__file__).parents[1] / "student" / "nn.py"
        try:
            return path.read_bytes()
        except OSError as error:
            raise UsageError(
                f"cannot read the skeleton {path}: {error.strerror or error}; name another with "
                "--skeleton"
            ) from None

    def _place(self) -> Path:
        place = self.out or self.folder / FILE
        if place == files.STDOUT:
            return place
        if place.is_dir():
            raise UsageError(f"--out {place} is a folder; name a file in it")
        inputs = (self.roster, self.skeleton, self.folder / standing.FILE)
        if any(path and path.exists() and place.resolve() == path.resolve() for path in inputs):
            raise UsageError(f"--out {place} is what is to be read; name another file")
        return place
