"""`grader data` and `grader doctor`: what this machine has."""

from typing import Annotated

import typer


def data(
    fetch: Annotated[  # noqa: FBT002  Typer's way to say --fetch
        bool, typer.Option("--fetch", help="Download MNIST through tf.keras, if it is not there.")
    ] = False,
) -> None:
    """Show which digits there are to train on, and fetch MNIST."""
    from grader.inspect import show_data  # noqa: PLC0415

    raise typer.Exit(show_data(fetch=fetch))


def doctor() -> None:
    """Show what grading needs and what this machine has: Python, packages, data, sandbox."""
    from grader.inspect import show_doctor  # noqa: PLC0415

    raise typer.Exit(show_doctor())
