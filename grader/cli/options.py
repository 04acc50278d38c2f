"""Options that several commands have."""

from pathlib import Path
from typing import Annotated, Any

import typer


def place(what: str) -> Any:  # noqa: ANN401  Typer's own type is private
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
