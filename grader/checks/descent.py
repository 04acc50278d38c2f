"""What a descent must do: land where plain gradient descent lands, or lower the loss as far."""

from grader.assignment import PARAMETERS
from grader.checks.cases import solved
from grader.compare import assert_close
from grader.errors import Mismatch

ENOUGH = 0.95
"""Of the way down that plain gradient descent goes. Mini-batches and momentum go further; a
descent that stops a step early, or steps along something else, does not get there."""


def assert_descended(student, reference, case, iters, rate, *, deadline_s=None):  # noqa: PLR0913
    """After iters steps the parameters are where plain descent leads, or the loss is as low."""
    network = student.network(case.parameters, rate)
    after = network.gradient_descent(case.X, case.y, iters, deadline_s)
    right = solved(reference, case, rate)
    start = right.cross_entropy_loss(case.X, case.y)
    right.gradient_descent(case.X, case.y, iters)
    try:
        for name in PARAMETERS:
            assert_close(after[name], getattr(right, name))
    except Mismatch:
        plain = loss_at(right, case)
        for name in PARAMETERS:
            have = after[name].array()
            if have.shape != case.parameters[name].shape:
                raise
            setattr(right, name, have)
        if not start - loss_at(right, case) >= ENOUGH * (start - plain):
            raise


def loss_at(network, case):
    """The loss of the case at the network's parameters."""
    network.forward_propagation(case.X)
    return network.cross_entropy_loss(case.X, case.y)
