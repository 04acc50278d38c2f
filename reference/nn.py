"""The worked solution: a two-layer network in NumPy, trained by gradient descent.

    A0 = X                    (input_size, m)    one sample a column
    Z1 = W1 A0 + b1           (hidden_size, m)
    A1 = ReLU(Z1)             (hidden_size, m)
    Z2 = W2 A1 + b2           (output_size, m)   the logits
    A2 = softmax(Z2)          (output_size, m)   one distribution a column
    loss = mean over the samples of -log A2[label]

The gradients follow from the chain rule, e.g. Goodfellow, Bengio, Courville,
"Deep Learning" (2016), section 6.5.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Labels = NDArray[np.integer]


def ReLU(Z: Floats) -> Floats:
    """max(0, z) for every element of Z, whatever its shape."""
    return np.maximum(0, Z)


def softmax(Z: Floats) -> Floats:
    """Turn every column of the logits Z (k, m) into a distribution over the k classes.

    Subtracting a column's maximum changes nothing in the quotient, and keeps exp from overflowing.
    """
    E = np.exp(Z - Z.max(axis=0, keepdims=True))
    return E / E.sum(axis=0, keepdims=True)


class NN:
    """input_size inputs, hidden_size ReLU units, output_size classes."""

    def __init__(
        self,
        input_size: int = 784,
        hidden_size: int = 128,
        output_size: int = 10,
        learning_rate: float = 0.01,
    ) -> None:
        """Start from small random weights and zero biases."""
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.output_size = output_size
        self.learning_rate = learning_rate

        self.W1: Floats = np.random.randn(hidden_size, input_size) * 0.01  # noqa: NPY002  the notebook's line
        self.b1: Floats = np.zeros((hidden_size, 1))
        self.W2: Floats = np.random.randn(output_size, hidden_size) * 0.01  # noqa: NPY002
        self.b2: Floats = np.zeros((output_size, 1))

    def forward_propagation(self, X: Floats) -> Floats:
        """Store A0, Z1, A1, Z2, A2 for the samples X (input_size, m); return A2."""
        self.A0 = X
        self.Z1 = self.W1 @ self.A0 + self.b1
        self.A1 = ReLU(self.Z1)
        self.Z2 = self.W2 @ self.A1 + self.b2
        self.A2 = softmax(self.Z2)
        return self.A2

    def one_hot(self, y: Labels) -> Floats:
        """A matrix (output_size, m) with a 1 in row y[j] of column j, and 0 elsewhere."""
        return np.eye(self.output_size, dtype=self.W2.dtype)[:, y]

    def backward_propagation(self, X: Floats, y: Labels) -> None:
        """Store dW1, db1, dW2, db2: the gradient of the loss at the last forward pass."""
        m = X.shape[1]
        dZ2 = (self.A2 - self.one_hot(y)) / m
        self.dW2 = dZ2 @ self.A1.T
        self.db2 = dZ2.sum(axis=1, keepdims=True)
        dZ1 = (self.W2.T @ dZ2) * (self.Z1 > 0)
        self.dW1 = dZ1 @ X.T
        self.db1 = dZ1.sum(axis=1, keepdims=True)

    def update_params(self) -> None:
        """Take one step of gradient descent."""
        self.W1 = self.W1 - self.learning_rate * self.dW1
        self.b1 = self.b1 - self.learning_rate * self.db1
        self.W2 = self.W2 - self.learning_rate * self.dW2
        self.b2 = self.b2 - self.learning_rate * self.db2

    def get_predictions(self, X: Floats) -> Labels:
        """The most probable class (m,) of every sample of X (input_size, m)."""
        return self.forward_propagation(X).argmax(axis=0)

    def get_accuracy(self, X: Floats, y: Labels) -> float:
        """The fraction of the samples that are classified as y says, from 0 to 1."""
        return float(np.mean(self.get_predictions(X) == y))

    def gradient_descent(self, X: Floats, y: Labels, iters: int = 1000) -> None:
        """Take iters steps down the gradient of the loss on all of (X, y)."""
        for _ in range(iters):
            self.forward_propagation(X)
            self.backward_propagation(X, y)
            self.update_params()

    def cross_entropy_loss(self, X: Floats, y: Labels) -> float:
        """The mean of -log(probability of the right class) at the last forward pass."""
        m = X.shape[1]
        return float(-np.log(self.A2[y, np.arange(m)]).mean())

    def show_predictions(self, X: Floats, y: Labels, num_samples: int = 10) -> None:
        """Draw random samples of X with their actual and predicted labels."""
        import matplotlib.pyplot as plt  # noqa: PLC0415  only this method draws

        predictions = self.get_predictions(X)
        side = int(np.sqrt(X.shape[0]))
        for j in np.random.randint(0, X.shape[1], size=num_samples):  # noqa: NPY002
            plt.imshow(X[:, j].reshape(side, side), cmap="gray")
            plt.title(f"Actual: {y[j]}, Predicted: {predictions[j]}")
            plt.show()
