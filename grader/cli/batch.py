"""`grader batch`: its options."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import OwnRubric
from grader.exits import INTERRUPTED


def batch(  # noqa: PLR0913, PLR0917  each is an option of the command
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER|ZIP",
            help="What the class handed in: an export of Gradescope, Canvas or Moodle, clones of "
            "GitHub Classroom or classroom50, or a folder with a file or a folder a student.",
            show_default=False,
            readable=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            help="Where results, feedback and the gradebook go. The same folder again goes on "
            "where it was left.",
            metavar="DIR",
            show_default=False,
            readable=False,
        ),
    ],
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Submissions at once; otherwise one a core.", metavar="N"),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            help="Grade on the workers of a dask scheduler, instead of on this machine. They have "
            "the same nn-grader, and the data under the same path.",
            metavar="tcp://HOST:PORT",
            show_default=False,
        ),
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(
            help="A CSV of who is in the class: who is missing is told, and stands in the "
            "gradebook.",
            metavar="CSV",
            readable=False,
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            "--student",
            help="Only those whose name, id, login, mail address or key matches; * and ? stand "
            "for anything. May be given more than once.",
            metavar="PATTERN",
        ),
    ] = None,
    regrade: Annotated[  # noqa: FBT002  Typer's way to say --regrade
        bool,
        typer.Option(
            "--regrade",
            help="After a change of rubric, checks, options or data: make all results anew, keep "
            "the old ones, and show who moves by how much. Only what the change can have touched "
            "runs again.",
        ),
    ] = False,
    quiet: Annotated[  # noqa: FBT002  Typer's way to say --quiet
        bool, typer.Option("--quiet", "-q", help="Say nothing but errors, for cron.")
    ] = False,
    data: Annotated[
        str | None,
        typer.Option(help="Digits to train on, as for grader grade.", metavar="DATA"),
    ] = None,
    profile: Annotated[
        str, typer.Option(help="How long to train, as for grader grade.")
    ] = "standard",
    seed: Annotated[
        int | None, typer.Option(help="Seed of all cases.  [default: the rubric's]")
    ] = None,
    rubric: OwnRubric = None,
    require_sandbox: Annotated[
        str | None,
        typer.Option(help="How high the walls must be, as for grader grade.", metavar="LEVEL"),
    ] = None,
) -> None:
    """Grade a whole class, and lose nothing.

    DIR/results has a result for each submission, DIR/feedback what its student
    may read, DIR/gradebook.csv a line for each person. Every result is written
    when it is known: after Ctrl-C, a crash or a power cut the same command goes
    on, and nothing is graded twice.

    grader batch submissions/ --out graded --roster roster.csv

    Exit code 0 when everything was graded; 1 when something that was handed in
    could not be read; 3 when something was not graded by a fault of the grader
    or the machine; 130 when it was interrupted.
    """
    try:
        from grader.classroom.command import BatchCommand  # noqa: PLC0415
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None

    command = BatchCommand(
        folder=folder,
        out=out,
        jobs=jobs,
        scheduler=scheduler,
        roster=roster,
        only=tuple(only or ()),
        regrade=regrade,
        quiet=quiet,
        data=data,
        profile=profile,
        seed=seed,
        rubric=rubric,
        require_sandbox=require_sandbox,
    )
    raise typer.Exit(command.run())
