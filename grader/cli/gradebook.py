"""`grader gradebook`: its options."""

from pathlib import Path
from typing import Annotated, Any

import typer

from grader.exits import INTERRUPTED


def _sheet(what: str) -> Any:  # noqa: ANN401  Typer's own type is private
    return typer.Option(help=what, metavar="SHEET", readable=False)


def gradebook(  # noqa: PLR0913, PLR0917  each is an option of the command
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", help="The --out of a batch.", show_default=False, readable=False
        ),
    ],
    roster: Annotated[
        Path | None,
        typer.Option(help="A CSV of who is in the class.", metavar="CSV", readable=False),
    ] = None,
    canvas: Annotated[
        Path | None, _sheet("A gradebook that Canvas exported, to fill in one column of it.")
    ] = None,
    assignment: Annotated[
        str | None,
        typer.Option(help="Which column of it: the assignment's title or number.", metavar="NAME"),
    ] = None,
    canvas_new: Annotated[
        str | None,
        typer.Option(
            help="Make a sheet for Canvas, with this column: a title, and the assignment's number "
            "in brackets if it is there already.",
            metavar="TITLE",
        ),
    ] = None,
    moodle: Annotated[
        Path | None, _sheet("A grading worksheet that Moodle exported: grades and feedback.")
    ] = None,
    github_classroom: Annotated[
        Path | None, _sheet("Grades that GitHub Classroom exported, to fill in the points.")
    ] = None,
    gradescope: Annotated[  # noqa: FBT002  Typer's way to say --gradescope
        bool, typer.Option("--gradescope", help="Make a sheet of scores for Gradescope.")
    ] = False,
) -> None:
    """Put the results of a batch on the sheets of a platform, beside DIR/gradebook.csv.

    A sheet that is filled in goes to DIR, as canvas.csv or moodle.csv; your own
    file stays as it was, and so does every cell that is not a grade of this
    homework. Whoever has no verdict keeps what stands there, and is listed.

    grader gradebook graded --roster roster.csv --moodle worksheet.csv

    Exit code 0; 1 when somebody could not be put on a sheet.
    """
    try:
        from grader.classroom.sheets import GradebookCommand  # noqa: PLC0415
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None

    command = GradebookCommand(
        folder=folder,
        roster=roster,
        canvas=canvas,
        canvas_new=canvas_new,
        assignment=assignment,
        moodle=moodle,
        github_classroom=github_classroom,
        gradescope=gradescope,
    )
    raise typer.Exit(command.run())
