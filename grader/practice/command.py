"""`grader grade nn.py` as a class has it in its handout."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from grader.errors import GraderError, UsageError
from grader.exits import INTERRUPTED, NOT_GRADED, OK, USAGE
from grader.interrupts import heeded
from grader.practice.settings import Settings, load
from grader.progress import Bar
from grader.render import scripts
from grader.render.words import one_line
from grader.sandbox.session import preloads_for
from grader.sandbox.warden import Warden
from grader.submission import printable, read

app = typer.Typer(
    help="Practice for the homework: a two-layer NumPy network for MNIST.\n\n"
    "Start with: grader grade nn.py",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

MOST_SEED = 2**62
_MOST = 300


@app.callback()
def _several() -> None:
    """Practice for the homework."""


@app.command("grade")
def grade(
    file: Annotated[Path, typer.Argument(help="Your nn.py.", show_default=False, readable=False)],
    seed: Annotated[
        int | None,
        typer.Option(min=0, max=MOST_SEED - 1, help="Draw other cases: any whole number."),
    ] = None,
    examples: Annotated[
        Path | None,
        typer.Option(
            help="Write a small failing case of each method into this folder, as METHOD.py, to "
            "run beside nn.py.",
            metavar="DIR",
            readable=False,
        ),
    ] = None,
) -> None:
    """Check one nn.py as far as that goes without right answers.

    Says for every method what fails, on which input, and what only the real
    grader can tell. Your file runs in a process of its own.

    Exit code 0 whatever it finds, 2 for a file that cannot be read, 3 when
    practice itself fails, 130 after Ctrl-C.
    """
    raise typer.Exit(run(file, load, seed=seed, examples=examples))


def run(
    file: Path,
    settings: Callable[[], Settings],
    *,
    seed: int | None = None,
    examples: Path | None = None,
    folders: tuple[Path, ...] | None = None,
) -> int:
    """Practise, print and write; returns the exit code.

    Args:
        file: the student's nn.py.
        settings: reads the handout's.
        seed: of the cases.
        examples: the folder for small failing cases.
        folders: where the checks are; None: in the handout.
    """
    try:
        with heeded() as check:
            _run(file, settings(), seed, examples, folders, check)
    except UsageError as error:
        return _failed(str(error), USAGE)
    except GraderError as error:
        return _failed(str(error), NOT_GRADED)
    except KeyboardInterrupt:
        return _failed("interrupted", INTERRUPTED)
    except BrokenPipeError:  # `| head` has seen enough; Python must not complain at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:  # noqa: BLE001  a bug of ours is no fault of the file
        return _failed(f"a fault of the practice grader: {error!r}", NOT_GRADED)
    return OK


def _run(  # noqa: PLR0913, PLR0917  the options, and whether to go on
    file: Path,
    settings: Settings,
    seed: int | None,
    examples: Path | None,
    folders: tuple[Path, ...] | None,
    check: Callable[[], None],
) -> None:
    if os.name != "posix":
        raise GraderError("practice needs Linux or macOS; on Windows, run it in WSL")
    if examples is not None and examples.exists() and not examples.is_dir():
        raise UsageError(f"--examples {printable(examples)} is a file; name a folder")
    submission = read(file, limit_kb=settings.limits.file_kb)
    # The warden imports NumPy while this process imports pytest and Hypothesis.
    with Warden.start(preload=preloads_for(submission.source)) as warden:
        from grader.practice.run import FOLDERS, practise  # noqa: PLC0415
        from grader.practice.show import render  # noqa: PLC0415

        with Bar(Console(stderr=True), check) as progress:
            practised = practise(
                submission,
                settings,
                seed=seed,
                progress=progress,
                warden=warden,
                folders=folders or FOLDERS,
            )
    written: Mapping[str, str] | None = None
    if examples is not None:
        try:
            found = scripts.write(practised, examples)
        except OSError as error:
            why = error.strerror or error
            raise UsageError(f"cannot write into {printable(examples)}: {why}") from None
        written = {name: printable(path) for name, path in found.files.items()}
    render(practised, settings.left_out, Console(highlight=False), written)


def _failed(why: str, code: int) -> int:
    sys.stderr.write(f"grader: {one_line(why, _MOST)}\n")
    return code


def main() -> None:
    """Run the command line."""
    app()
