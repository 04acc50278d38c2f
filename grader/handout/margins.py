"""Stands in for the checks' margins in the handout: practice looks at the submission's own Z1."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from grader.compare import Floats

SOFT = 0.25
"""Of W2 and b2: keeps probabilities away from 0, where a guard in the loss would be seen."""


def softened(parameters: Mapping[str, Floats], _X: Floats) -> Mapping[str, Floats]:
    """The parameters, with W2 and b2 a quarter as large."""
    return {
        name: value * SOFT if name in {"W2", "b2"} else value for name, value in parameters.items()
    }


def too_near(_parameters: Mapping[str, Floats], X: Floats, _scale: float) -> NDArray[np.bool_]:
    """No column of X (input_size, m): (m,)."""
    return np.zeros(X.shape[1], dtype=bool)
