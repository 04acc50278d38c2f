"""The training, to look at: how it went on, what the network confuses, and some digits.

Losses and accuracies are computed here, from parameters; the submission only trains.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from time import monotonic
from types import ModuleType

import numpy as np

from grader.assignment import PARAMETERS, Sizes
from grader.compare import Floats, Got
from grader.exam import Exam, logits
from grader.exhibits.records import Counts, Course, Digit, Pixels, Point, Training
from grader.network import Parameters
from grader.solution import network_of
from grader.student import Student

COURSE_S = 30.0
"""For all trainings of the course together."""

LONG = 2_000_000
"""Images times steps. Beyond, only the ends of the course are shown: what trains for minutes is
not trained once more for a picture."""

WRONG = 18
RIGHT = 12
"""How many digits of each kind there are on the sheet, where there are so many."""


def marked(
    exam: Exam, trained: Parameters, made_right: tuple[str, ...], called: tuple[str, ...]
) -> Training | None:
    """What the trained network makes of the unseen images, with labels and pixels in order.

    Args:
        exam: the training task.
        trained: W1, b1, W2, b2 after it.
        made_right: the parts that the reference would answer for.
        called: those of them that were called.

    Returns:
        The training without its course; None where the network computes with what is no number.
    """
    Z2 = logits(trained, exam.X_test)
    if not np.isfinite(Z2).all():
        return None
    names = np.argsort(exam.labels)  # exam.labels[c] is what the class c was called
    actual, predicted = names[exam.y_test], names[Z2.argmax(axis=0)]
    classes = len(exam.labels)
    counts: Counts = np.zeros((classes, classes), np.int64)
    np.add.at(counts, (actual, predicted), 1)
    chosen = np.concatenate(
        [
            np.flatnonzero(actual != predicted)[:WRONG],
            np.flatnonzero(actual == predicted)[:RIGHT],
        ]
    )
    digits = tuple(
        Digit(image, int(actual[at]), int(predicted[at]))
        for at, image in zip(chosen, _images(exam, chosen), strict=True)
    )
    return Training(None, counts, digits, exam.threshold, made_right, called)


def followed(
    student: Student, reference: ModuleType, exam: Exam, trained: Parameters, shown: Training
) -> Training | None:
    """The training with its course: each point is a training of its own, of so many steps.

    Args:
        student: the submission, with the same parts replaced as when it was judged.
        reference: the worked solution.
        exam: the training task.
        trained: W1, b1, W2, b2 after it.
        shown: what is known of the training.

    Raises:
        StudentError, Stopped: the submission did not do it again.
    """
    known: dict[int, Parameters] = {0: exam.parameters, exam.iters: trained}
    is_long = exam.X_train.shape[1] * exam.iters > LONG
    end = monotonic() + COURSE_S
    for steps in () if is_long else halves(exam.iters):
        network = student.network(exam.parameters, exam.learning_rate)
        left = max(0.1, end - monotonic())
        after = network.gradient_descent(exam.X_train, exam.y_train, steps, left)
        known[steps] = {name: after[name].array() for name in PARAMETERS}
    points = tuple(filter(None, (_point(exam, n, known[n]) for n in sorted(known))))
    if len(points) < 2:  # noqa: PLR2004  a line has two ends
        return None
    right = () if is_long else _references(exam, reference, tuple(sorted(known)))
    return replace(shown, course=Course(points, tuple(right)))


def halves(iters: int) -> tuple[int, ...]:
    """Half of the steps, half of that and so on, the fewest first: in all fewer than iters."""
    found = []
    while iters > 1:
        iters //= 2
        found.append(iters)
    return tuple(reversed(found))


def _references(exam: Exam, reference: ModuleType, at: tuple[int, ...]) -> Iterator[Point]:
    hidden, inputs = exam.parameters["W1"].shape
    sizes = Sizes(inputs, hidden, exam.parameters["W2"].shape[0])
    state = {**exam.parameters, "learning_rate": exam.learning_rate}
    network = network_of(reference, sizes, state)
    for before, steps in pairwise((0, *at)):
        network.gradient_descent(exam.X_train, exam.y_train, steps - before)
        point = _point(exam, steps, {name: getattr(network, name) for name in PARAMETERS})
        if point:
            yield point


def _point(exam: Exam, steps: int, parameters: Mapping[str, Floats]) -> Point | None:
    """The network at these parameters; None where its loss is no number."""
    accuracy = exam.accuracy({n: Got(v, n, "the course") for n, v in parameters.items()})
    loss = exam.loss(parameters)
    return Point(steps, loss, accuracy) if np.isfinite(loss) else None


def _images(exam: Exam, chosen: np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> Iterator[Pixels]:
    """These unseen images, with their pixels where they were, the lightest 0, the darkest 255."""
    columns = np.empty((len(exam.pixels), len(chosen)))
    columns[exam.pixels] = exam.X_test[:, chosen]
    for column in columns.T:
        low, high = column.min(), column.max()
        scaled = 255 * (column - low) / ((high - low) or 1)
        yield scaled.round().astype(np.uint8).reshape(exam.image)
