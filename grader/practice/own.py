"""What practice checks hold a submission against: its own parts, and what they must be like."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.answers import After
from grader.compare import Floats, Got, as_array, assert_close, assert_shape
from grader.differences import number
from grader.errors import Mismatch, Undone
from grader.network import Network
from grader.sandbox.errors import StudentError
from grader.student import Student

Labels = NDArray[np.integer[Any]]

SLACK = 5e-4
"""Of a probability: what a guard of 1e-8 inside a logarithm may change, and float32."""

EXACT = 1e-5
"""Of a difference of scores: a tenth of what e = 2.718 does, a hundred times float32's rounding."""

NOTHING = 1e-9
"""As good as 0."""

ROUNDING = 1e-4
"""Of a loss in float32, with room: a smaller change of it says nothing about its slope."""

WANTED = ("Z1", "A1", "Z2", "A2")


@contextmanager
def resting_on(part: str) -> Iterator[None]:
    """Within this block a fault of that part is what the check rests on, and not its own."""
    try:
        yield
    except Undone as error:
        raise Mismatch(f"This check rests on {part}. {error}") from None
    except StudentError as error:
        if error.missing:
            raise Mismatch(f"This check rests on {part}, which is not written yet.") from None
        raise Mismatch(
            f"This check rests on {part}, which raised {error.type_name} here."
        ) from None


def forward(network: Network, X: Floats) -> dict[str, Floats]:
    """The submission's own Z1, A1, Z2, A2 of samples X, for a check of something else.

    Raises:
        Mismatch: there are none, or not of their shapes.
    """
    with resting_on("forward_propagation"):
        after = network.forward_propagation(X)
        sizes, m = network.sizes, X.shape[1]
        rows = (sizes.hidden_size, sizes.hidden_size, sizes.output_size, sizes.output_size)
        return {n: after[n].shaped((k, m)) for n, k in zip(WANTED, rows, strict=True)}


def assert_relu(got: Got, Z: Floats, of: str = "Z") -> None:
    """What is negative in Z has become 0, and all else has stayed.

    Args:
        got: the answer.
        Z: of which it should be the ReLU.
        of: what Z is called.
    """
    have = got.shaped(Z.shape)
    for mask, why in (
        (~np.isfinite(have), "no number may become infinite or nan"),
        ((Z < 0) & (np.abs(have) > NOTHING), "nothing negative comes through"),
        ((Z > 0) & ~np.isclose(have, Z, rtol=1e-5, atol=NOTHING), "it should have stayed"),
    ):
        if mask.any():
            at = tuple(int(i) for i in np.argwhere(mask)[0])
            raise got.wrong(
                f"at {list(at)} is {number(have[at])} where {of} is {number(Z[at])}: {why}."
            )


def assert_softmax(got: Got, Z: Floats, of: str = "Z") -> None:
    """Every column is a distribution, in which differences of scores are ratios.

    Args:
        got: the answer.
        Z: (k, m), the scores; a few units apart at most.
        of: what Z is called.
    """
    assert_shape(got, Z.shape)
    have = as_array(got)
    if not np.isfinite(have).all():
        raise got.wrong("holds infinite numbers or nan.")
    if not (have > 0).all():
        at = tuple(int(i) for i in np.argwhere(have <= 0)[0])
        raise got.wrong(f"at {list(at)} is {number(have[at])}; a probability is above 0 here.")
    total = got.derived(f"the sum of each column of {got.what}", have.sum(axis=0))
    assert_close(total, np.ones(Z.shape[1]))
    logs = got.derived(f"the logarithm of {got.what}, less its first row,", _less_first(have))
    assert_close(
        logs, Z - Z[:1], rtol=EXACT, atol=EXACT, expected=f"but {of}, less its first row, is"
    )


def _less_first(have: Floats) -> Floats:
    logs = np.log(have)
    return np.asarray(logs - logs[:1])


def assert_encodes(got: Got, y: Labels, classes: int) -> None:
    """Zeros, and in column j a single one, in row y[j]."""
    assert_shape(got, (classes, len(y)))
    have = as_array(got)
    if not np.isin(have, (0, 1)).all():
        raise got.wrong("holds other numbers than 0 and 1.")
    for j, label in enumerate(y):
        rows = np.flatnonzero(have[:, j])
        if len(rows) != 1:
            raise got.wrong(f"has {len(rows)} ones in column {j}; there is one a column.")
        if rows[0] != label:
            raise got.wrong(f"has the 1 of column {j} in row {rows[0]}; its label is {label}.")


def likelihoods(A2: Floats, y: Labels) -> Floats:
    """The probability of the right class of each sample: (m,)."""
    return np.array([column[label] for column, label in zip(A2.T, y, strict=True)])


@dataclass(frozen=True, slots=True)
class Point:
    """The loss at some parameters.

    Attributes:
        loss: the number.
        active: on which side of ReLU's kink each hidden unit is.
        coarse: whether it was computed in less than float64.
    """

    loss: float
    active: object
    coarse: bool


@dataclass(frozen=True, slots=True)
class OwnLoss:
    """The submission's loss of a batch, as a function of the network's parameters.

    Its own cross_entropy_loss where that has passed its checks; otherwise what its A2 says.
    """

    student: Student
    X: Floats
    y: Labels

    def at(self, parameters: Mapping[str, Floats]) -> Point:
        """Evaluate it; raises Mismatch when there is no loss to be had."""
        network = self.student.network(parameters)
        if "cross_entropy_loss" in self.student.sound:
            with resting_on("cross_entropy_loss"):
                after = network.cross_entropy_loss(self.X, self.y, read=("Z1", "A2"))
                return _point(float(after.result.shaped(())), after)
        with resting_on("forward_propagation"):
            after = network.forward_propagation(self.X)
            k, m = network.sizes.output_size, self.X.shape[1]
            picked = likelihoods(after["A2"].shaped((k, m)), self.y)
            surprise = np.log(np.reciprocal(picked))
            return _point(float(surprise.sum() / m), after)

    def slope(
        self, parameters: Mapping[str, Floats], name: str, direction: Floats, step: float
    ) -> float | None:
        """The slope along a direction of one parameter.

        None where it cannot be told: a kink of ReLU lies within the step, or the loss changes by
        less than the rounding of float32, in which it was computed.
        """
        above, below = (
            self.at({**parameters, name: parameters[name] + sign * step * direction})
            for sign in (1, -1)
        )
        change = above.loss - below.loss
        drowned = above.coarse and abs(change) < ROUNDING * (1 + abs(above.loss))
        if above.active != below.active or drowned:
            return None
        return change / (2 * step)


def _point(loss: float, after: After) -> Point:
    values = [after[name].value for name in ("Z1", "A2")]
    arrays = [value for value in values if isinstance(value, np.ndarray)]
    coarse = any(value.dtype != np.float64 for value in arrays) or float(np.float32(loss)) == loss
    Z1 = values[0]
    return Point(loss, (Z1 > 0).tobytes() if isinstance(Z1, np.ndarray) else None, coarse)
