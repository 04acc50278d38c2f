"""The commands. Reads as the table of contents of the program.

Exit codes: 0 done (graded, with any score), 1 graded below --fail-under, 2 a usage error or
unreadable input, 3 not graded (the grader's or the machine's fault), 130 interrupted.
"""

from pathlib import Path
from typing import Annotated, Any

import typer

import grader
from grader.exits import INTERRUPTED

app = typer.Typer(
    help="Grade the homework: a two-layer NumPy network for MNIST, method by method.\n\n"
    "Start with: grader grade nn.py",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command line."""
    app()


def _place(what: str) -> Any:  # noqa: ANN401  Typer's own type is private
    """The option of a place for a result in another format."""
    return typer.Option(help=f"The same {what}.", metavar="OUT", readable=False)


OwnRubric = Annotated[
    Path | None,
    typer.Option(
        help="A TOML file with what differs from grader/rubric.toml.",
        metavar="FILE",
        readable=False,
    ),
]


def _version(asked: bool) -> None:  # noqa: FBT001  Typer calls it so
    if asked:
        typer.echo(f"grader {grader.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[  # noqa: FBT002  Typer's way to say --version
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    pass


@app.command("grade")
def _grade(  # noqa: PLR0913, PLR0917  each is an option of the command
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
    markdown: Annotated[Path | None, _place("in words, for students")] = None,
    junit: Annotated[Path | None, _place("as JUnit XML, for students")] = None,
    gradescope: Annotated[Path | None, _place("as Gradescope's results.json")] = None,
    github: Annotated[
        Path | None,
        _place(
            "as GitHub Classroom's payload, for students; in a workflow also as the output "
            "`result`, a job summary, and annotations"
        ),
    ] = None,
    classroom50: Annotated[Path | None, _place("as classroom50's result.json")] = None,
    prairielearn: Annotated[Path | None, _place("as PrairieLearn's results.json")] = None,
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


@app.command("data")
def _data(
    fetch: Annotated[  # noqa: FBT002  Typer's way to say --fetch
        bool, typer.Option("--fetch", help="Download MNIST through tf.keras, if it is not there.")
    ] = False,
) -> None:
    """Show which digits there are to train on, and fetch MNIST."""
    from grader.inspect import show_data  # noqa: PLC0415

    raise typer.Exit(show_data(fetch=fetch))


@app.command("doctor")
def _doctor() -> None:
    """Show what grading needs and what this machine has: Python, packages, data, sandbox."""
    from grader.inspect import show_doctor  # noqa: PLC0415

    raise typer.Exit(show_doctor())


@app.command("selftest")
def _selftest(  # noqa: PLR0913, PLR0917  each is an option of the command
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
