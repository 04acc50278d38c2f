"""A two-layer neural network for MNIST, in NumPy. Fill in every method that raises.

    A0 = X                    (input_size, m)    one sample a column
    Z1 = W1 A0 + b1           (hidden_size, m)
    A1 = ReLU(Z1)             (hidden_size, m)
    Z2 = W2 A1 + b2           (output_size, m)   the logits
    A2 = softmax(Z2)          (output_size, m)   one distribution a column
    loss = cross entropy of A2 and the labels, averaged over the m samples

You may add helper functions, change parameters, and leave out one_hot and
cross_entropy_loss if the rest of your network does not need them.
README.md beside this file holds the rules and how to check yourself.
"""

import matplotlib.pyplot as plt
import numpy as np


def ReLU(Z):
    """Replace every negative element by 0.

    Z: array of any shape; it stays as it was.
    Returns an array of the same shape: max(0, z) for every element z.
    """
    raise NotImplementedError


def softmax(Z):
    """Turn every column of scores into probabilities.

    Z: (k, m), one sample a column.
    Returns (k, m): exp(z) divided by the sum of exp(z) over the same column.
    Scores may be as large as 10000 in size: the result must stay finite.
    """
    raise NotImplementedError


class NN:
    """A network with input_size inputs, hidden_size ReLU units and output_size classes."""

    def __init__(self, input_size=784, hidden_size=128, output_size=10, learning_rate=0.01):
        """Given: the sizes, the initial weights and biases, and room for what you will store."""
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.output_size = output_size
        self.learning_rate = learning_rate

        self.W1 = np.random.randn(hidden_size, input_size) * 0.01
        self.b1 = np.zeros((hidden_size, 1))
        self.W2 = np.random.randn(output_size, hidden_size) * 0.01
        self.b2 = np.zeros((output_size, 1))

        self.A0 = None
        self.Z1 = None
        self.A1 = None
        self.Z2 = None
        self.A2 = None
        self.dW2 = None
        self.db2 = None
        self.dW1 = None
        self.db1 = None

    def forward_propagation(self, X):
        """Run the samples through the network.

        X: (input_size, m), one sample a column.
        Stores A0, Z1, A1, Z2, A2 in self, by the equations at the top of this file.
        Returns A2 (output_size, m).
        """
        raise NotImplementedError

    def one_hot(self, y):
        """Encode labels as columns of zeros with a single one.

        y: (m,) integers from 0 to output_size - 1. Not every class need appear.
        Returns (output_size, m). For 4 classes, one_hot([2, 0]) is
            [[0, 1],
             [0, 0],
             [1, 0],
             [0, 0]]
        """
        raise NotImplementedError

    def backward_propagation(self, X, y):
        """Compute the gradient of the loss at the last forward pass.

        X: (input_size, m); y: (m,) integer labels. forward_propagation(X) has just run.
        Stores dW1, db1, dW2, db2 in self: the derivatives of the loss, which is a mean over
        the m samples. Each has the shape of its parameter: W1 (hidden_size, input_size),
        b1 (hidden_size, 1), W2 (output_size, hidden_size), b2 (output_size, 1).
        """
        raise NotImplementedError

    def update_params(self):
        """Take one step of gradient descent.

        Moves W1, b1, W2, b2 against dW1, db1, dW2, db2, by self.learning_rate times each.
        """
        raise NotImplementedError

    def get_predictions(self, X):
        """Classify samples.

        X: (input_size, m).
        Returns (m,) integers: the class to which the network gives the highest probability.
        """
        raise NotImplementedError

    def get_accuracy(self, X, y):
        """Measure how many samples are classified rightly.

        X: (input_size, m); y: (m,) integer labels.
        Returns the fraction of right predictions, from 0 to 1.
        """
        raise NotImplementedError

    def gradient_descent(self, X, y, iters=1000):
        """Train the network.

        X: (input_size, m); y: (m,) integer labels; iters: how many steps to take.
        Each step runs the samples forward, computes the gradient and updates the parameters.
        """
        raise NotImplementedError

    def cross_entropy_loss(self, X, y):
        """Evaluate the loss at the last forward pass.

        X: (input_size, m); y: (m,) integer labels. forward_propagation(X) has just run.
        Returns a number: the mean over the samples of -log(probability of the right class).
        """
        raise NotImplementedError

    def show_predictions(self, X, y, num_samples=10):
        """Given: draw random samples of X with their actual and predicted labels."""
        predictions = self.get_predictions(X)
        side = int(np.sqrt(X.shape[0]))
        for j in np.random.randint(0, X.shape[1], size=num_samples):
            plt.imshow(X[:, j].reshape((side, side)), cmap="gray")
            plt.title(f"Actual: {y[j]}, Predicted: {predictions[j]}")
            plt.show()
