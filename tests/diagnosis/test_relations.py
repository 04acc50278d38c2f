"""Relations between wrong arrays and right ones: each is recognised, and chance is not."""

import numpy as np
import pytest

from grader.assignment import Sizes
from grader.diagnosis.probes import Probe, probes
from grader.diagnosis.relations import Pair, relate, spoken

CASES = tuple(probes("backward_propagation", Sizes(20, 9, 10)))


def pairs(name, change):
    """What a change makes of right arrays, on every probe; `change` gets probe and array."""
    rng = np.random.default_rng(1)
    for probe in CASES:
        want = rng.standard_normal(probe.parameters[name[1:]].shape)
        beside = {name: want, "A1": want + 1}
        yield Pair(probe, np.asarray(change(probe, want)), want, beside)


def roll(_probe: Probe, want):
    """Rows in another order."""
    return np.roll(want, 1, axis=0)


def off_where_switched_off(probe, want):
    """Wrong in the rows of units that are off for any sample."""
    Z1 = probe.parameters["W1"] @ probe.X + probe.parameters["b1"]
    off = (Z1 <= 0).any(axis=1, keepdims=True)
    return want + off * np.arange(1, want.size + 1).reshape(want.shape)


RELATIONS = {
    "all-zero": lambda _, want: 0 * want,
    "sign": lambda _, want: -want,
    "samples-times": lambda probe, want: want * len(probe.y),
    "samples-less": lambda probe, want: want / len(probe.y),
    "classes-times": lambda probe, want: want * probe.sizes.output_size,
    "hidden-less": lambda probe, want: want / probe.sizes.hidden_size,
    "inputs-times": lambda probe, want: want * probe.sizes.input_size,
    "rate-times": lambda probe, want: want * probe.rate,
    "constant-factor": lambda _, want: 3 * want,
    "constant-for-samples": lambda probe, want: want * len(probe.y) / 60_000,
    "another-value": lambda _, want: want + 1,
    "transposed": lambda _, want: want.T,
    "offset": lambda _, want: want - 2,
    "some-signs": lambda _, want: np.abs(want),
    "flat-shape": lambda _, want: want.ravel(),
    "broadcast-shape": lambda _, want: np.stack([want, want]),
    "one-sum": lambda _, want: want.sum(),
    "one-mean": lambda _, want: want.mean(),
    "only-switched-off": off_where_switched_off,
    "rows-permuted": roll,
    "columns-permuted": lambda _, want: np.roll(want, 1, axis=1),
    "zeros": lambda _, want: want * (want > 0),
}


@pytest.mark.parametrize("ident", RELATIONS)
def test_a_relation_is_recognised(ident):
    """Each relation is found where it holds on every probe, and named in one sentence."""
    name = "dW1"
    given = list(pairs(name, RELATIONS[ident]))
    if ident == "offset":  # the value beside is for another relation
        given = [Pair(p.probe, p.have, p.want, {}) for p in given]
    found = relate(name, given)
    assert found is not None
    assert found.id == ident
    assert name in found.hint
    assert found.hint.endswith((".", "?"))


def test_where_zeros_should_be():
    """An array that is filled where it should be zero is recognised too."""
    given = [
        Pair(p.probe, p.want, p.want * (p.want > 0), {}) for p in pairs("dW1", lambda _, want: want)
    ]
    assert relate("dW1", given).id == "should-be-zero"


def test_noise_is_no_relation():
    """Arrays that have nothing to do with the right ones are given no name."""
    rng = np.random.default_rng(7)
    assert (
        relate("dW1", list(pairs("dW1", lambda _, want: rng.standard_normal(want.shape)))) is None
    )


def test_what_holds_once_is_chance():
    """A relation on one probe, and another on the next, is none."""
    calls = iter(range(len(CASES)))
    given = pairs("dW1", lambda _, want: want.T if next(calls) % 2 else -want)
    assert relate("dW1", list(given)) is None


def test_right_answers_have_no_relation():
    """What is right is not spoken of."""
    assert relate("dW1", list(pairs("dW1", lambda _, want: want))) is None


@pytest.mark.parametrize(
    ("value", "words"),
    [(2.0, "2"), (1 / 6, "1/6"), (-0.5, "-1/2"), (np.e, "2.71828"), (1e-9, "1e-09")],
)
def test_spoken(value, words):
    """A factor is a simple fraction where it is one, and a decimal elsewhere."""
    assert spoken(value) == words
