"""What the checks feed a network: weights, samples and labels, drawn by Hypothesis.

Hypothesis draws a handful of integers and NumPy the arrays from them: quick to draw, quick to
shrink, and the same on every machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import permutations
from types import MappingProxyType, ModuleType
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from grader.assignment import Sizes
from grader.checks.margins import softened, too_near
from grader.compare import Floats
from grader.solution import network_of

WEIGHTS = 4
"""How many sets of weights there are for each size: what varies most is the samples, and drawing
100 000 weights takes longer than any call."""

FEW = 100
"""With at most so many weights in W1 every number is rounded, to be written down exactly."""

STEP = 0.01
"""What they are whole multiples of; none is 0, so that each has an effect."""


@dataclass(frozen=True, slots=True)
class Case:
    """A network's parameters, a batch (input_size, m) and its labels (m,)."""

    sizes: Sizes
    parameters: Mapping[str, Floats]
    X: Floats
    y: NDArray[np.int64]

    @property
    def gradients(self) -> dict[str, Floats]:
        """Some dW1, db1, dW2, db2 to update with, no gradient of any loss."""
        rng = np.random.default_rng(self.X.size)
        return {
            f"d{n}": _short(rng.standard_normal(v.shape), self.sizes)
            for n, v in self.parameters.items()
        }

    def __repr__(self) -> str:
        """The sizes: the arrays follow from them."""
        n = self.sizes
        return f"Case({n.input_size}-{n.hidden_size}-{n.output_size}, m={self.X.shape[1]})"


def make_case(
    sizes: Sizes, samples: int, *, seed: int, scale: float = 1.0, absent: bool = False
) -> Case:
    """Draw a case.

    Args:
        sizes: of the network.
        samples: how many columns X has.
        seed: of everything random.
        scale: standard deviation of X.
        absent: leave the last class out of y; otherwise it is in, and with enough samples all are.
    """
    rng = np.random.default_rng(seed)
    parameters = _parameters(sizes, seed % WEIGHTS)
    present = sizes.output_size - absent
    y = np.concatenate([np.arange(present)[::-1], rng.integers(0, present, samples)])[:samples]
    X = _samples(parameters, sizes, samples, scale, rng)
    return Case(sizes, parameters, X, rng.permutation(y))


@lru_cache(maxsize=512)
def _kept_case(sizes: Sizes, samples: int, seed: int, scale: float, *, absent: bool) -> Case:
    """A case that every submission of a class is given; nobody may write into it."""
    case = make_case(sizes, samples, seed=seed, scale=scale, absent=absent)
    case.X.flags.writeable = case.y.flags.writeable = False
    return case


def moderate(case: Case) -> Case:
    """The case for a loss that may be guarded: no probability near 0 or 1 (see margins.py)."""
    return replace(case, parameters=softened(case.parameters, case.X))


@lru_cache(maxsize=64)
def _parameters(sizes: Sizes, seed: int) -> Mapping[str, Floats]:
    """Weights that keep Z1 and the logits near the samples' own scale."""
    rng = np.random.default_rng(seed)
    shape1 = (sizes.hidden_size, sizes.input_size)
    shape2 = (sizes.output_size, sizes.hidden_size)
    drawn = {
        "W1": rng.standard_normal(shape1) / np.sqrt(sizes.input_size),
        "b1": 0.3 * rng.standard_normal((sizes.hidden_size, 1)),
        "W2": 1.5 * rng.standard_normal(shape2) / np.sqrt(sizes.hidden_size),
        "b2": 0.3 * rng.standard_normal((sizes.output_size, 1)),
    }
    short = {name: _short(value, sizes) for name, value in drawn.items()}
    if _is_small(sizes):
        # Rounded alike, they would be tied for every sample that switches all hidden units off.
        ranks = drawn["b2"].argsort(axis=0).argsort(axis=0)
        short["b2"] = np.round(drawn["b2"] + STEP * ranks, 2)
    for value in short.values():
        value.flags.writeable = False
    return MappingProxyType(short)


def _is_small(sizes: Sizes) -> bool:
    return sizes.input_size * sizes.hidden_size <= FEW


def _short(values: Floats, sizes: Sizes) -> Floats:
    """The values, rounded to multiples of STEP other than 0 where the network is small."""
    if not _is_small(sizes):
        return values
    rounded = np.round(values, 2)
    return np.where(rounded == 0, STEP, rounded)


def _samples(
    parameters: Mapping[str, Floats],
    sizes: Sizes,
    samples: int,
    scale: float,
    rng: np.random.Generator,
) -> Floats:
    """Columns away from ReLU's kink and from ties; those too near are drawn again."""

    def draw(count: int) -> Floats:
        return _short(scale * rng.standard_normal((sizes.input_size, count)), sizes)

    X = draw(samples)
    while True:
        near = too_near(parameters, X, scale)
        if not near.any():
            return X
        X[:, near] = draw(int(near.sum()))


@dataclass(frozen=True, slots=True)
class Draw:
    """What Hypothesis draws for a case at the assignment's own sizes."""

    seed: int = 1
    extra: int = 3
    scale: float = 1.0

    def case(self, sizes: Sizes) -> Case:
        """A batch that holds every class, and some samples more."""
        samples = sizes.output_size + self.extra
        return _kept_case(sizes, samples, self.seed, self.scale, absent=False)


_SIZES = sorted(
    (sizes for sizes in permutations(range(1, 10), 4) if sizes[2] > 1),
    key=lambda sizes: (sizes[0] * (sizes[1] + sizes[3]) + sizes[1] * sizes[2], sizes),
)
"""Inputs, hidden units, outputs and samples, the fewest numbers first: so do they shrink."""

_ANY_SIZES = st.sampled_from(_SIZES)
_SEEDS = st.integers(0, 2**31 - 1)
_SCALES = st.sampled_from((1.0, 0.2, 4.0))


def draws() -> st.SearchStrategy[Draw]:
    """Cases at the assignment's sizes."""
    return st.builds(Draw, seed=_SEEDS, extra=st.integers(1, 7), scale=_SCALES)


@st.composite
def cases(draw: st.DrawFn, *, scales: st.SearchStrategy[float] = _SCALES) -> Case:
    """Cases at small sizes, all different from one another, down to a single sample."""
    inputs, hidden, outputs, samples = draw(_ANY_SIZES)
    return _kept_case(
        Sizes(inputs, hidden, outputs),
        samples,
        draw(_SEEDS),
        draw(scales),
        absent=draw(st.booleans()) and outputs > 2,  # noqa: PLR2004  one class must remain to tell
    )


TINY = make_case(Sizes(1, 3, 2), 4, seed=1)
"""Comes first: what fails here is written down in a few lines."""

SMALL = make_case(Sizes(5, 4, 3), 6, seed=1)
SINGLE = make_case(Sizes(6, 5, 3), 1, seed=2)
ABSENT = make_case(Sizes(3, 6, 4), 7, seed=3, absent=True)


def matrices(low: float, high: float) -> st.SearchStrategy[Floats]:
    """Matrices (k, m) with at least two rows and elements from low to high."""
    shapes = st.tuples(st.integers(2, 6), st.integers(1, 7)).filter(lambda s: s[0] != s[1])
    return hnp.arrays(np.float64, shapes, elements=st.floats(low, high, allow_subnormal=False))


def solved(reference: ModuleType, case: Case, learning_rate: float = 0.01) -> Any:  # noqa: ANN401  an instructor's own reference is a module, not a type
    """The reference's network after a forward and a backward pass of the case."""
    network = network_of(reference, case.sizes, {**case.parameters, "learning_rate": learning_rate})
    network.forward_propagation(case.X)
    network.backward_propagation(case.X, case.y)
    return network
