"""Run the notebook's last cell: train on MNIST, print both accuracies, save two pictures.

This is a program, not part of the library: nothing imports it, and it alone in this package
reaches for grader.data, to read the images.
"""

import contextlib
import math
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from grader.data import DataError, Dataset, Standardised, load
from reference.nn import NN, Labels
from reference.training import Step, new_network, steps

FAILED, UNUSABLE, INTERRUPTED = 1, 2, 130
"""Exit codes: training or saving failed; options or data cannot be used; Ctrl-C."""

SHEET = 40
"""How many test images the sheet of predictions shows."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def _positive(value: float) -> float:
    """Refuse a learning rate that cannot train."""
    if not (math.isfinite(value) and value > 0):
        raise typer.BadParameter(f"{value:g} is not a number above 0; the notebook uses 0.01.")
    return value


@app.command()
def main(  # noqa: PLR0913  one parameter an option
    *,
    iters: Annotated[int, typer.Option(min=1, help="Steps of gradient descent.")] = 1000,
    learning_rate: Annotated[
        float, typer.Option(callback=_positive, help="Length of a step.")
    ] = 0.01,
    train_size: Annotated[
        int | None,
        typer.Option(min=1, help="Train on the first so many images.", show_default="all"),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="For the initial weights.")] = 0,
    out: Annotated[
        Path | None,
        typer.Option(
            file_okay=False,
            writable=True,
            help="Save loss.png and predictions.png in this folder.",
            show_default="nothing is saved",
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            help="mnist, digits, auto, or an .npz file with Keras's four arrays.",
            show_default="GRADER_DATA, else auto",
        ),
    ] = None,
) -> None:
    """Train the worked solution as the notebook asks, and print how well it reads.

    Ctrl-C stops early: what was trained until then is scored and saved all the same.
    """
    dataset, samples = _read(data, train_size)
    if out is not None:
        _make(out)
    network = new_network(
        seed, learning_rate, input_size=dataset.pixels, output_size=dataset.classes
    )
    with np.errstate(all="ignore"):  # what steps that are too long lead to is said in words below
        history = _train(network, samples, iters)
        predictions = network.get_predictions(samples.X_test)
        train_accuracy = 100 * network.get_accuracy(samples.X_train, samples.y_train)
        loss = network.cross_entropy_loss(samples.X_train, samples.y_train)
        test_accuracy = 100 * float(np.mean(predictions == samples.y_test))
    typer.echo(f"Train Accuracy : {train_accuracy:.2f}")
    typer.echo(f"Test Accuracy : {test_accuracy:.2f}")

    if out is not None:
        title = (
            f"{dataset.source}: {samples.X_train.shape[1]} images, {len(history)} steps"
            f" at learning rate {learning_rate:g}, test accuracy {test_accuracy:.2f} %"
        )
        _draw(out, title, history, dataset, predictions)
    if len(history) < iters:
        raise typer.Exit(INTERRUPTED)
    if not math.isfinite(loss):
        _say(
            f"Error: the loss ended at {loss}, because the steps were too long."
            f" Choose a --learning-rate below {learning_rate:g}; 0.5 is large already."
        )
        raise typer.Exit(FAILED)


def _say(text: str) -> None:
    """Print a remark to the terminal, apart from the results."""
    Console(stderr=True, highlight=False, markup=False, soft_wrap=True).print(text)


def _read(spec: str | None, train_size: int | None) -> tuple[Dataset, Standardised]:
    """Load the images and bring them to the form that NN takes; say what they are."""
    try:
        dataset = load(spec)
        samples = dataset.standardised(train_size, dtype=np.float32)
    except DataError as error:
        _say(f"Error: {error}")
        raise typer.Exit(UNUSABLE) from error
    if dataset.note:
        _say(f"Note: {dataset.note}")
    _say(
        f"{dataset.source}: {samples.X_train.shape[1]} training images,"
        f" {samples.X_test.shape[1]} test images"
    )
    return dataset, samples


def _make(folder: Path) -> None:
    """Make the folder now rather than fail after minutes of training."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise typer.BadParameter(
            f"cannot make the folder {folder}: {error.strerror}.", param_hint="--out"
        ) from error


@contextlib.contextmanager
def _asked_to_stop() -> Iterator[threading.Event]:
    """Turn the first Ctrl-C into an event, so that a step is never left half taken."""
    event = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        if event.is_set():  # the second one is meant
            raise KeyboardInterrupt
        event.set()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield event
    finally:
        signal.signal(signal.SIGINT, before)


def _train(network: NN, samples: Standardised, iters: int) -> list[Step]:
    """Train under a progress bar; return the steps taken, fewer than iters after Ctrl-C."""
    history: list[Step] = []
    bar = Progress(
        TextColumn("training"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("loss {task.fields[loss]:.4f}"),
        TextColumn("accuracy {task.fields[accuracy]:.2f} %"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    with _asked_to_stop() as stop, bar:
        task = bar.add_task("", total=iters, loss=math.nan, accuracy=math.nan)
        for step in steps(network, samples.X_train, samples.y_train, iters):
            history.append(step)
            bar.update(task, completed=step.number, loss=step.loss, accuracy=100 * step.accuracy)
            if stop.is_set():
                break
    if len(history) < iters:
        _say(f"Stopped after {len(history)} of {iters} steps.")
    return history


def _draw(
    folder: Path, title: str, history: list[Step], dataset: Dataset, predictions: Labels
) -> None:
    """Save both pictures, or say why that failed."""
    from reference import pictures  # noqa: PLC0415  half a second, only for those who want pictures

    # Drawn alike every time, so that the sheets of two trainings can be compared.
    shown = np.random.default_rng(SHEET).permutation(len(predictions))[:SHEET]
    loss, sheet = folder / "loss.png", folder / "predictions.png"
    try:
        pictures.loss_curve(history, loss, title)
        pictures.prediction_sheet(
            dataset.x_test[shown], dataset.y_test[shown], predictions[shown], sheet
        )
    except OSError as error:
        _say(f"Error: cannot save the pictures in {folder}: {error.strerror}.")
        raise typer.Exit(FAILED) from error
    _say(f"Saved {loss} and {sheet}.")


if __name__ == "__main__":
    app(prog_name="python -m reference")
