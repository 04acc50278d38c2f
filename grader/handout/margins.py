"""Stands in for the checks' margins in the handout: practice looks at the submission's own Z1."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from grader.compare import Floats


def softened(parameters: Mapping[str, Floats], _X: Floats) -> Mapping[str, Floats]:
    """The parameters as they are: smaller slopes would drown in the rounding of float32."""
    return parameters


def too_near(_parameters: Mapping[str, Floats], X: Floats, _scale: float) -> NDArray[np.bool_]:
    """No column of X (input_size, m): (m,)."""
    return np.zeros(X.shape[1], dtype=bool)
