"""`grader package`: its options."""

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.options import OwnRubric

package = typer.Typer(
    help="Make what a grading service takes.", no_args_is_help=True, add_completion=False
)


@package.callback()
def _group() -> None:
    pass  # with one command alone Typer would leave its name out


@package.command()
def gradescope(
    out: Annotated[
        Path,
        typer.Argument(
            help="The zip to write.", metavar="OUT.zip", show_default=False, readable=False
        ),
    ],
    rubric: OwnRubric = None,
    data: Annotated[
        str | None,
        typer.Option(
            help="Take along as many images of this data set as a grading uses: a FILE.npz with "
            "Keras's keys, or mnist.  [default: none; the embedded digits are used]",
            metavar="DATA",
        ),
    ] = None,
    wheels: Annotated[
        Path | None,
        typer.Option(
            help="A folder of wheels, made by pip download, for a setup without a network.",
            metavar="DIR",
            readable=False,
        ),
    ] = None,
    profile: Annotated[
        str, typer.Option(help="How long to train, as for grader grade.")
    ] = "standard",
) -> None:
    """Make an autograder for Gradescope: upload the zip as it is.

    The rubric and the data are checked here; the image tries itself out when Gradescope builds it.
    """
    from grader.packages.gradescope import GradescopePackage  # noqa: PLC0415  help needs none of it

    made = GradescopePackage(out=out, rubric=rubric, data=data, wheels=wheels, profile=profile)
    raise typer.Exit(made.run())
