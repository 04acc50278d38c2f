"""`grader handout`: its options."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import OwnRubric
from grader.exits import INTERRUPTED


def handout(
    out: Annotated[
        Path,
        typer.Argument(
            help="The zip to write; one that stands there is replaced.",
            metavar="OUT.zip",
            show_default=False,
            readable=False,
        ),
    ],
    rubric: OwnRubric = None,
) -> None:
    """Build what a class receives: skeleton, README and a practice grader, as one zip.

    The practice grader needs no right answers: it runs the visible checks of
    shapes and properties, holds the gradient against the student's own loss, and
    trains on small digits; in the same sandbox, with the same messages, without
    points. In the unpacked folder a student types: pip install . and then
    grader grade nn.py

    Never in it: the worked solution (the build refuses if a line of it would be),
    the hints of the catalogue of mistakes, and the checks that the rubric hides.
    Sizes, limits and points are the rubric's: give the one that you grade with.

    Exit code 0 when it is written, 2 for an option that makes no sense, 3 when
    it was refused.
    """
    try:
        from grader.handout.command import HandoutCommand  # noqa: PLC0415
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None

    raise typer.Exit(HandoutCommand(out, rubric).run())
