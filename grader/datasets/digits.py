"""The embedded digits: 1797 handwritten images that need no network, brought to MNIST's 28 x 28.

They are E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine
Learning Repository (1998), https://doi.org/10.24432/C50P49, licensed CC BY 4.0; the part that
scikit-learn ships as load_digits(). grader/digits.npz holds them unchanged, as `images`
(1797, 8, 8) uint8 from 0 to 16 and `labels` (1797,), with one addition: `order`, a permutation of
0..1796. Neighbours in the original order are by one writer and the labels run 0, 1, 2, ...; so the
split below takes the samples in this order. It is stored because NumPy does not promise that a
seed gives the same permutation in every version.
"""

import io
from importlib import resources
from typing import NamedTuple

import numpy as np

from grader.datasets.npz import Images, Labels

TRAIN_SIZE = 1297
SIDE = 28
_INK = 20  # MNIST's digits fill 20 x 20, with 4 empty pixels on every side
_LEVELS = 16


class Digits(NamedTuple):
    """The embedded set, split once and for all.

    Attributes:
        x_train: (1297, 28, 28) images from 0 to 255.
        y_train: (1297,) labels.
        x_test: (500, 28, 28) images.
        y_test: (500,) labels.
    """

    x_train: Images
    y_train: Labels
    x_test: Images
    y_test: Labels


def load() -> Digits:
    """The embedded set; the same bytes on every machine."""
    blob = resources.files("grader").joinpath("digits.npz").read_bytes()
    with np.load(io.BytesIO(blob), allow_pickle=False) as file:
        order = file["order"]
        x, y = enlarge(file["images"][order]), file["labels"][order]
    for array in (x, y):
        array.flags.writeable = False
    return Digits(x[:TRAIN_SIZE], y[:TRAIN_SIZE], x[TRAIN_SIZE:], y[TRAIN_SIZE:])


def enlarge(images: Images) -> Images:
    """Images (n, 8, 8) from 0 to 16 as (n, 28, 28) from 0 to 255, by linear interpolation.

    Counted in tenths of a pixel, every weight is an integer and so is every sum: no machine rounds
    them differently.
    """
    weights = _tenths(images.shape[1])
    # Integers below 2**53 in floating point, for which a product of matrices is fast and exact.
    ink = (weights @ images.astype(np.float64) @ weights.T).astype(np.int64)
    whole = 10 * 10 * _LEVELS
    margin = (SIDE - _INK) // 2
    result = np.zeros((len(images), SIDE, SIDE), np.uint8)
    result[:, margin:-margin, margin:-margin] = (ink * 255 + whole // 2) // whole
    return result


def _tenths(size: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """How much of each of 8 pixels is in each of the 20 that cover them, in tenths: (20, 8).

    The middle of pixel i of 20 lies at (i + 1/2) * 8/20 - 1/2 = (4 i - 3) / 10 of the 8; beyond the
    outermost middles the outermost pixel goes on.
    """
    position = np.clip(4 * np.arange(_INK) - 3, 0, 10 * (size - 1))
    left, part = np.divmod(position, 10)
    weights = np.zeros((_INK, size))
    rows = np.arange(_INK)
    weights[rows, left] = 10 - part
    weights[rows, np.minimum(left + 1, size - 1)] += part
    return weights
