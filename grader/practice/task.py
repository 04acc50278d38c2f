"""What practice trains on: the embedded digits, from fresh weights."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from grader.assignment import Sizes
from grader.compare import Floats
from grader.datasets import digits
from grader.datasets.scale import standardise
from grader.network import Labels
from grader.practice.settings import Training

INITIAL_SCALE = 0.01
"""Of the initial weights: the skeleton's own."""

PIXELS = digits.SIDE**2
CLASSES = 10


@dataclass(frozen=True, slots=True)
class Task:
    """A training, and how it is marked.

    Attributes:
        parameters: the initial W1, b1, W2, b2.
        X_train, X_test: (input_size, m), standardised.
        y_train, y_test: (m,).
        threshold: the fraction of X_test that must be recognised.
        deadline_s: seconds for the whole training.
    """

    parameters: Mapping[str, Floats]
    X_train: Floats
    y_train: Labels
    X_test: Floats
    y_test: Labels
    iters: int
    learning_rate: float
    threshold: float
    deadline_s: float


def fits(sizes: Sizes) -> bool:
    """Whether a network of these sizes can be trained on the digits."""
    return sizes.input_size == PIXELS and sizes.output_size >= CLASSES


def set_task(training: Training, sizes: Sizes, seed: int) -> Task:
    """Draw initial weights from the seed; take the first images."""
    rng = np.random.default_rng(seed)
    found = digits.load()
    n = training.train_size
    data = standardise(
        (found.x_train[:n], found.y_train[:n]), (found.x_test, found.y_test), np.float64
    )
    return Task(
        parameters={
            "W1": INITIAL_SCALE * rng.standard_normal((sizes.hidden_size, sizes.input_size)),
            "b1": np.zeros((sizes.hidden_size, 1)),
            "W2": INITIAL_SCALE * rng.standard_normal((sizes.output_size, sizes.hidden_size)),
            "b2": np.zeros((sizes.output_size, 1)),
        },
        X_train=np.asarray(data.X_train, np.float64),
        y_train=data.y_train,
        X_test=np.asarray(data.X_test, np.float64),
        y_test=data.y_test,
        iters=training.iters,
        learning_rate=training.learning_rate,
        threshold=training.threshold,
        deadline_s=training.deadline_s,
    )
