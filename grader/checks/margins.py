"""Which samples lie where a right answer depends on the last digit: at ReLU's kink, or at a tie."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from grader.compare import Floats

KINK = 2e-3
"""Units closer to ReLU's kink, in units of the samples' scale, are drawn again: central
differences move Z1 by at most 1e-5 of a sample's length (28 at 784 inputs), so none crosses it."""

TIE = 1e-3
"""Samples whose two best logits are closer are drawn again: float32 might swap them."""


def too_near(parameters: Mapping[str, Floats], X: Floats, scale: float) -> NDArray[np.bool_]:
    """Which columns of X (input_size, m), of this scale, are to be drawn again: (m,)."""
    W1, b1, W2, b2 = (parameters[name] for name in ("W1", "b1", "W2", "b2"))
    Z1 = W1 @ X + b1
    Z2 = np.sort(W2 @ np.maximum(0, Z1) + b2, axis=0)
    near: NDArray[np.bool_] = np.abs(Z1).min(axis=0) < KINK * min(scale, 1)
    return near | (Z2[-1] - Z2[-2] < TIE)
