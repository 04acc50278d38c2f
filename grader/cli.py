"""The commands. Reads as the table of contents of the program.

Exit codes: 0 done (graded, with any score), 1 graded below --fail-under, 2 a usage error or
unreadable input, 3 not graded (the grader's or the machine's fault), 130 interrupted.
"""

from pathlib import Path
from typing import Annotated

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
            help="Write the result here, as JSON (- for standard output).",
            metavar="OUT",
            readable=False,
        ),
    ] = None,
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
    rubric: Annotated[
        Path | None,
        typer.Option(
            help="A TOML file with what differs from grader/rubric.toml.",
            metavar="FILE",
            readable=False,
        ),
    ] = None,
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
) -> None:
    """Grade one nn.py: every method against the reference, and the network on real digits.

    Prints points and findings method by method. Exit code 0 whatever the score.
    """
    try:
        from grader.command import GradeCommand  # noqa: PLC0415  `grader --help` needs none of it
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None

    command = GradeCommand(
        file=file,
        json=json,
        data=data,
        profile=profile,
        seed=seed,
        rubric=rubric,
        fail_under=fail_under,
        require_sandbox=require_sandbox,
        timeout=timeout,
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
