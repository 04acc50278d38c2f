"""The cases that tell mistakes apart: several sizes, scales and batches, all different.

A case that Hypothesis has shrunk is too small for that: [[0]] fits many mistakes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.assignment import FUNCTIONS, TRAINING, Sizes
from grader.compare import Floats

DECIMALS = 2
"""Of small probes' numbers, so that a person can type them in."""

MARGIN = 0.02
"""Units and scores closer to a kink or a tie are moved: rounding must not decide them."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One case.

    Attributes:
        name: what is special about it: "base", "single", "absent", "assigned", ...
        sizes: of the network.
        parameters: W1, b1, W2, b2; empty for a function.
        X: samples (input_size, m); for ReLU and softmax the argument Z.
        y: labels (m,).
        rate: the learning rate.
        iters: steps of gradient descent.
    """

    name: str
    sizes: Sizes
    parameters: Mapping[str, Floats]
    X: Floats
    y: NDArray[np.int64]
    rate: float = 0.5
    iters: int = 2

    @property
    def gradients(self) -> dict[str, Floats]:
        """Some dW1, db1, dW2, db2 to update with, no gradient of any loss."""
        rng = np.random.default_rng(self.X.size)
        drawn = {name: rng.standard_normal(v.shape) for name, v in self.parameters.items()}
        return {f"d{name}": value.round(DECIMALS) for name, value in drawn.items()}


def probes(method: str, assigned: Sizes) -> Iterator[Probe]:
    """The cases for a method, the most ordinary first."""
    if method in FUNCTIONS:
        yield from _of_function(method)
        return
    yield _network("base", Sizes(5, 4, 3), 6, iters=1)
    yield _network("wide", Sizes(4, 7, 5), 9, scale=2.0, rate=0.1, iters=3)
    yield _network("absent", Sizes(3, 6, 4), 7, absent=1, rate=0.25)
    yield _network("single", Sizes(6, 5, 3), 1, rate=0.2)
    if method not in {"gradient_descent", TRAINING}:  # thousands of steps, for some mistakes
        yield _network("assigned", assigned, assigned.output_size + 3, rate=0.01)
    if method == TRAINING:
        yield _network("many", Sizes(6, 5, 3), 300, rate=0.1, iters=4)


def _network(  # noqa: PLR0913  what a case is made of
    name: str,
    sizes: Sizes,
    samples: int,
    *,
    scale: float = 1.0,
    absent: int = 0,
    rate: float = 0.5,
    iters: int = 2,
) -> Probe:
    """Draw a case whose units and scores keep away from kinks and ties."""
    rng = np.random.default_rng([sizes.input_size, samples])
    small = sizes.input_size * sizes.hidden_size < 100  # noqa: PLR2004  a person could type it
    shapes = {
        "W1": (sizes.hidden_size, sizes.input_size),
        "b1": (sizes.hidden_size, 1),
        "W2": (sizes.output_size, sizes.hidden_size),
        "b2": (sizes.output_size, 1),
    }
    spread = {"W1": sizes.input_size**-0.5, "b1": 0.3, "W2": 1.5 * sizes.hidden_size**-0.5}
    parameters = {n: spread.get(n, 0.3) * rng.standard_normal(s) for n, s in shapes.items()}
    X = scale * rng.standard_normal((sizes.input_size, samples))
    if small:
        parameters = {n: v.round(DECIMALS) for n, v in parameters.items()}
        X = X.round(DECIMALS)
    for j in range(samples):
        while small and _near(parameters, X[:, [j]]):
            X[:, j] = (scale * rng.standard_normal(sizes.input_size)).round(DECIMALS)
    present = sizes.output_size - absent
    y = np.concatenate([np.arange(present)[::-1], rng.integers(0, present, samples)])[:samples]
    return Probe(name, sizes, parameters, X, rng.permutation(y), rate, iters)


def _near(parameters: Mapping[str, Floats], x: Floats) -> bool:
    Z1 = parameters["W1"] @ x + parameters["b1"]
    Z2 = np.sort(parameters["W2"] @ np.maximum(0, Z1) + parameters["b2"], axis=0)
    return bool(np.abs(Z1).min() < MARGIN or (Z2[-1] - Z2[-2]).min() < MARGIN)


def _of_function(method: str) -> Iterator[Probe]:
    rng = np.random.default_rng(3)
    shapes: dict[str, tuple[int, ...]] = {"base": (4, 6), "wide": (3, 5), "single": (5, 1)}
    if method == "ReLU":
        shapes |= {"of one axis": (7,), "of three axes": (2, 3, 4)}
    for name, shape in shapes.items():
        yield _argument(name, (2 * rng.standard_normal(shape)).round(DECIMALS))
    if method == "softmax":
        yield _argument("large", 1000 + 3 * rng.standard_normal((4, 3)).round(DECIMALS))
        apart = np.array([[900.0, -900.0, 2.0], [899.0, -901.0, 1.0], [897.0, -899.0, 0.0]])
        yield _argument("far apart", np.vstack([apart, apart[:1] - 2]))


def _argument(name: str, Z: Floats) -> Probe:
    return Probe(name, Sizes(), {}, Z, np.zeros(0, np.int64))
