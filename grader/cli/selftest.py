"""`grader selftest`: its options."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import OwnRubric
from grader.exits import INTERRUPTED


def selftest(  # noqa: PLR0913, PLR0917  each is an option of the command
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="Only programs whose id, or group/id, matches; * and ? stand for anything. "
            "May be given more than once: --only scalar-db1 --only 'mechanical/softmax:*'",
            metavar="PATTERN",
        ),
    ] = None,
    quick: Annotated[  # noqa: FBT002  Typer's way to say --quick
        bool, typer.Option("--quick", help="Only some programs of each group and method.")
    ] = False,
    seeds: Annotated[
        int,
        typer.Option(
            min=1,
            help="Grade with so many seeds, and show every verdict that is not always the same.",
            metavar="N",
        ),
    ] = 1,
    seed: Annotated[
        int | None, typer.Option(help="The first seed; otherwise the rubric's.")
    ] = None,
    profile: Annotated[str, typer.Option(help="How long to train, as for grader grade.")] = "quick",
    data: Annotated[
        str, typer.Option(help="Digits to train on, as for grader grade.", metavar="DATA")
    ] = "digits",
    rubric: OwnRubric = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes; otherwise one a core.", metavar="N")
    ] = None,
    json: Annotated[
        Path | None,
        typer.Option(help="Write every verdict here, as JSON.", metavar="OUT", readable=False),
    ] = None,
) -> None:
    """Grade the grader: can it tell right from wrong, and say what is wrong?

    Grades programs whose verdict is known, each like a submission: the typical
    mistakes of the catalogue, alone and in pairs; every small mechanical change
    of the reference; right programs in other styles. Shows how many were caught,
    how many cost their own method points and no other (blamed exactly), how many
    were called by name, and each that was not.

    Try it after a change to a check, the rubric or the reference, before a class
    sees it: grader selftest --quick, then grader selftest --rubric mine.toml

    Exit code 0 when every mutant was caught, 99 % were blamed exactly, 95 % of
    the catalogue were named and every right program got full marks; 1 when not;
    3 when a program could not be judged.
    """
    try:
        from grader.selftest.command import SelftestCommand  # noqa: PLC0415
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None

    command = SelftestCommand(
        only=tuple(only or ()),
        quick=quick,
        seeds=seeds,
        seed=seed,
        profile=profile,
        data=data,
        rubric=rubric,
        jobs=jobs,
        json=json,
    )
    raise typer.Exit(command.run())
