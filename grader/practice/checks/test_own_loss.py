"""cross_entropy_loss: against the probabilities in the submission's own A2."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.checks.cases import ABSENT, SINGLE, SMALL, TINY, Draw, cases, draws
from grader.compare import assert_close
from grader.practice.own import SLACK, forward, likelihoods

_MODERATE = st.sampled_from((1.0, 0.3))


@pytest.mark.check("cross_entropy_loss", points=4, real=("loss::loss",), own=True)
@given(draw=draws().filter(lambda draw: draw.scale <= 1))
@example(draw=Draw())
def test_loss(student, assigned, draw):
    """Of a single sample, exp(-loss) is the probability that A2 gives to its class."""
    assert_of_single_samples(student, draw.case(assigned), 3)


@pytest.mark.check("cross_entropy_loss", points=2, real=("loss::other_sizes",), own=True)
@given(case=cases(scales=_MODERATE))
@example(case=TINY)
@example(case=SMALL)
@example(case=ABSENT)
@example(case=SINGLE)
def test_other_sizes(student, case):
    """The loss of a batch is the mean of the losses of its samples, at any size of network."""
    assert_of_single_samples(student, case, case.X.shape[1])
    network = student.network(case.parameters)
    single = [
        float(network.cross_entropy_loss(X[:, None], y[None]).result.shaped(()))
        for X, y in zip(case.X.T, case.y, strict=True)
    ]
    loss = network.cross_entropy_loss(case.X, case.y).result
    assert_close(
        loss,
        float(np.mean(single)),
        rtol=SLACK,
        expected="but of the samples alone it is, on average,",
    )


def assert_of_single_samples(student, case, count):
    """The first samples, each alone, have the loss that their probability says."""
    network = student.network(case.parameters)
    for X, y in zip(case.X.T[:count, :, None], case.y[:count, None], strict=True):
        after = network.cross_entropy_loss(X, y)
        likely = likelihoods(forward(network, X)["A2"], y)
        found = after.result.derived("exp(-loss)", np.exp(-after.result.shaped(())))
        assert_close(found, likely[0], rtol=SLACK, expected=f"but A2 gives class {y[0]}")
