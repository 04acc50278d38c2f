"""`grader report`: its options."""

from pathlib import Path
from typing import Annotated

import typer

from grader.exits import INTERRUPTED


def report(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", help="The --out of a batch.", show_default=False, readable=False
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            help="Where the page goes; - for standard output.  [default: DIR/report.html]",
            metavar="FILE",
            readable=False,
        ),
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(
            help="A CSV of who is in the class: who is missing is listed.",
            metavar="CSV",
            readable=False,
        ),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            help="Points to pass: those within 5 points of it are listed.", metavar="POINTS"
        ),
    ] = None,
    skeleton: Annotated[
        Path | None,
        typer.Option(
            help="What the class was given, if not the grader's own skeleton: its lines do not "
            "make two submissions similar.",
            metavar="FILE",
            readable=False,
        ),
    ] = None,
) -> None:
    """Make one page of what a class has and has not understood, for the instructor.

    Scores, misconceptions by how many have them, who fails in the same way, a
    map of students and methods, how hard each check is, whom to look at, and
    submissions that are alike. Hidden checks are on it: it is not for students.

    grader report graded --roster roster.csv --threshold 50

    Exit code 0; 2 for a wrong option or a folder without results.
    """
    try:
        from grader.classroom.report.command import ReportCommand  # noqa: PLC0415
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None

    command = ReportCommand(
        folder=folder, out=out, roster=roster, skeleton=skeleton, threshold=threshold
    )
    raise typer.Exit(command.run())
