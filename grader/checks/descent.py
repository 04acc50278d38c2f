"""What a descent must do: land where plain gradient descent lands, or lower the loss as far."""

import numpy as np

from grader.assignment import PARAMETERS
from grader.checks.cases import solved
from grader.compare import assert_close
from grader.errors import Mismatch, Undone
from grader.solution import network_of

ENOUGH = 0.95
"""Of the way down that plain gradient descent goes. Mini-batches and momentum go further; a
descent that stops a step early, or steps along something else, does not get there."""


MISCOUNTS = 1000
"""How many steps of plain descent are looked at for where another count of steps leads."""


def assert_descended(student, reference, case, iters, rate, *, deadline_s=None):  # noqa: PLR0913
    """After iters steps the parameters are where plain descent leads, or the loss is as low."""
    network = student.network(case.parameters, rate)
    after = network.gradient_descent(case.X, case.y, iters, deadline_s)
    right = solved(reference, case, rate)
    start = right.cross_entropy_loss(case.X, case.y)
    right.gradient_descent(case.X, case.y, iters)
    try:
        assert_at(after, right)
    except Mismatch as error:
        example = error.example
        have = {name: after[name].shaped(v.shape) for name, v in case.parameters.items()}
        if all(np.array_equal(have[name], value) for name, value in case.parameters.items()):
            raise Undone(f"{after.call}: no parameter has moved after {spelt(iters)}.") from None
        plain = loss_at(right, case)
        reached = network_of(reference, case.sizes, have)
        if not start - loss_at(reached, case) >= ENOUGH * (start - plain):
            raise
    else:
        return
    assert_no_other_count(after, solved(reference, case, rate), case, iters, example)


def assert_at(after, network):
    """The parameters are the network's."""
    for name in PARAMETERS:
        assert_close(after[name], getattr(network, name))


def assert_no_other_count(after, network, case, iters, example):
    """The parameters are not where plain descent leads in another number of steps.

    Whoever takes mini-batches or keeps momentum ends elsewhere; whoever ends just there has
    counted wrong, though more steps than asked do lower the loss.
    """
    have = after["b2"].shaped(network.b2.shape)
    many = MISCOUNTS if network.W1.size < MISCOUNTS else MISCOUNTS // 10
    for count in range(1, many + 1):
        network.gradient_descent(case.X, case.y, 1)
        if count != iters and np.allclose(have, network.b2, rtol=1e-6, atol=1e-9):
            try:
                assert_at(after, network)
            except Mismatch:
                continue
            raise Mismatch(
                f"{after.call}: it took {spelt(count)}, and iters={iters} was asked for.",
                example,
            )


def spelt(steps):
    """A number of steps in words."""
    return "1 step" if steps == 1 else f"{steps} steps"


def loss_at(network, case):
    """The loss of the case at the network's parameters."""
    network.forward_propagation(case.X)
    return network.cross_entropy_loss(case.X, case.y)
