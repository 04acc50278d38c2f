"""Draw how a training went, and what the trained network reads, as PNG files.

Figures are made without pyplot: no window, no display, no global state; PNG is drawn by Agg.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from reference.nn import Labels
from reference.training import Step

# Blue and orange stay apart for colour-blind eyes, and in a grey print by their lightness.
_RIGHT = "#1f5a94"
_WRONG = "#d9660a"
_GREY = "#5f6670"
_COLUMNS = 10
_FEW = 20  # steps that are drawn as points too: a line of one point would not show


def loss_curve(history: Sequence[Step], path: Path, title: str) -> None:
    """Save loss and training accuracy (percent) against the number of steps taken.

    Args:
        history: the steps in order, at least one.
        path: the PNG file to write.
        title: said above the picture.
    """
    before = [step.number - 1 for step in history]
    figure = Figure(figsize=(8, 6), dpi=150)
    figure.set_layout_engine("constrained", w_pad=0.12, h_pad=0.08)
    figure.suptitle(title, x=0.02, ha="left", fontsize=12)
    loss, accuracy = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))

    marker = "o" if len(history) <= _FEW else ""
    loss.plot(before, [step.loss for step in history], color=_RIGHT, marker=marker)
    loss.set_ylabel("loss (cross-entropy, nats)")
    loss.set_ylim(bottom=0)
    accuracy.plot(before, [100 * step.accuracy for step in history], color=_WRONG, marker=marker)
    accuracy.set_ylabel("training accuracy (%)")
    accuracy.set_ylim(0, 100)
    accuracy.set_xlabel("steps taken")
    accuracy.xaxis.get_major_locator().set_params(integer=True)
    for axes in (loss, accuracy):
        axes.grid(color="#e3e6ea")
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(colors=_GREY)
        axes.margins(x=0.01)
    figure.savefig(path, format="png")


def prediction_sheet(
    images: NDArray[np.generic], labels: Labels, predictions: Labels, path: Path
) -> None:
    """Save a sheet of images with what the network reads in each.

    Args:
        images: (n, height, width), at least one; shown from the darkest pixel to the brightest.
        labels: (n,) the right classes.
        predictions: (n,) the network's.
        path: the PNG file to write.
    """
    n = len(images)
    right = int(np.sum(labels == predictions))
    columns = min(n, _COLUMNS)
    rows = -(-n // columns)
    figure = Figure(figsize=(max(6, 1.05 * columns), 1.35 * rows + 0.6), dpi=150)
    figure.set_layout_engine("constrained", w_pad=0.03, h_pad=0.05)
    figure.suptitle(
        f"{n} test images drawn at random: {right} read rightly"
        + (f", {n - right} wrongly (orange)" if right < n else ""),
        x=0.02,
        ha="left",
        fontsize=12,
    )
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid:
        axes.set_axis_off()
    for axes, image, label, prediction in zip(grid, images, labels, predictions, strict=False):
        axes.imshow(image, cmap="gray_r", interpolation="nearest")
        if prediction == label:
            axes.set_title(f"{prediction}", color=_RIGHT, fontsize=11, pad=3)
        else:
            axes.set_title(
                f"{prediction}, is {label}", color=_WRONG, fontsize=11, fontweight="bold", pad=3
            )
    figure.savefig(path, format="png")
