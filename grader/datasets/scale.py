"""Turns stored images into what a network takes: columns, standardised by the training images."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.datasets.npz import Images, Labels

Floats = NDArray[np.floating[Any]]

EPSILON = 1e-7
_CHUNK = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Standardised:
    """What a network takes: one sample a column, less the mean, divided by the deviation.

    Attributes:
        X_train: (d, n), C-contiguous.
        y_train: (n,) int64.
        X_test: (d, t), C-contiguous.
        y_test: (t,) int64.
        mean: of all pixels of the n training images, from 0 to 255.
        std: likewise their standard deviation; 1e-7 was added to divide by it.
    """

    X_train: Floats
    y_train: NDArray[np.int64]
    X_test: Floats
    y_test: NDArray[np.int64]
    mean: float
    std: float


def standardise(
    train: tuple[Images, Labels], test: tuple[Images, Labels], dtype: type[np.floating[Any]]
) -> Standardised:
    """Both splits by the mean and deviation of the first; images (n, h, w), labels (n,)."""
    mean, std = moments(train[0])
    return Standardised(
        _columns(train[0], mean, std, dtype),
        train[1].astype(np.int64),
        _columns(test[0], mean, std, dtype),
        test[1].astype(np.int64),
        mean,
        std,
    )


def moments(x: Images) -> tuple[float, float]:
    """Mean and standard deviation of all pixels, from integer sums: the same on every machine."""
    counts = np.zeros(256, np.int64)
    for start in range(0, len(x), _CHUNK):  # bincount widens its argument eightfold
        counts += np.bincount(x[start : start + _CHUNK].ravel(), minlength=256)
    levels = np.arange(256)
    total, first, second = (int(counts @ levels**power) for power in (0, 1, 2))
    return first / total, ((total * second - first * first) / total**2) ** 0.5


def _columns(x: Images, mean: float, std: float, dtype: type[np.floating[Any]]) -> Floats:
    X: Floats = np.ascontiguousarray(x.reshape(len(x), -1).T).astype(dtype)
    X -= mean
    X /= std + EPSILON
    return X
