"""What pictures are drawn from: plain numbers, all of them finite, and the check they belong to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Point:
    """A network after some steps.

    Attributes:
        steps: how many it had been asked for.
        loss: mean cross-entropy of the training images, in nats.
        accuracy: fraction of the unseen images that it recognises.
    """

    steps: int
    loss: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Course:
    """A training as it went on, from the initial weights to the last step.

    Attributes:
        student: the submission's, in order of steps; at least two.
        reference: the worked solution's, at the same steps; empty where it was not trained.
    """

    student: tuple[Point, ...]
    reference: tuple[Point, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Digit:
    """One unseen image, and what the trained network makes of it.

    Attributes:
        pixels: (height, width), from 0 (paper) to 255 (ink).
        actual: the label.
        predicted: the network's.
    """

    pixels: Pixels
    actual: int
    predicted: int


@dataclass(frozen=True, slots=True, eq=False)
class Training:
    """What the training left to look at.

    Attributes:
        course: None where it could not be followed.
        confusion: (k, k) how many unseen images of each class (row) are predicted as each
            (column); None where the trained network computes with what is no number.
        digits: some unseen images, those that are read wrongly first.
        threshold: the fraction of unseen images that the training check expects.
        made_right: the parts that the reference would answer for.
        called: those of them that were called.
    """

    course: Course | None
    confusion: Counts | None
    digits: tuple[Digit, ...]
    threshold: float
    made_right: tuple[str, ...] = ()
    called: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Gradient:
    """A gradient that is wrong, on a case that is small enough to look at.

    Attributes:
        name: "dW1", "db1", "dW2" or "db2".
        check: the id of the check that failed.
        got: (rows, columns), the submission's.
        want: (rows, columns), the right one.
        error: got - want; None where the shapes differ.
        shape: of the submission's, as it was stored.
        told: in words, where and by how much it is off.
        made_right: the faulty parts that the reference would answer for.
        called: those of them that were called.
    """

    name: str
    check: str
    got: Floats
    want: Floats
    error: Floats | None
    shape: tuple[int, ...]
    told: str
    made_right: tuple[str, ...] = ()
    called: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Exhibits:
    """All there is to look at of one submission.

    Attributes:
        source: the bytes of nn.py.
        training: None where there was none, or nothing of it may be shown.
        gradients: in the order dW1, db1, dW2, db2.
    """

    source: bytes
    training: Training | None = None
    gradients: tuple[Gradient, ...] = ()
