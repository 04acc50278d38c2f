"""The pictures: the course of the training, confusions, a sheet of digits, maps of gradients.

None needs its colours to be understood: series differ by mark and dash, what is wrong is framed and
written out, and every picture has a description in words.
"""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from grader.exhibits.records import Counts, Course, Digit, Floats, Gradient, Point
from grader.render.html.svg import (
    ABOVE,
    BELOW,
    INK,
    MUTED,
    RIGHT,
    YOURS,
    Margins,
    canvas,
    element,
    styled,
)

COLUMNS = 6
"""Of the sheet of digits."""

_WIDE = 404
_ROUND_LINES = Margins(left=46, right=10, bottom=44, top=8)
_MANY = 20
"""Of more classes than this the confusions are not written into the cells."""

_APART = 3
"""Two maps share a scale unless one's numbers are so many times the other's."""

_CELL = 22


@styled
def losses(course: Course) -> str:
    """The loss against the number of steps, the submission's beside the reference's."""
    said = _ends(course, lambda p: f"{p.loss:.3g}")
    figure, axes = canvas(_WIDE, 226, _ROUND_LINES)
    _lines(axes, course, lambda point: point.loss)
    axes.set_ylabel("loss on the training images")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, loc="best", labelcolor=INK)
    return element(figure, "loss", "Loss of the training images, step by step", f"Loss: {said}")


@styled
def accuracies(course: Course, threshold: float) -> str:
    """The accuracy on unseen images against the number of steps, and what is expected."""
    said = _ends(course, lambda p: f"{p.accuracy:.1%}")
    figure, axes = canvas(_WIDE, 226, _ROUND_LINES)
    _lines(axes, course, lambda point: 100 * point.accuracy)
    axes.axhline(100 * threshold, color=MUTED, linestyle=":", linewidth=1.4)
    axes.text(
        course.student[-1].steps,
        100 * threshold - 2,
        f"expected: {threshold:.0%}",
        ha="right",
        va="top",
        color=MUTED,
    )
    axes.set_ylabel("unseen images recognised, %")
    axes.set_ylim(0, 101)
    return element(
        figure,
        "accuracy",
        "Unseen images that are recognised, step by step",
        f"Accuracy: {said} Expected are {threshold:.0%}.",
    )


def _lines(axes: Axes, course: Course, value: Callable[[Point], float]) -> None:
    """Both series; where they coincide the thin one lies upon the thick one."""
    for points, label, colour, width, marker, alpha in (
        (course.reference, "reference", RIGHT, 5.0, "", 0.4),
        (course.student, "yours", YOURS, 1.8, "o", 1.0),
    ):
        if points:
            axes.plot(
                [point.steps for point in points],
                [value(point) for point in points],
                label=label,
                color=colour,
                linewidth=width,
                marker=marker,
                markersize=5,
                alpha=alpha,
            )
    axes.set_xlabel("steps of gradient descent")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(axis="y")
    axes.margins(x=0.02)


def _ends(course: Course, show: Callable[[Point], str]) -> str:
    said = [f"yours goes from {show(course.student[0])} to {show(course.student[-1])}"]
    if course.reference:
        said.append(
            f"the reference's from {show(course.reference[0])} to {show(course.reference[-1])}"
        )
    return f"{', '.join(said)}, in {course.student[-1].steps} steps."


@styled
def confusions(counts: Counts, worst: str) -> str:
    """How many images of each class (row) are read as each (column).

    Args:
        counts: (k, k).
        worst: the most frequent confusion, in words; for the description.
    """
    classes = len(counts)
    figure, axes = canvas(_WIDE, 370, Margins(44, 12, 44, 6))
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    cells = np.zeros((classes, classes, 4))
    cells[..., :3] = to_rgb(ABOVE)
    cells[np.arange(classes), np.arange(classes), :3] = to_rgb(BELOW)
    cells[..., 3] = 0.6 * np.where(np.eye(classes, dtype=bool), share, np.sqrt(share))
    axes.imshow(cells, interpolation="none", aspect="auto")
    for i, j in np.argwhere(counts > 0) if classes <= _MANY else ():
        axes.text(j, i, str(counts[i, j]), ha="center", va="center", color=INK, fontsize=11)
    for i in range(classes):  # the diagonal is framed: it is what is right
        axes.add_patch(Rectangle((i - 0.5, i - 0.5), 1, 1, fill=False, ec=MUTED, lw=1))
    axes.set_xlabel("read as")
    axes.set_ylabel("is a")
    axes.set_xticks(range(classes))
    axes.set_yticks(range(classes))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    right = int(np.trace(counts))
    return element(
        figure,
        "confusion",
        "What is read as what",
        f"Of {counts.sum()} unseen images {right} are read rightly. {worst}",
    )


@styled
def sheet(digits: Sequence[Digit]) -> str:
    """Digits with their labels; those that are read wrongly are framed, and say as what."""
    rows = -(-len(digits) // COLUMNS)
    figure, axes = canvas(_WIDE + 56, 77 * rows, Margins())
    axes.set_axis_off()
    axes.set_xlim(0, COLUMNS)
    axes.set_ylim(rows, 0)
    for at, digit in enumerate(digits):
        y, x = divmod(at, COLUMNS)
        is_right = digit.actual == digit.predicted
        image = np.zeros((*digit.pixels.shape, 4), np.uint8)
        image[..., 3] = digit.pixels
        box = (x + 0.17, x + 0.83, y + 0.7, y + 0.04)
        axes.imshow(image, extent=box, interpolation="none", aspect="auto")
        if not is_right:
            frame = Rectangle((x + 0.1, y + 0.01), 0.8, 0.94, fill=False, ec=YOURS, lw=1.8)
            axes.add_patch(frame)
        axes.text(
            x + 0.5,
            y + 0.82,
            str(digit.actual) if is_right else f"{digit.actual} → {digit.predicted}",
            ha="center",
            va="center",
            color=INK if is_right else YOURS,
            fontweight="normal" if is_right else "bold",
        )
    axes.set_xlim(0, COLUMNS)  # imshow has changed them
    axes.set_ylim(rows, 0)
    wrong = [d for d in digits if d.actual != d.predicted]
    said = ", ".join(f"a {d.actual} read as {d.predicted}" for d in wrong) or "none"
    return element(
        figure,
        "digits",
        "Some unseen digits",
        f"{len(digits)} digits, {len(wrong)} of them read wrongly: {said}.",
    )


@styled
def maps(gradient: Gradient) -> tuple[str, ...]:
    """What came out, what is expected and the difference, as maps of their numbers."""
    got, want = (float(np.abs(each).max()) for each in (gradient.got, gradient.want))
    together = max(got, want)
    apart = together > _APART * min(got, want)
    name = gradient.name
    found = [
        _map(gradient.got, f"yours-{name}", f"your {name}", got if apart else together, name),
        _map(gradient.want, f"want-{name}", f"{name} expected", want if apart else together, name),
    ]
    if gradient.error is not None:
        largest = float(np.abs(gradient.error).max())
        found.append(_map(gradient.error, f"error-{name}", "difference", largest, name))
    return tuple(found)


def _map(values: Floats, key: str, title: str, largest: float, name: str) -> str:
    rows, columns = values.shape
    is_column = columns == 1
    free = Margins(left=42, right=8, bottom=22 if is_column else 56, top=26)
    width = _CELL * (5 if is_column else columns)
    figure, axes = canvas(width, _CELL * rows, free)
    shades = _shades(values / (largest or 1), 0.6 if is_column else 0.9)
    axes.imshow(shades, interpolation="none", aspect="auto")
    if is_column:
        for i, value in enumerate(values[:, 0]):
            axes.text(0, i, f"{value:.3g}", ha="center", va="center", color=INK, fontsize=11)
    _framed(axes, rows, columns)
    axes.set_title(title, loc="left")
    if rows > 1:
        axes.set_ylabel("hidden unit" if name in {"dW1", "db1"} else "class")
    if name in {"dW1", "dW2"}:
        axes.set_xlabel("input" if name == "dW1" else "hidden unit")
    axes.annotate(
        f"full colour: ±{largest:.2g}",
        (0, 6 - free.bottom),
        xycoords="axes pixels",
        fontsize=11,
        color=MUTED,
    )
    low, high = float(values.min()), float(values.max())
    return element(
        figure,
        key,
        title,
        f"{rows} rows and {columns} columns of numbers from {low:.3g} to {high:.3g}.",
    )


def _framed(axes: Axes, rows: int, columns: int) -> None:
    axes.set_xticks(range(columns) if columns > 1 else [])
    axes.set_yticks(range(rows))
    axes.tick_params(length=0, labelsize=10)
    axes.spines[:].set_visible(True)


def _shades(values: Floats, strongest: float) -> Floats:
    """Colours for -1 to 1: blue below zero, orange above, the more transparent the smaller."""
    cells = np.empty((*values.shape, 4))
    cells[..., :3] = np.where(values[..., None] < 0, to_rgb(BELOW), to_rgb(ABOVE))
    cells[..., 3] = strongest * np.clip(np.abs(values), 0, 1)
    return cells
