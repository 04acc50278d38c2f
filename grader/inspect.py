"""`grader data` and `grader doctor`: what this machine has for a grading."""

import importlib.util
import platform
from importlib import metadata

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

import grader
from grader import data
from grader.data import DataError
from grader.datasets.fetch import fetch as fetch_mnist
from grader.exits import NOT_GRADED, OK, USAGE
from grader.sandbox.confine import level
from grader.sandbox.errors import SandboxError
from grader.sandbox.warden import Warden

_NEEDED = ("numpy", "pytest", "hypothesis", "msgspec", "rich", "typer", "matplotlib")
_STYLES = {"ready": "green", "absent": "yellow", "corrupt": "red"}


def show_data(*, fetch: bool) -> int:
    """Print which digits there are, after fetching MNIST if asked; returns the exit code."""
    if fetch:
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
        try:
            with Progress(*columns, console=Console(stderr=True)) as progress:
                fetch_mnist(progress)
        except DataError as error:
            Console(stderr=True).print(Text(f"grader: {error}", style="red"))
            return USAGE
    Console().print(_data_table())
    return OK


def show_doctor() -> int:
    """Print the environment and every layer of the sandbox; returns the exit code.

    The layers are those of a worker that was started for it, so a machine that cannot run one
    shows here.
    """
    console = Console(highlight=False)
    table = _table("package", "version")
    table.add_row("python", platform.python_version())
    table.add_row("nn-grader", grader.__version__)
    for name in _NEEDED:
        table.add_row(name, metadata.version(name))
    tensorflow = importlib.util.find_spec("tensorflow") is not None
    table.add_row("tensorflow", "there" if tensorflow else "not there; only needed to fetch MNIST")
    console.print(table)
    console.print(_data_table())
    try:
        with Warden.start() as warden, warden.spawn(memory_mb=1024, cpu_s=60) as worker:
            layers = dict(worker.layers)
    except SandboxError as error:
        console.print(Text(f"The worker cannot be started: {error}", style="red"))
        return NOT_GRADED
    table = _table("sandbox layer", "state")
    for name, state in layers.items():
        table.add_row(name, Text(state, style="green" if state == "active" else "yellow"))
    table.add_row("level", level(layers))
    console.print(table)
    return OK


def _data_table() -> Table:
    table = _table("--data", "state", "where", "")
    for row in data.status():
        table.add_row(row.spec, Text(row.state, style=_STYLES[row.state]), row.where, row.detail)
    return table


def _table(*headers: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for header in headers:
        table.add_column(header, overflow="fold")
    return table
