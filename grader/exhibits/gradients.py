"""Gradients that are wrong, on one small case whose pattern shows the mistake."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from grader.assignment import GRADIENTS, Sizes
from grader.compare import Floats, Got, Hidden, assert_close
from grader.errors import Mismatch, Undone
from grader.exhibits.records import Gradient
from grader.network import Parameters
from grader.solution import network_of
from grader.student import Student

MARGIN = 0.02
"""Units and scores closer to a kink or a tie are drawn again: rounding must not decide them."""

MOST = 400
"""Elements of an array that is drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A network and a batch (input_size, m) of labelled samples, in numbers of two decimals."""

    sizes: Sizes
    parameters: Parameters
    X: Floats
    y: NDArray[np.int64]


def cases() -> Iterator[Case]:
    """First the one that shows nearly every mistake, then one whose last class is absent.

    In both every size differs, and of every hidden unit some entries of Z1 are negative.
    """
    yield _drawn(Sizes(12, 8, 5), 7, present=5, seed=2)
    yield _drawn(Sizes(9, 6, 4), 5, present=3, seed=3)


def wrong(
    student: Student, reference: ModuleType, failing: frozenset[str], made_right: tuple[str, ...]
) -> tuple[Gradient, ...]:
    """Those gradients whose own check failed, where a case shows them to be wrong.

    Args:
        student: the submission, with the same parts replaced as when it was judged.
        reference: the worked solution.
        failing: the ids of the checks that failed.
        made_right: the faulty parts that are replaced.

    Raises:
        StudentError, Stopped: backward_propagation did not do it again.
    """
    wanted = [name for name in GRADIENTS if f"backward::{name}" in failing]
    found: dict[str, Gradient] = {}
    for case in cases() if wanted else ():
        right = network_of(reference, case.sizes, case.parameters)
        right.forward_propagation(case.X)
        right.backward_propagation(case.X, case.y)
        after = student.network(case.parameters).backward_propagation(case.X, case.y)
        hidden = Hidden(right.Z1, case.X)
        called = {"forward_propagation", *after.reply.asked}  # the first is called from here
        for name in wanted:
            through = hidden if name in {"dW1", "db1"} else None
            shown = _shown(after[name], getattr(right, name), through)
            if shown and name not in found:
                asked = tuple(part for part in made_right if part in called)
                found[name] = replace(shown, made_right=made_right, called=asked)
        if len(found) == len(wanted):
            break
    return tuple(found[name] for name in wanted if name in found)


def _shown(got: Got, want: Floats, hidden: Hidden | None) -> Gradient | None:
    """None where it is right, or no array of finite numbers that can be drawn."""
    told = _told(got, want, hidden)
    if told is None or not isinstance(got.value, np.ndarray | np.generic | int | float):
        return None
    have = got.array()
    if not np.isfinite(have).all() or not 0 < have.size <= MOST or have.ndim > want.ndim:
        return None
    same = have.squeeze().shape == want.squeeze().shape
    name = got.what.removeprefix("self.")
    return Gradient(
        name=name,
        check=f"backward::{name}",
        got=have.reshape(want.shape) if same else np.atleast_2d(have),
        want=want,
        error=have.reshape(want.shape) - want if same else None,
        shape=have.shape,
        told=told,
    )


def _told(got: Got, want: Floats, hidden: Hidden | None) -> str | None:
    """What a check would say of it on this case; nothing where it is right."""
    try:
        assert_close(got, want, hidden=hidden)
    except Undone:
        return None
    except Mismatch as error:
        return str(error)
    return None


def _drawn(sizes: Sizes, samples: int, *, present: int, seed: int) -> Case:
    rng = np.random.default_rng(seed)
    shapes = {
        "W1": (sizes.hidden_size, sizes.input_size),
        "b1": (sizes.hidden_size, 1),
        "W2": (sizes.output_size, sizes.hidden_size),
        "b2": (sizes.output_size, 1),
    }
    spread = {"W1": sizes.input_size**-0.5, "W2": 1.5 * sizes.hidden_size**-0.5}
    y = np.concatenate([np.arange(present), rng.integers(0, present, samples)])[:samples]
    while True:
        parameters = {
            name: (spread.get(name, 0.3) * rng.standard_normal(shape)).round(2)
            for name, shape in shapes.items()
        }
        X = rng.standard_normal((sizes.input_size, samples)).round(2)
        Z1 = parameters["W1"] @ X + parameters["b1"]
        best = np.sort(parameters["W2"] @ np.maximum(0, Z1) + parameters["b2"], axis=0)
        some_off = (Z1 < 0).any(axis=1).all() and (Z1 > 0).any(axis=1).all()
        if some_off and np.abs(Z1).min() > MARGIN and (best[-1] - best[-2]).min() > MARGIN:
            return Case(sizes, parameters, X, y)
