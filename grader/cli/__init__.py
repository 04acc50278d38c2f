"""The commands. Reads as the table of contents of the program.

Exit codes: 0 done (graded, with any score), 1 graded below --fail-under, 2 a usage error or
unreadable input, 3 not graded (the grader's or the machine's fault), 130 interrupted.
"""

from typing import Annotated

import typer

import grader
from grader.cli.batch import batch
from grader.cli.grade import grade
from grader.cli.gradebook import gradebook
from grader.cli.handout import handout
from grader.cli.machine import data, doctor
from grader.cli.package import package
from grader.cli.report import report
from grader.cli.selftest import selftest

app = typer.Typer(
    help="Grade the homework: a two-layer NumPy network for MNIST, method by method.\n\n"
    "Start with: grader grade nn.py",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("grade")(grade)
app.command("batch")(batch)
app.command("gradebook")(gradebook)
app.command("report")(report)
app.command("data")(data)
app.command("doctor")(doctor)
app.command("selftest")(selftest)
app.command("handout")(handout)
app.add_typer(package, name="package")


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
