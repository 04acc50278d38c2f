"""Planted faults: small variations of the reference, each a mistake in one method.

Used by test_checks.py. A fault names the method that it is in, and the lines it changes.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake: in `method`, the text `right` of the reference becomes `wrong`."""

    name: str
    method: str
    right: str
    wrong: str

    def apply(self, reference: str) -> str:
        """The reference with the mistake in it."""
        assert reference.count(self.right) == 1, f"{self.name}: the reference has changed"
        return reference.replace(self.right, self.wrong)


_ONE_HOT = "np.eye(self.output_size, dtype=self.W2.dtype)[:, y]"
_MEAN = "np.arange(m)]).mean()"
_PREDICT = "self.forward_propagation(X).argmax(axis=0)"
_COUNT = "np.mean(self.get_predictions(X) == y)"
_ROUND = """            self.forward_propagation(X)
            self.backward_propagation(X, y)
            self.update_params()"""

FAULTS = (
    Fault("leaky", "ReLU", "np.maximum(0, Z)", "np.where(Z > 0, Z, 0.01 * Z)"),
    Fault("identity", "ReLU", "return np.maximum(0, Z)", "return Z"),
    Fault("in place", "ReLU", "return np.maximum(0, Z)", "Z[Z < 0] = 0\n    return Z"),
    Fault(
        "two loops",
        "ReLU",
        "return np.maximum(0, Z)",
        "R = Z.copy()\n    for i in range(Z.shape[0]):\n        for j in range(Z.shape[1]):\n"
        "            R[i, j] = max(0, Z[i, j])\n    return R",
    ),
    Fault("whole matrix", "softmax", "E.sum(axis=0, keepdims=True)", "E.sum()"),
    Fault("rows", "softmax", "E.sum(axis=0, keepdims=True)", "E.sum(axis=1, keepdims=True)"),
    Fault("not normalised", "softmax", "E / E.sum(axis=0, keepdims=True)", "E"),
    Fault("unstable", "softmax", "Z - Z.max(axis=0, keepdims=True)", "Z"),
    Fault("global maximum", "softmax", "Z - Z.max(axis=0, keepdims=True)", "Z - Z.max()"),
    Fault("no b1", "forward_propagation", "self.W1 @ self.A0 + self.b1", "self.W1 @ self.A0"),
    Fault("no b2", "forward_propagation", "self.W2 @ self.A1 + self.b2", "self.W2 @ self.A1"),
    Fault("Z1 passed on", "forward_propagation", "self.W2 @ self.A1", "self.W2 @ self.Z1"),
    Fault("softmax of A1", "forward_propagation", "softmax(self.Z2)", "softmax(self.W2 @ self.A1)"),
    Fault("no ReLU", "forward_propagation", "self.A1 = ReLU(self.Z1)", "self.A1 = self.Z1"),
    Fault(
        "batch in A2",
        "forward_propagation",
        "self.A2 = softmax(self.Z2)",
        "self.A2 = softmax(self.Z2 - self.Z2.mean(axis=1, keepdims=True))",
    ),
    Fault(
        "position in A2",
        "forward_propagation",
        "self.A2 = softmax(self.Z2)",
        "self.A2 = softmax(self.Z2 * (1 + np.arange(X.shape[1])))",
    ),
    Fault(
        "128 in a reshape",
        "forward_propagation",
        "self.W1 @ self.A0 + self.b1",
        "(self.W1 @ self.A0 + self.b1).reshape(128, -1)",
    ),
    Fault("changes X", "forward_propagation", "self.A0 = X", "self.A0 = X.copy()\n        X += 1"),
    Fault("as tall as the batch", "one_hot", _ONE_HOT, "np.eye(y.max() + 1)[:, y]"),
    Fault("transposed", "one_hot", _ONE_HOT, "np.eye(self.output_size)[y]"),
    Fault("always ten", "one_hot", _ONE_HOT, "np.eye(10)[:, y]"),
    Fault("sum", "cross_entropy_loss", _MEAN, "np.arange(m)]).sum()"),
    Fault("log2", "cross_entropy_loss", "-np.log(", "-np.log2("),
    Fault("no minus", "cross_entropy_loss", "-np.log(", "np.log("),
    Fault("over all entries", "cross_entropy_loss", _MEAN, "np.arange(m)]).mean() / 10"),
    Fault(
        "weighted",
        "cross_entropy_loss",
        f"float(-np.log(self.A2[y, {_MEAN})",
        "float(-np.average(np.log(self.A2[y, np.arange(m)]), weights=np.arange(m) + 1.0))",
    ),
    Fault("a large guard", "cross_entropy_loss", _MEAN, "np.arange(m)] + 1e-2).mean()"),
    Fault(
        "ten in a reshape",
        "cross_entropy_loss",
        "self.A2[y, np.arange(m)]",
        "self.A2.reshape(10, -1)[y, np.arange(m)]",
    ),
    Fault("no 1/m", "backward_propagation", "self.one_hot(y)) / m", "self.one_hot(y))"),
    Fault("1/m twice", "backward_propagation", "self.one_hot(y)) / m", "self.one_hot(y)) / m**2"),
    Fault("factor 2", "backward_propagation", "(self.A2 - self", "2 * (self.A2 - self"),
    Fault("scalar db1", "backward_propagation", "dZ1.sum(axis=1, keepdims=True)", "dZ1.sum()"),
    Fault("scalar db2", "backward_propagation", "dZ2.sum(axis=1, keepdims=True)", "dZ2.sum()"),
    Fault("flat db1", "backward_propagation", "dZ1.sum(axis=1, keepdims=True)", "dZ1.sum(axis=1)"),
    Fault("no mask", "backward_propagation", " * (self.Z1 > 0)", ""),
    Fault("mask by Z1 itself", "backward_propagation", " * (self.Z1 > 0)", " * self.A1"),
    Fault("dW2 of X", "backward_propagation", "dZ2 @ self.A1.T", "dZ2 @ self.Z1.T"),
    Fault(
        "updates too",
        "backward_propagation",
        "self.db1 = dZ1",
        "self.W1 = self.W1 - 0.01 * self.dW1\n        self.db1 = dZ1",
    ),
    Fault(
        "0.1 % in one entry",
        "backward_propagation",
        "self.db1 = dZ1",
        "worst = np.unravel_index(np.abs(self.dW1).argmax(), self.dW1.shape)\n"
        "        self.dW1[worst] *= 1.001\n        self.db1 = dZ1",
    ),
    Fault(
        "own one_hot, as tall as the batch",
        "backward_propagation",
        "self.one_hot(y)",
        "np.eye(y.max() + 1)[:, y]",
    ),
    Fault(
        "sizes in a reshape", "backward_propagation", "dZ1 @ X.T", "(dZ1 @ X.T).reshape(128, 784)"
    ),
    Fault(
        "uphill",
        "update_params",
        "self.W1 - self.learning_rate * self.dW1",
        "self.W1 + self.learning_rate * self.dW1",
    ),
    Fault("fixed rate", "update_params", "self.W1 - self.learning_rate *", "self.W1 - 0.01 *"),
    Fault(
        "bias by itself",
        "update_params",
        "self.learning_rate * self.db2",
        "self.learning_rate * self.b2",
    ),
    Fault(
        "signs only",
        "update_params",
        "self.learning_rate * self.dW2",
        "self.learning_rate * np.sign(self.dW2)",
    ),
    Fault("probabilities", "get_predictions", ".argmax(axis=0)", ".max(axis=0)"),
    Fault("wrong axis", "get_predictions", ".argmax(axis=0)", ".argmax(axis=1)"),
    Fault("two axes", "get_predictions", ".argmax(axis=0)", ".argmax(axis=0, keepdims=True)"),
    Fault("least likely", "get_predictions", ".argmax(axis=0)", ".argmin(axis=0)"),
    Fault(
        "ten rows", "get_predictions", _PREDICT, f"{_PREDICT[:-15]}[:10].reshape(10, -1).argmax(0)"
    ),
    Fault("percent", "get_accuracy", _COUNT, f"{_COUNT} * 100"),
    Fault("errors", "get_accuracy", _COUNT, "np.mean(self.get_predictions(X) != y)"),
    Fault("count", "get_accuracy", _COUNT, "np.sum(self.get_predictions(X) == y)"),
    Fault("one step", "gradient_descent", "range(iters)", "range(1)"),
    Fault("a step short", "gradient_descent", "range(iters)", "range(1, iters)"),
    Fault("a step more", "gradient_descent", "range(iters)", "range(iters + 1)"),
    Fault("always thousand", "gradient_descent", "range(iters)", "range(1000)"),
    Fault(
        "one gradient for all",
        "gradient_descent",
        _ROUND,
        f"            if _ == 0:\n    {_ROUND.replace(chr(10), chr(10) + '    ')}\n"
        "            else:\n                self.update_params()",
    ),
    Fault(
        "never forward again",
        "gradient_descent",
        _ROUND,
        _ROUND.replace("self.forward", "_ or self.forward"),
    ),
    Fault(
        "the first samples only",
        "training",
        _ROUND,
        _ROUND.replace("(X)", "(X[:, :64])").replace("(X, y)", "(X[:, :64], y[:64])"),
    ),
)
