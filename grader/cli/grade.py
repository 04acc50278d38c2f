"""`grader grade`: its options."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import OwnRubric, place
from grader.exits import INTERRUPTED


def grade(  # noqa: PLR0913, PLR0917  each is an option of the command
    file: Annotated[
        Path, typer.Argument(help="The student's nn.py.", show_default=False, readable=False)
    ],
    json: Annotated[
        Path | None,
        typer.Option(
            help="Write the result here, as JSON (- for standard output): all of it, hidden "
            "checks too.",
            metavar="OUT",
            readable=False,
        ),
    ] = None,
    html: Annotated[
        Path | None, place("as a page to look at, with pictures, in one file, for students")
    ] = None,
    markdown: Annotated[Path | None, place("in words, for students")] = None,
    junit: Annotated[Path | None, place("as JUnit XML, for students")] = None,
    gradescope: Annotated[Path | None, place("as Gradescope's results.json")] = None,
    github: Annotated[
        Path | None,
        place(
            "as GitHub Classroom's payload, for students; in a workflow also as the output "
            "`result`, a job summary, and annotations"
        ),
    ] = None,
    classroom50: Annotated[Path | None, place("as classroom50's result.json")] = None,
    prairielearn: Annotated[Path | None, place("as PrairieLearn's results.json")] = None,
    data: Annotated[
        str | None,
        typer.Option(
            help="Digits for the training check: mnist, digits (built in), a FILE.npz with "
            "Keras's keys, or auto (MNIST if it is there).  [default: $GRADER_DATA or auto]",
            metavar="DATA",
        ),
    ] = None,
    profile: Annotated[
        str, typer.Option(help="How long to train: quick, standard or full (the notebook's own).")
    ] = "standard",
    seed: Annotated[
        int | None, typer.Option(help="Seed of all cases.  [default: the rubric's]")
    ] = None,
    rubric: OwnRubric = None,
    fail_under: Annotated[
        float | None, typer.Option(help="Exit with 1 when the score is below this.", metavar="N")
    ] = None,
    require_sandbox: Annotated[
        str | None,
        typer.Option(
            help="Refuse to grade unless the worker is walled in to this level: strong, full, or "
            "none to take what there is.  [default: strong in CI and on Gradescope, else none]",
            metavar="LEVEL",
        ),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(help="Seconds for all calls of the submission.  [default: the rubric's]"),
    ] = None,
    examples: Annotated[
        Path | None,
        typer.Option(
            help="Write a small failing case of each method into this folder, as METHOD.py, to "
            "run beside nn.py. A file that grader did not write is left alone.",
            metavar="DIR",
            readable=False,
        ),
    ] = None,
) -> None:
    """Grade one nn.py: every method against the reference, and the network on real digits.

    Prints points and findings method by method. Exit code 0 whatever the score.
    """
    try:
        from grader.command import GradeCommand  # noqa: PLC0415  `grader --help` needs none of it
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None

    results = {
        "json": json,
        "html": html,
        "markdown": markdown,
        "junit": junit,
        "gradescope": gradescope,
        "github": github,
        "classroom50": classroom50,
        "prairielearn": prairielearn,
    }
    command = GradeCommand(
        file=file,
        results={name: path for name, path in results.items() if path is not None},
        data=data,
        profile=profile,
        seed=seed,
        rubric=rubric,
        fail_under=fail_under,
        require_sandbox=require_sandbox,
        timeout=timeout,
        examples=examples,
    )
    raise typer.Exit(command.run())
