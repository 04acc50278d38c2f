"""Where a right answer hangs on the last digit: at ReLU's kink, a tie, a tiny probability."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from grader.compare import Floats

KINK = 2e-3
"""Units closer to ReLU's kink, in units of the samples' scale, are drawn again: central
differences move Z1 by at most 1e-5 of a sample's length (28 at 784 inputs), so none crosses it."""

TIE = 1e-3
"""Samples whose two best logits are closer are drawn again: float32 might swap them."""


SPREAD = 5.0
"""Between the logits of one sample: then no probability is below 1e-4 or above 0.9999, and a guard
of 1e-8 inside a logarithm changes neither the loss nor its slope by more than 1e-4 of itself."""


def softened(parameters: Mapping[str, Floats], X: Floats) -> Mapping[str, Floats]:
    """The parameters, with W2 and b2 halved until no logits of X (input_size, m) are far apart."""
    widest = np.ptp(_logits(parameters, _hidden(parameters, X)), axis=0).max()
    halves = np.ceil(np.log2(max(widest, SPREAD) / SPREAD))
    return {
        name: value * 0.5**halves if name in {"W2", "b2"} else value
        for name, value in parameters.items()
    }


def too_near(parameters: Mapping[str, Floats], X: Floats, scale: float) -> NDArray[np.bool_]:
    """Which columns of X (input_size, m), of this scale, are to be drawn again: (m,)."""
    Z1 = _hidden(parameters, X)
    Z2 = np.sort(_logits(parameters, Z1), axis=0)
    near: NDArray[np.bool_] = np.abs(Z1).min(axis=0) < KINK * min(scale, 1)
    return near | (Z2[-1] - Z2[-2] < TIE)


def _hidden(parameters: Mapping[str, Floats], X: Floats) -> Floats:
    return np.asarray(parameters["W1"] @ X + parameters["b1"])


def _logits(parameters: Mapping[str, Floats], Z1: Floats) -> Floats:
    return np.asarray(parameters["W2"] @ np.maximum(0, Z1) + parameters["b2"])
