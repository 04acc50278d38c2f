"""Train the worked solution one step at a time, so that somebody can watch and stop it.

The steps are NN's own: run to the end, they leave the weights that NN.gradient_descent leaves.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from reference.nn import NN, Floats, Labels


@dataclass(frozen=True, slots=True)
class Step:
    """One step of gradient descent, taken.

    Attributes:
        number: how many steps have been taken, this one included.
        loss: mean cross-entropy (nats a sample) before the step: at the forward pass it began with.
        accuracy: fraction of the samples classified rightly at that same pass, from 0 to 1.
    """

    number: int
    loss: float
    accuracy: float


def new_network(
    seed: int, learning_rate: float, *, input_size: int = 784, output_size: int = 10
) -> NN:
    """A network with initial weights drawn from `seed`, in single precision.

    float32 halves memory and time, and the rounding (1e-7) is far below what a step changes.
    NumPy keeps a computation in float32 only as long as every array in it is: the training
    images must be float32 as well.
    """
    np.random.seed(seed)  # noqa: NPY002  NN draws from NumPy's global generator
    network = NN(input_size, output_size=output_size, learning_rate=learning_rate)
    network.W1 = network.W1.astype(np.float32)
    network.b1 = network.b1.astype(np.float32)
    network.W2 = network.W2.astype(np.float32)
    network.b2 = network.b2.astype(np.float32)
    return network


def steps(network: NN, X: Floats, y: Labels, iters: int) -> Iterator[Step]:
    """Take up to iters steps of full-batch gradient descent; yield after each.

    Between two steps the network is whole: whoever stops iterating has a usable network.
    Loss and accuracy are read off the forward pass that the step needs anyway (about 1 % of it).

    Args:
        network: what to train; its parameters change.
        X: samples (input_size, m), one a column.
        y: their labels (m,).
        iters: how many steps to take.

    Yields:
        One Step for every step taken.
    """
    for number in range(1, iters + 1):
        probabilities = network.forward_propagation(X)
        loss = network.cross_entropy_loss(X, y)
        accuracy = float(np.mean(probabilities.argmax(axis=0) == y))
        network.backward_propagation(X, y)
        network.update_params()
        yield Step(number, loss, accuracy)
