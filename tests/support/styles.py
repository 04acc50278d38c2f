"""Right programs in other people's styles: variations of the reference, all worth full marks.

Used by test_styles.py. A style names what is different about it. It redefines functions of the
reference or adds some to its class (`defs`), replaces pieces of text (`edits`), has something after
the imports (`top`) or at the end (`bottom`), or is a whole program of its own (`whole`).
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import indent


@dataclass(frozen=True, slots=True)
class Style:
    """One way to write it right.

    Attributes:
        name: what is different.
        defs: functions that take the place of the reference's of that name; others join its class.
        edits: pairs of a text that the reference holds once, and what stands in its place.
        top: goes after the imports.
        bottom: goes to the end.
        whole: a whole program, in place of the reference.
        finish: the last touch to the text, e.g. its line ends.
        costs: the checks that this style does not pass; it earns all points but theirs.
    """

    name: str
    defs: str = ""
    edits: tuple[tuple[str, str], ...] = ()
    top: str = ""
    bottom: str = ""
    whole: str = ""
    finish: Callable[[str], str | bytes] = str
    costs: frozenset[str] = frozenset()

    def apply(self, reference: str) -> str | bytes:
        """The program, from the text of the reference."""
        text = self.whole or reference
        for old, new in self.edits:
            assert text.count(old) == 1, f"{self.name}: {old!r} is not there once"
            text = text.replace(old, new)
        for node in ast.parse(self.defs).body:
            source = ast.get_source_segment(self.defs, node)
            assert isinstance(node, ast.FunctionDef)
            assert source
            marks = "".join(f"@{ast.unparse(mark)}\n" for mark in node.decorator_list)
            text = _redefine(text, node.name, marks + source)
        if self.top:
            text = text.replace("import numpy as np\n", f"import numpy as np\n{self.top}\n", 1)
        return self.finish(f"{text}\n{self.bottom}")


def _redefine(text: str, name: str, source: str) -> str:
    """Put a function in the place of the one of its name, or at the end of the class NN."""
    lines = text.splitlines()
    tree = ast.parse(text)
    cls = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "NN")
    for node in (*tree.body, *cls.body):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
            lines[first - 1 : node.end_lineno] = [indent(source, " " * node.col_offset)]
            return "\n".join(lines) + "\n"
    assert cls.end_lineno
    lines.insert(cls.end_lineno, "\n" + indent(source, "    "))
    return "\n".join(lines) + "\n"


_RELU = "np.maximum(0, Z)"
_SOFTMAX = """E = np.exp(Z - Z.max(axis=0, keepdims=True))
    return E / E.sum(axis=0, keepdims=True)"""
_A0 = "        self.A0 = X\n        self.Z1 = self.W1 @ self.A0"
_A2 = "        return self.A2\n"
_HOT = "return np.eye(self.output_size, dtype=self.W2.dtype)[:, y]"
_LOSS = "float(-np.log(self.A2[y, np.arange(m)]).mean())"
_MASK = "(self.Z1 > 0)"
_DZ2 = "dZ2 = (self.A2 - self.one_hot(y)) / m"
_PREDICT = "return self.forward_propagation(X).argmax(axis=0)"
_COUNT = "float(np.mean(self.get_predictions(X) == y))"
_LOOP = "for _ in range(iters):"
_UPDATE = "            self.update_params()\n"
_INIT = "        self.learning_rate = learning_rate\n"
_W1 = "np.random.randn(hidden_size, input_size) * 0.01"
_W2 = "np.random.randn(output_size, hidden_size) * 0.01"
_SHOW = "        predictions = self.get_predictions(X)\n"
_DOC = '"""The worked solution:'
_UNSTABLE = frozenset({"activations::softmax_of_large_scores"})


def _edit(name: str, *pairs: tuple[str, str]) -> Style:
    return Style(name, edits=pairs)


def _softmax(name: str, body: str, costs: frozenset[str] = frozenset()) -> Style:
    """The body of softmax: its lines, indented by four but the first."""
    return Style(f"softmax: {name}", edits=((_SOFTMAX, body),), costs=costs)


FUNCTIONS = (
    _edit("ReLU: where", (_RELU, "np.where(Z > 0, Z, 0)")),
    _edit("ReLU: product", (_RELU, "Z * (Z > 0)")),
    _edit("ReLU: clip", (_RELU, "Z.clip(min=0)")),
    _edit("ReLU: absolute value", (_RELU, "(np.abs(Z) + Z) / 2")),
    Style("ReLU: copy", "def ReLU(Z):\n    A = Z.copy()\n    A[A < 0] = 0\n    return A"),
    Style("ReLU: lambda", "def ReLU(Z): ...", bottom=f"ReLU = lambda x: {_RELU[:-2]}x)"),
    Style("ReLU: vectorised", "@np.vectorize\ndef ReLU(z):\n    return max(0.0, z)"),
    _softmax(
        "in place", "Z -= Z.max(axis=0)\n    E = np.exp(Z)\n    E /= E.sum(axis=0)\n    return E"
    ),
    _softmax("guard", "E = np.exp(Z - np.max(Z, axis=0))\n    return E / (E.sum(axis=0) + 1e-9)"),
    _softmax(
        "loop over columns",
        "A = np.zeros(Z.shape)\n    for j in range(Z.shape[1]):\n"
        "        e = np.exp(Z[:, j] - max(Z[:, j]))\n        A[:, j] = e / sum(e)\n    return A",
    ),
    _softmax(
        "logarithms",
        "Z = Z - Z.max(axis=0)\n    return np.exp(Z - np.log(np.sum(np.exp(Z), axis=0)))",
    ),
    _softmax(
        "along an axis",
        "def one(z):\n        e = np.exp(z - z.max())\n        return e / e.sum()\n"
        "    return np.apply_along_axis(one, 0, Z)",
    ),
    _softmax("transposed", "E = np.exp(Z.T - Z.T.max(1)[:, None])\n    return (E.T / E.sum(1))"),
    _softmax("not stabilised", "return np.exp(Z) / sum(np.exp(Z))", _UNSTABLE),
    _softmax("global maximum", "E = np.exp(Z - np.max(Z))\n    return E / np.sum(E, 0)", _UNSTABLE),
)

FORWARD = (
    _edit("forward: returns None", (_A2, ""), (_PREDICT, "self.forward_propagation(X)\n        return self.A2.argmax(0)")),
    _edit("forward: returns a tuple", (_A2, _A2.replace("self.A2", "self.Z1, self.A1, self.Z2, self.A2")), (_PREDICT, "return self.forward_propagation(X)[3].argmax(0)")),
    _edit("forward: returns a dict", (_A2, "        return {'Z1': self.Z1, 'A1': self.A1, 'A2': self.A2}\n"), (_PREDICT, "return self.forward_propagation(X)['A2'].argmax(0)")),
    _edit("forward: A0 never stored", (_A0, "        self.Z1 = self.W1 @ X")),
    _edit("forward: copies X", ("self.A0 = X", "self.A0 = X.copy()")),
    _edit("forward: np.dot", ("self.W1 @ self.A0", "np.dot(self.W1, self.A0)"), ("self.W2 @ self.A1", "self.W2.dot(self.A1)")),
    _edit("forward: einsum", ("self.W1 @ self.A0", "np.einsum('ij,jk->ik', self.W1, self.A0)"), ("dZ1 @ X.T", "np.einsum('im,jm->ij', dZ1, X)")),
    _edit("forward: float32", (_A0, "        self.A0 = X.astype(np.float32)\n        self.Z1 = self.W1.astype(np.float32) @ self.A0"), ("self.W2 @ self.A1 + self.b2", "(self.W2 @ self.A1 + self.b2).astype('float32')")),
    _edit("forward: float32 weights", (_A0, "        for name in ('W1', 'b1', 'W2', 'b2'):\n            setattr(self, name, getattr(self, name).astype(np.float32))\n" + _A0.replace("= X", "= X.astype(np.float32)"))),
    _edit("forward: longdouble", (_A0, _A0.replace("= X", "= X.astype(np.longdouble)"))),
    _edit("forward: loops over samples", ("self.Z1 = self.W1 @ self.A0 + self.b1", "self.Z1 = np.column_stack([self.W1 @ x for x in self.A0.T]) + self.b1")),
    _edit("forward: a mode", ("forward_propagation(self, X: Floats)", "forward_propagation(self, X, training=True, verbose=0)")),
    Style(
        "forward: a private cache",
        """
def forward_propagation(self, X):
    Z1 = np.dot(self.W1, X) + self.b1
    A1 = ReLU(Z1)
    Z2 = np.dot(self.W2, A1) + self.b2
    A2 = softmax(Z2)
    self.cache = {"A0": X, "Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}
    self.A0, self.Z1, self.A1, self.Z2, self.A2 = X, Z1, A1, Z2, A2
    return A2, self.cache

def backward_propagation(self, X, y):
    c, m = self.cache, y.shape[0]
    dZ2 = c["A2"] - self.one_hot(y)
    self.dW2, self.db2 = dZ2 @ c["A1"].T / m, np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = self.W2.T @ dZ2 * np.where(c["Z1"] > 0, 1, 0)
    self.dW1, self.db1 = dZ1 @ c["A0"].T / m, np.sum(dZ1, axis=1, keepdims=True) / m

def get_predictions(self, X):
    A2, _ = self.forward_propagation(X)
    return np.argmax(A2, 0)
""",
    ),
)

BACKWARD = (
    _edit("mask: A1", (_MASK, "(self.A1 > 0)")),
    _edit("mask: >=", (_MASK, "(self.Z1 >= 0)")),
    _edit("mask: float", (_MASK, "(self.Z1 > 0).astype(float)")),
    _edit("mask: float16", (_MASK, "np.float16(self.Z1 > 0)")),
    _edit("mask: sign", (_MASK, "np.sign(self.A1)")),
    _edit("mask: where", (_MASK, "np.where(self.Z1 <= 0, 0, 1)")),
    _edit("mask: heaviside", (_MASK, "np.heaviside(self.Z1, 0.5)")),
    _edit("mask: in place", (" * " + _MASK, "\n        dZ1[self.Z1 <= 0] = 0")),
    _edit("mask: a helper", (_MASK, "relu_derivative(self.Z1)"), ("\n\nclass NN:", "\n\ndef relu_derivative(Z):\n    return np.array(Z > 0, dtype=np.float32)\n\n\nclass NN:")),
    _edit("mask: a method", (_MASK, "self._slope(self.Z1)"), ("    def update_params", "    def _slope(self, Z):\n        return 1.0 * (Z > 0)\n\n    def update_params")),
    _edit("db: reshape", ("dZ1.sum(axis=1, keepdims=True)", "np.sum(dZ1, 1).reshape(-1, 1)"), ("dZ2.sum(axis=1, keepdims=True)", "np.sum(dZ2, axis=1)[:, np.newaxis]")),
    _edit("db: ones", ("dZ1.sum(axis=1, keepdims=True)", "dZ1 @ np.ones((m, 1))")),
    _edit(
        "1/m outside, means",
        (_DZ2, _DZ2[:-4]),
        ("dZ2 @ self.A1.T", "(1 / m) * dZ2 @ self.A1.T"),
        ("dZ1 @ X.T", "1. / m * np.dot(dZ1, X.T)"),
        ("dZ2.sum(axis=1", "np.mean(dZ2, axis=1"),
        ("dZ1.sum(axis=1", "dZ1.mean(axis=1"),
    ),
    _edit("dZ2: one subtracted", (_DZ2, "dZ2 = self.A2.copy()\n        dZ2[y, range(m)] -= 1\n        dZ2 /= m")),
    _edit("dZ2: in the memory of A2", (_DZ2, "dZ2 = self.A2\n        dZ2[y, np.arange(m)] -= 1\n        dZ2 = dZ2 / m")),
    _edit("backward: stores all", (_DZ2, "self.dZ2 = dZ2 = (self.A2 - self.one_hot(y)) / m"), ("self.dW1 = dZ1 @ X.T", "self.dZ1 = dZ1\n        self.dW1 = dZ1 @ self.A0.T")),
    _edit("backward: runs forward", ("        m = X.shape[1]\n        dZ2", "        self.forward_propagation(X)\n        m = X.shape[1]\n        dZ2")),
    _edit("backward: y alone", ("backward_propagation(self, X: Floats, y: Labels)", "backward_propagation(self, y)"), ("        m = X.shape[1]\n        dZ2", "        m = y.size\n        dZ2"), ("dZ1 @ X.T", "dZ1 @ self.A0.T"), ("backward_propagation(X, y)", "backward_propagation(y)")),
    _edit("backward: given m", ("backward_propagation(self, X: Floats, y: Labels)", "backward_propagation(self, X, Y, m)"), ("        m = X.shape[1]\n        dZ2", "        dZ2"), ("one_hot(y)) / m", "one_hot(Y)) / m"), ("backward_propagation(X, y)", "backward_propagation(X, y, len(y))")),
    _edit("backward: given A2", ("backward_propagation(self, X: Floats, y: Labels)", "backward_propagation(self, X, y, A1, A2)"), ("(self.A2 - self", "(A2 - self"), ("backward_propagation(X, y)", "backward_propagation(X, y, self.A1, self.A2)")),
    _edit("backward: given one-hot labels by name", ("backward_propagation(self, X: Floats, y: Labels)", "backward_propagation(self, X, y_one_hot)"), ("self.one_hot(y)) / m", "y_one_hot) / m"), ("backward_propagation(X, y)", "backward_propagation(X, self.one_hot(y))")),
    _edit("backward: labels flattened", (_DZ2, "y = np.asarray(y).reshape(-1).astype(int)\n        " + _DZ2)),
    _edit("backward: penalty of nothing", ("backward_propagation(self, X: Floats, y: Labels)", "backward_propagation(self, X, y, alpha=0.0)"), ("dZ1 @ X.T", "dZ1 @ X.T + alpha * self.W1")),
    Style(
        "backward: a sample at a time",
        """
def backward_propagation(self, X, y):
    m = len(y)
    self.dW1, self.db1 = np.zeros_like(self.W1), np.zeros_like(self.b1)
    self.dW2, self.db2 = np.zeros_like(self.W2), np.zeros_like(self.b2)
    for j in range(m):
        d2 = self.A2[:, [j]].copy()
        d2[y[j], 0] -= 1
        d1 = self.W2.T.dot(d2) * (self.Z1[:, [j]] > 0)
        self.dW2 += d2.dot(self.A1[:, [j]].T) / m
        self.db2 += d2 / m
        self.dW1 += d1.dot(X[:, [j]].T) / m
        self.db1 += d1 / m
""",
    ),
    Style(
        "backward: returns a tuple, update takes it",
        """
def update_params(self, dW1, db1, dW2, db2, learning_rate):
    self.W1 -= learning_rate * dW1
    self.b1 -= learning_rate * db1
    self.W2 -= learning_rate * dW2
    self.b2 -= learning_rate * db2
""",
        edits=(
            ("        self.db1 = dZ1.sum(axis=1, keepdims=True)\n", "        self.db1 = dZ1.sum(axis=1, keepdims=True)\n        return self.dW1, self.db1, self.dW2, self.db2\n"),
            ("            self.backward_propagation(X, y)\n            self.update_params()", "            grads = self.backward_propagation(X, y)\n            self.update_params(*grads, self.learning_rate)"),
        ),
    ),
    Style(
        "backward: returns a dict, update takes it",
        """
def update_params(self, grads, lr):
    for name in ("W1", "b1", "W2", "b2"):
        setattr(self, name, getattr(self, name) - lr * grads["d" + name])
""",
        edits=(
            ("        self.db1 = dZ1.sum(axis=1, keepdims=True)\n", "        self.db1 = dZ1.sum(axis=1, keepdims=True)\n        return {'dW1': self.dW1, 'db1': self.db1, 'dW2': self.dW2, 'db2': self.db2}\n"),
            ("            self.backward_propagation(X, y)\n            self.update_params()", "            grads = self.backward_propagation(X, y)\n            self.update_params(grads, self.learning_rate)"),
        ),
    ),
)

ONE_HOT = (
    _edit("one_hot: scatter", (_HOT, "H = np.zeros((self.output_size, y.size))\n        H[y, np.arange(y.size)] = 1\n        return H")),
    _edit("one_hot: comparison", (_HOT, "return np.arange(self.output_size)[:, None] == y"), ("(self.A2 - self.one_hot(y))", "(self.A2 - 1 * self.one_hot(y))")),
    _edit("one_hot: rows, then turned", (_HOT, "return np.eye(self.output_size, dtype=np.uint8)[y.reshape(-1)].T")),
    _edit("one_hot: loop", (_HOT, "H = np.zeros((self.output_size, len(y)), dtype=int)\n        for j, label in enumerate(y):\n            H[label][j] = 1\n        return H")),
    _edit("one_hot: lists", (_HOT, "return np.array([[1 if c == t else 0 for t in y] for c in range(self.output_size)])")),
    _edit("one_hot: given num_classes", ("one_hot(self, y: Labels)", "one_hot(self, y, num_classes)"), (_HOT, "return np.identity(num_classes)[y].T"), ("self.one_hot(y)) /", "self.one_hot(y, self.output_size)) /")),
    _edit("one_hot: num_classes by default", ("one_hot(self, y: Labels)", "one_hot(self, Y, num_classes=10)"), (_HOT, "return np.identity(num_classes)[Y].T"), ("self.one_hot(y)) /", "self.one_hot(y, num_classes=self.output_size)) /")),
    _edit("one_hot: static", ("    def one_hot(self, y: Labels)", "    @staticmethod\n    def one_hot(y, k)"), (_HOT, "return np.eye(k)[:, y]"), ("self.one_hot(y)) /", "NN.one_hot(y, self.output_size)) /")),
    _edit("one_hot: left out", (_HOT, "raise NotImplementedError"), (_DZ2, "dZ2 = (self.A2 - np.eye(self.output_size)[:, y]) / m")),
    _edit("one_hot: deleted", ("one_hot(self, y: Labels)", "_encode(self, y)"), ("self.one_hot(y)) /", "self._encode(y)) /")),
)

LOSS = (
    _edit("loss: + 1e-8", (_LOSS, "-np.sum(np.log(self.A2[y, range(m)] + 1e-8)) / m")),
    _edit("loss: + 1e-12", (_LOSS, "-(1 / m) * np.sum(self.one_hot(y) * np.log(self.A2 + 1e-12))")),
    _edit("loss: clip", (_LOSS, "-np.mean(np.log(np.clip(self.A2, 1e-10, 1 - 1e-10)[y, np.arange(m)]))")),
    _edit("loss: one-hot times log", (_LOSS, "-np.sum(np.multiply(self.one_hot(y), np.log(self.A2)), axis=0).mean()")),
    _edit("loss: log-sum-exp of Z2", (_LOSS, "np.mean(np.log(np.exp(self.Z2).sum(axis=0)) - self.Z2[y, np.arange(m)])")),
    _edit("loss: a loop", (_LOSS, "-sum(np.log(self.A2[y[j], j]) for j in range(m)) / m")),
    _edit("loss: matrix of one", (_LOSS, "-np.log(self.A2[y, np.arange(m)].reshape(1, -1)) @ np.ones((m, 1)) / m")),
    _edit("loss: runs forward", (_LOSS, "-np.mean(np.log(self.forward_propagation(X)[y, np.arange(m)]))")),
    Style("loss: of y", "def cross_entropy_loss(self, y):\n    return -np.mean(np.log(self.A2[y, np.arange(len(y))]))"),
    Style("loss: of A2 and y", "def cross_entropy_loss(self, A2, y):\n    return -np.mean(np.log(A2[y, np.arange(len(y))]))"),
    Style("loss: of y_pred and y_true", "def cross_entropy_loss(self, y_pred, y_true):\n    return -np.mean(np.log(y_pred[y_true, np.arange(len(y_true))]))"),
    Style("loss: of one-hot labels by name", "def cross_entropy_loss(self, A2, one_hot_y):\n    return -np.sum(one_hot_y * np.log(A2)) / A2.shape[1]"),
    Style("loss: static", "@staticmethod\ndef cross_entropy_loss(A2, y):\n    return -np.mean(np.log(A2[y, np.arange(len(y))]))"),
    _edit("loss: left out", (f"return {_LOSS}", "raise NotImplementedError")),
    _edit("loss: deleted", ("def cross_entropy_loss", "def _unused")),
    _edit("loss and one_hot left out", ("def cross_entropy_loss", "def _unused"), (_HOT, "raise NotImplementedError"), ("self.one_hot(y)) /", "(np.arange(self.output_size)[:, None] == y)) /")),
)

UPDATE = (
    Style(
        "update: in place",
        """
def update_params(self):
    self.W1 -= self.learning_rate * self.dW1
    self.b1 -= self.learning_rate * self.db1
    self.W2 -= self.learning_rate * self.dW2
    self.b2 -= self.learning_rate * self.db2
""",
    ),
    *(
        Style(
            f"update: given {rate}",
            f"""
def update_params(self, {rate}):
    self.W1, self.b1 = self.W1 - {rate} * self.dW1, self.b1 - {rate} * self.db1
    self.W2, self.b2 = self.W2 - {rate} * self.dW2, self.b2 - {rate} * self.db2
    return self.W1, self.b1, self.W2, self.b2
""",
            edits=((_UPDATE, "            self.update_params(self.learning_rate)\n"),),
        )
        for rate in ("learning_rate", "lr", "alpha")
    ),
    Style("update: default rate", "def update_params(self, lr=0.01):\n    for n in 'W1 b1 W2 b2'.split():\n        setattr(self, n, getattr(self, n) - lr * getattr(self, 'd' + n))", edits=((_UPDATE, "            self.update_params(lr=self.learning_rate)\n"),)),
    Style("update: by names", "def update_params(self):\n    for n in ('W1', 'b1', 'W2', 'b2'):\n        self.__dict__[n] -= self.learning_rate * self.__dict__['d' + n]"),
    Style("update: through a list of the parameters", "def update_params(self):\n    for p, g in zip(self.parameters, (self.dW1, self.db1, self.dW2, self.db2)):\n        p -= self.learning_rate * g", edits=(("np.zeros((output_size, 1))\n", "np.zeros((output_size, 1))\n        self.parameters = [self.W1, self.b1, self.W2, self.b2]\n"),)),
)

PREDICTIONS = (
    _edit("predictions: argmax of Z2", (_PREDICT, "return (self.forward_propagation(X), np.argmax(self.Z2, axis=0))[1]")),
    _edit("predictions: after forward", ("get_predictions(self, X: Floats)", "get_predictions(self)"), (_PREDICT, "return np.argmax(self.A2, 0)"), (_COUNT, "(self.forward_propagation(X), np.mean(self.get_predictions() == y))[1]"), (_SHOW, "        self.forward_propagation(X)\n        predictions = self.get_predictions()\n")),
    _edit("predictions: of A2", ("get_predictions(self, X: Floats)", "get_predictions(self, A2)"), (_PREDICT, "return np.argmax(A2, 0)"), (_COUNT, "np.mean(self.get_predictions(self.forward_propagation(X)) == y)"), (_SHOW, "        predictions = self.get_predictions(self.forward_propagation(X))\n")),
    _edit("predictions: a list", (_PREDICT, "return list(np.argmax(self.forward_propagation(X), axis=0))"), ("self.get_predictions(X) == y", "np.array(self.get_predictions(X)) == y")),
    _edit("predictions: one by one", (_PREDICT, "return np.array([int(np.argmax(self.forward_propagation(X[:, [j]]))) for j in range(X.shape[1])])")),
    _edit("predictions: probabilities on demand", ("get_predictions(self, X: Floats)", "get_predictions(self, X, return_probs=False)")),
    _edit("accuracy: sum over length", (_COUNT, "sum(self.get_predictions(X) == y) / len(y)")),
    _edit("accuracy: float64", (_COUNT, "np.sum(self.get_predictions(X) == y) / y.size")),
    _edit("accuracy: 0-d array", (_COUNT, "np.array((self.get_predictions(X) == y).mean())")),
    _edit("accuracy: count of pairs", (_COUNT, "[p == t for p, t in zip(self.get_predictions(X), y)].count(True) / len(y)")),
    _edit("accuracy: its own forward", (_COUNT, "np.mean(np.argmax(self.forward_propagation(X), 0) == y.reshape(-1))")),
    _edit("accuracy: prints percent", (f"return {_COUNT}", f"a = {_COUNT}\n        print(f'{{a * 100:.1f}} %')\n        return a")),
    _edit("accuracy: of predictions and labels", ("get_accuracy(self, X: Floats, y: Labels)", "get_accuracy(self, predictions, y)"), (_COUNT, "np.sum(predictions == y) / y.size")),
    _edit("accuracy: of labels, after forward", ("get_accuracy(self, X: Floats, y: Labels)", "get_accuracy(self, y)"), (_COUNT, "np.mean(self.A2.argmax(0) == y)")),
    _edit("accuracy: among the best k", ("get_accuracy(self, X: Floats, y: Labels)", "get_accuracy(self, X, y, k=1)"), (_COUNT, "(np.argsort(-self.forward_propagation(X), axis=0)[:k] == y).any(0).mean()")),
)

_EPOCHS = "def gradient_descent(self, X, y, {0}):\n    for i in range({1}):\n        self.forward_propagation(X)\n        self.backward_propagation(X, y)\n        self.update_params()"

DESCENT = (
    Style("descent: epochs", _EPOCHS.format("epochs", "epochs")),
    Style("descent: alpha and iterations", _EPOCHS.format("alpha, iterations", "iterations")),
    Style("descent: defaults of its own", _EPOCHS.format("lr=0.1, n_iters=500, print_every=10", "n_iters")),
    Style("descent: keywords only", _EPOCHS.format("*, num_iterations=100", "num_iterations")),
    Style(
        "descent: while, all written out",
        """
def gradient_descent(self, X_train, Y_train, max_iters=1000):
    step, m = 0, Y_train.shape[0]
    while step < max_iters:
        Z1 = self.W1 @ X_train + self.b1
        A1 = ReLU(Z1)
        A2 = softmax(self.W2 @ A1 + self.b2)
        dZ2 = A2 - self.one_hot(Y_train)
        dZ1 = self.W2.T @ dZ2 * (Z1 > 0)
        self.W2 -= self.learning_rate / m * dZ2 @ A1.T
        self.b2 -= self.learning_rate / m * dZ2.sum(1, keepdims=True)
        self.W1 -= self.learning_rate / m * dZ1 @ X_train.T
        self.b1 -= self.learning_rate / m * dZ1.sum(1, keepdims=True)
        step += 1
""",
    ),
    Style(
        "descent: history",
        """
def gradient_descent(self, X, y, iters=1000):
    self.losses, self.accuracies = [], []
    for i in range(iters):
        self.forward_propagation(X)
        self.losses.append(self.cross_entropy_loss(X, y))
        self.backward_propagation(X, y)
        self.update_params()
        if i % 10 == 0:
            self.accuracies.append(self.get_accuracy(X, y))
            print("Iteration", i, "loss", self.losses[-1], "accuracy", self.accuracies[-1])
    return self.losses
""",
    ),
    Style(
        "descent: mini-batches",
        """
def gradient_descent(self, X, y, iters=1000, batch_size=32):
    for epoch in range(iters):
        order = np.random.permutation(X.shape[1])
        for start in range(0, len(order), batch_size):
            batch = order[start:start + batch_size]
            self.forward_propagation(X[:, batch])
            self.backward_propagation(X[:, batch], y[batch])
            self.update_params()
""",
    ),
    Style(
        "descent: momentum",
        """
def gradient_descent(self, X, y, iters=1000, beta=0.5):
    v = {n: 0 for n in ("W1", "b1", "W2", "b2")}
    for i in range(iters):
        self.forward_propagation(X)
        self.backward_propagation(X, y)
        for n in v:
            v[n] = beta * v[n] + getattr(self, "d" + n)
            setattr(self, "d" + n, v[n])
        self.update_params()
""",
    ),
    Style(
        "descent: early stopping",
        """
def gradient_descent(self, X, y, iters=1000, patience=5):
    best, waited = np.inf, 0
    for i in range(iters):
        self.forward_propagation(X)
        loss = self.cross_entropy_loss(X, y)
        if loss < best:
            best, waited = loss, 0
        else:
            waited += 1
            if waited >= patience:
                print("stopped early at", i)
                break
        self.backward_propagation(X, y)
        self.update_params()
""",
    ),
    Style(
        "descent: the best weights are kept",
        """
def gradient_descent(self, X, y, iters=1000):
    best, kept = np.inf, None
    for i in range(iters + 1):
        self.forward_propagation(X)
        loss = self.cross_entropy_loss(X, y)
        if loss < best:
            best, kept = loss, [p.copy() for p in (self.W1, self.b1, self.W2, self.b2)]
        if i < iters:
            self.backward_propagation(X, y)
            self.update_params()
    self.W1, self.b1, self.W2, self.b2 = kept
""",
    ),
    _edit("descent: decay", (_UPDATE, _UPDATE + "            self.learning_rate *= 0.999\n")),
    _edit("descent: tqdm", (_LOOP, "for _ in tqdm(range(iters), desc='training'):"), ("import numpy as np\n", "import numpy as np\nfrom tqdm import tqdm\n")),
    _edit("descent: tqdm's postfix", (_LOOP, "for _ in (bar := trange(iters)):"), (_UPDATE, _UPDATE + "            bar.set_postfix(loss=self.cross_entropy_loss(X, y))\n"), ("import numpy as np\n", "import numpy as np\nfrom tqdm.auto import trange\n")),
    _edit("descent: decayed by the network", (_UPDATE, "            self.update_params()\n        return self\n")),
)

PRINTS = (
    Style(
        "prints everything, everywhere",
        edits=(
            ("    return np.maximum", "    print('ReLU', Z.shape, Z)\n    return np.maximum"),
            (_A2, "        print(self.A0, self.Z1, self.A1, self.Z2, self.A2, sep='\\n')\n" + _A2),
            (_DZ2, "print('m =', m, 'y =', y)\n        " + _DZ2),
            ("        self.W1 = self.W1 -", "        print(self.dW1, self.db1)\n        self.W1 = self.W1 -"),
            (_LOOP, _LOOP + "\n            print('step', _, self.W1.mean(), '#' * 2000)"),
        ),
    ),
    _edit("prints whole arrays", ("import numpy as np\n", "import sys\nimport numpy as np\nnp.set_printoptions(threshold=sys.maxsize, precision=3)\n"), (_A2, "        print(self.A2)\n" + _A2)),
    _edit("plots", ("import numpy as np\n", "import matplotlib.pyplot as plt\nimport numpy as np\nplt.style.use('ggplot')\n"), (_LOOP, "losses = []\n        " + _LOOP), (_UPDATE, _UPDATE + "            losses.append(self.cross_entropy_loss(X, y))\n        plt.figure(figsize=(8, 5))\n        plt.plot(losses, label='loss')\n        plt.legend()\n        plt.show()\n")),
    _edit("plots as it goes", ("import numpy as np\n", "import matplotlib.pyplot as plt\nimport numpy as np\n"), (_UPDATE, _UPDATE + "            if _ % 20 == 0:\n                plt.clf()\n                plt.plot(_, self.cross_entropy_loss(X, y), 'o')\n                plt.draw()\n                plt.pause(0.001)\n")),
    _edit("saves its plot", ("import numpy as np\n", "import matplotlib.pyplot as plt\nimport numpy as np\n"), (_UPDATE, _UPDATE + "        plt.plot(self.b2)\n        plt.savefig('loss.png')\n")),
    _edit("logs", ("import numpy as np\n", "import logging\nimport time\nimport numpy as np\nlogging.basicConfig(level=logging.INFO)\nlogger = logging.getLogger(__name__)\n"), (_UPDATE, _UPDATE + "            logger.info('step %d at %s', _, time.time())\n")),
)

SETTINGS = (
    Style("seed at import", top="np.random.seed(42)"),
    _edit("seed in the constructor", (_INIT, _INIT + "        np.random.seed(0)\n")),
    Style("a generator at import", edits=((_W1, "rng.standard_normal((hidden_size, input_size)) * 0.01"),), top="rng = np.random.default_rng(42)"),
    Style("np.seterr(all='raise')", top="np.seterr(all='raise')"),
    Style("np.seterr(all='ignore')", top="import warnings\nwarnings.filterwarnings('ignore')\nnp.seterr(all='ignore')"),
    Style("warnings are errors", top="import warnings\nwarnings.simplefilter('error')"),
    _edit("He initialisation", (_W1, "np.random.normal(0, np.sqrt(2 / input_size), (hidden_size, input_size))")),
    _edit("uniform initialisation", (_W1, "np.random.rand(hidden_size, input_size) - 0.5"), (_W2, "np.random.uniform(-0.5, 0.5, size=(output_size, hidden_size))")),
    _edit("integer initial weights", (_W1, "np.random.randint(-1, 2, (hidden_size, input_size))"), ("np.zeros((hidden_size, 1))", "np.zeros((hidden_size, 1), dtype=int)")),
    _edit("float32 initial weights", (_W1, f"({_W1}).astype(np.float32)"), ("np.zeros((output_size, 1))", "np.zeros((output_size, 1), dtype=np.float32)")),
)

CONSTRUCTOR = (
    _edit("constructor: no defaults", ("input_size: int = 784", "input_size"), ("hidden_size: int = 128", "hidden_size"), ("output_size: int = 10", "output_size"), ("learning_rate: float = 0.01", "learning_rate")),
    *(
        Style(
            f"constructor: {n}, {h}, {k}, {rate}",
            f"""
def __init__(self, {n}, {h}, {k}, {rate}):
    self.{n}, self.{h}, self.{k}, self.{rate} = {n}, {h}, {k}, {rate}
    self.W1, self.b1 = np.random.randn({h}, {n}) * 0.01, np.zeros(({h}, 1))
    self.W2, self.b2 = np.random.randn({k}, {h}) * 0.01, np.zeros(({k}, 1))

def one_hot(self, y):
    return np.eye(self.{k})[:, y]

def update_params(self):
    self.W1 = self.W1 - self.{rate} * self.dW1
    self.b1 = self.b1 - self.{rate} * self.db1
    self.W2 = self.W2 - self.{rate} * self.dW2
    self.b2 = self.b2 - self.{rate} * self.db2
""",
        )
        for n, h, k, rate in (("n_x", "n_h", "n_y", "lr"), ("input_dim", "hidden_dim", "output_dim", "alpha"), ("inputs", "neurons", "classes", "eta"), ("n0", "n1", "n2", "step"))
    ),
    _edit("constructor: fixed sizes", ("        input_size: int = 784,\n        hidden_size: int = 128,\n        output_size: int = 10,\n", ""), (_INIT, _INIT + "        self.momentum = 0.9\n"), ("        self.input_size = input_size\n", "        input_size, hidden_size, output_size = 784, 128, 10\n        self.input_size = input_size\n")),
    _edit("constructor: sizes in a tuple", ("        input_size: int = 784,\n        hidden_size: int = 128,\n        output_size: int = 10,\n", "        layers=(784, 128, 10),\n"), ("        self.input_size = input_size\n", "        self.losses = []\n        input_size, hidden_size, output_size = layers\n        self.input_size = input_size\n"), (_LOOP, _LOOP + "\n            self.losses.append(0)")),
    _edit("constructor: more parameters", ("learning_rate: float = 0.01,\n", "learning_rate=0.01, seed=1, beta=0.9, lam=0.0, verbose=False,\n"), (_INIT, _INIT + "        self.beta, self.lam, self.verbose = beta, lam, verbose\n"), ("dZ1 @ X.T", "dZ1 @ X.T + self.lam * self.W1")),
    _edit("constructor: keywords only", ("        self,\n        input_size", "        self,\n        *,\n        input_size")),
)

CLASSES = (
    _edit("static methods", ("def ReLU(Z: Floats) -> Floats:\n", "def _free_ReLU(Z):\n"), ("class NN:\n", "class NN:\n    @staticmethod\n    def ReLU(Z):\n        return np.maximum(Z, 0)\n\n"), ("ReLU(self.Z1)", "self.ReLU(self.Z1)")),
    _edit("class methods", ("def softmax(Z: Floats) -> Floats:\n", "def _free_softmax(Z):\n"), ("class NN:\n", "class NN:\n    @classmethod\n    def softmax(cls, Z):\n        return _free_softmax(Z)\n\n"), ("softmax(self.Z2)", "self.softmax(self.Z2)")),
    _edit("activations as methods", ("def ReLU(Z: Floats) -> Floats:\n", "def _free_ReLU(Z):\n"), ("def softmax(Z: Floats) -> Floats:\n", "def _free_softmax(Z):\n"), ("class NN:\n", "class NN:\n    def ReLU(self, Z):\n        return Z * (Z > 0)\n\n    def softmax(self, Z):\n        return _free_softmax(Z)\n\n"), ("ReLU(self.Z1)", "self.ReLU(self.Z1)"), ("softmax(self.Z2)", "self.softmax(self.Z2)")),
    _edit("functions without self in the class", ("def ReLU(Z: Floats) -> Floats:\n", "def _free_ReLU(Z):\n"), ("class NN:\n", "class NN:\n    def ReLU(Z):\n        return np.maximum(0, Z)\n\n"), ("ReLU(self.Z1)", "NN.ReLU(self.Z1)")),
    Style(
        "functions of the module",
        edits=(
            ("self.one_hot(y)) /", "one_hot(y, self.output_size)) /"),
            ("    def one_hot", "    def _a"),
            ("    def cross_entropy_loss", "    def _b"),
            ("    def get_predictions", "    def _c"),
            ("    def get_accuracy", "    def _d"),
            (_SHOW, "        predictions = get_predictions(self.forward_propagation(X))\n"),
        ),
        bottom="""
def one_hot(y, num_classes=10):
    return np.eye(num_classes)[y].T

def cross_entropy_loss(A2, y):
    return -np.mean(np.log(A2[y, np.arange(y.size)]))

def get_predictions(A2):
    return np.argmax(A2, 0)

def get_accuracy(A2, y):
    return np.mean(get_predictions(A2) == y)
""",
    ),
    Style(
        "a function of the network",
        edits=(("self.update_params()", "update_params(self)"), ("    def update_params", "    def _step")),
        bottom="""
def update_params(model):
    for p in ("W1", "b1", "W2", "b2"):
        setattr(model, p, getattr(model, p) - model.learning_rate * getattr(model, "d" + p))
""",
    ),
    _edit("inheritance", ("class NN:\n", "class Base:\n"), ("    def get_predictions", "    def __call__(self, X):\n        return self.forward_propagation(X)\n\n\nclass NN(Base):\n    def __init__(self, *args, **kwargs):\n        super().__init__(*args, **kwargs)\n        self.history = []\n\n    def get_predictions")),
    _edit("abstract base", ("import numpy as np\n", "from abc import ABC, abstractmethod\nimport numpy as np\n"), ("class NN:\n", "class Model(ABC):\n    @abstractmethod\n    def forward_propagation(self, X): ...\n\n\nclass NN(Model):\n")),
    _edit("slots", ("class NN:\n", "class NN:\n    __slots__ = tuple('input_size hidden_size output_size learning_rate W1 b1 W2 b2 A0 Z1 A1 Z2 A2 dW1 db1 dW2 db2'.split())\n\n")),
    Style(
        "dataclass",
        """
def __init__(self): ...

def __post_init__(self):
    self.W1 = np.random.randn(self.hidden_size, self.input_size) * 0.01
    self.b1 = np.zeros((self.hidden_size, 1))
    self.W2 = np.random.randn(self.output_size, self.hidden_size) * 0.01
    self.b2 = np.zeros((self.output_size, 1))
""",
        edits=(("class NN:\n", "@dataclass\nclass NN:\n    input_size: int = 784\n    hidden_size: int = 128\n    output_size: int = 10\n    learning_rate: float = 0.01\n    losses: list = field(default_factory=list)\n\n"), ("    def __init__", "    def __init__"),),
        top="from dataclasses import dataclass, field",
    ),
    _edit("A2 as a property", ("self.A2 = softmax(self.Z2)\n", "pass\n"), ("class NN:\n", "class NN:\n    @property\n    def A2(self):\n        return softmax(self.Z2)\n\n")),
    _edit("learning rate as a property", ("class NN:\n", "class NN:\n    @property\n    def learning_rate(self):\n        return self._lr\n\n    @learning_rate.setter\n    def learning_rate(self, value):\n        self._lr = float(value)\n\n")),
    _edit("a dict behind the attributes", ("class NN:\n", "class NN:\n    def __getattr__(self, name):\n        try:\n            return self.__dict__['store'][name]\n        except KeyError:\n            raise AttributeError(name) from None\n\n    def __setattr__(self, name, value):\n        self.__dict__.setdefault('store', {})[name] = value\n\n")),
    _edit("timed by a decorator", ("import numpy as np\n", "import functools\nimport time\nimport numpy as np\n\ndef timed(f):\n    @functools.wraps(f)\n    def inner(*args, **kwargs):\n        start = time.time()\n        result = f(*args, **kwargs)\n        print(f.__name__, time.time() - start)\n        return result\n    return inner\n"), ("    def forward_propagation", "    @timed\n    def forward_propagation"), ("    def gradient_descent", "    @timed\n    def gradient_descent"), ("    def get_accuracy", "    @timed\n    def get_accuracy")),
    _edit("a decorator without wraps", ("import numpy as np\n", "import numpy as np\n\ndef loud(f):\n    def inner(*args, **kwargs):\n        print('called', f)\n        return f(*args, **kwargs)\n    return inner\n"), ("    def backward_propagation", "    @loud\n    def backward_propagation"), ("    def update_params", "    @loud\n    def update_params"), ("    def gradient_descent", "    @loud\n    def gradient_descent"), ("    def one_hot", "    @loud\n    def one_hot")),
    _edit("shorter names beside", ("    def show_predictions", "    forward = forward_propagation\n    backward = backward_propagation\n    predict = get_predictions\n\n    def show_predictions"), ("            self.forward_propagation(X)\n            self.backward_propagation(X, y)", "            self.forward(X)\n            self.backward(X, y)")),
    Style(
        "layers as objects",
        """
def __init__(self, input_size=784, hidden_size=128, output_size=10, learning_rate=0.01):
    self.input_size, self.hidden_size, self.output_size = input_size, hidden_size, output_size
    self.learning_rate = learning_rate
    self.layers = [Dense(input_size, hidden_size), Dense(hidden_size, output_size)]

def forward_propagation(self, X):
    self.A0 = X
    self.Z1 = self.layers[0].forward(X)
    self.A1 = ReLU(self.Z1)
    self.Z2 = self.layers[1].forward(self.A1)
    self.A2 = softmax(self.Z2)
    return self.A2

def backward_propagation(self, X, y):
    dA1 = self.layers[1].backward(self.A2 - self.one_hot(y), len(y))
    self.layers[0].backward(dA1 * (self.Z1 > 0), len(y))

def update_params(self):
    for layer in self.layers:
        layer.W = layer.W - self.learning_rate * layer.dW
        layer.b = layer.b - self.learning_rate * layer.db
""",
        edits=(
            ("class NN:\n", """class Dense:
    def __init__(self, n, k):
        self.W, self.b = np.random.randn(k, n) * 0.01, np.zeros((k, 1))
        self.dW = self.db = None

    def forward(self, A):
        self.A = A
        return self.W @ A + self.b

    def backward(self, dZ, m):
        self.dW, self.db = dZ @ self.A.T / m, dZ.sum(axis=1, keepdims=True) / m
        return self.W.T @ dZ


def of_layer(index, name):
    return property(
        lambda self: getattr(self.layers[index], name),
        lambda self, value: setattr(self.layers[index], name, value),
    )


class NN:
    W1, b1, dW1, db1 = (of_layer(0, name) for name in ("W", "b", "dW", "db"))
    W2, b2, dW2, db2 = (of_layer(1, name) for name in ("W", "b", "dW", "db"))

"""),
        ),
    ),
)

_NOTEBOOK_TOP = """import pandas as pd
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras.datasets import mnist
from sklearn.model_selection import train_test_split
import seaborn as sns
import matplotlib.pyplot as plt"""
_NOTEBOOK = """
(X_train, Y_train), (X_test, Y_test) = mnist.load_data()
mean, std = X_train.mean(), X_train.std()
X_train = ((X_train - mean) / std).reshape(60000, -1).T
model = NN()
model.gradient_descent(X_train, Y_train, iters=1000)
print("Train Accuracy : " + str(model.get_accuracy(X_train, Y_train) * 100))
model.show_predictions(X_train, Y_train)
"""

FILES = (
    Style("notebook", top=_NOTEBOOK_TOP, bottom=_NOTEBOOK),
    Style("notebook, exported", top=f"get_ipython().run_line_magic('matplotlib', 'inline')\n{_NOTEBOOK_TOP}\nsns.set_theme()", bottom=_NOTEBOOK),
    Style("notebook that reads a file", top=_NOTEBOOK_TOP, bottom="data = pd.read_csv('/kaggle/input/digit-recognizer/train.csv')\ndata = np.array(data)\nm, n = data.shape\n"),
    Style("notebook with constants", edits=((_W1, _W1.replace("0.01", "SCALE")), ("np.log(self.A2[", "np.log(EPS + self.A2[")), top=f"{_NOTEBOOK_TOP}\nEPS = float('1e-12')\nSIZES = dict(hidden=128)\nSCALE, *_ = [0.01, 1]\n", bottom=_NOTEBOOK),
    Style("notebook with a logger", edits=((_UPDATE, _UPDATE + "            logger.info('step')\n"),), top=f"{_NOTEBOOK_TOP}\nimport logging\nlogger = logging.getLogger(__name__)", bottom=_NOTEBOOK),
    Style("trains at import", bottom="rng = np.random.default_rng(0)\nX = rng.standard_normal((784, 50))\ny = rng.integers(0, 10, 50)\nmodel = NN()\nmodel.gradient_descent(X, y, 5)\nprint(model.get_accuracy(X, y))\n"),
    Style("__main__", bottom=f"if __name__ == '__main__':\n{indent(_NOTEBOOK_TOP + _NOTEBOOK, '    ')}"),
    Style("optional imports", top="try:\n    import cupy as xp\nexcept ImportError:\n    xp = np\ntry:\n    from IPython.display import display, clear_output\nexcept ImportError:\n    display = print\nfrom typing import Optional, Tuple"),
    _edit("from the future", (_DOC, f"from __future__ import annotations\n{_DOC}"), ("-> Floats:\n    \"\"\"max", "-> NotDefinedAnywhere:\n    \"\"\"max")),
    Style("CRLF", finish=lambda text: text.replace("\n", "\r\n").encode()),
    Style("CR", finish=lambda text: text.replace("\n", "\r").encode()),
    Style("BOM", finish=lambda text: b"\xef\xbb\xbf" + text.encode()),
    Style("tabs", finish=lambda text: text.replace("    ", "\t")),
    Style("two spaces", finish=lambda text: text.replace("    ", "  ")),
    Style("no line end", finish=str.rstrip),
    Style("Latin-1", finish=lambda text: ("# -*- coding: latin-1 -*-\n# Größe\n" + text).encode("latin-1")),
    _edit("Greek and Chinese", ("dZ2 = (self", "δ = dZ2 = (self"), ("dZ2 @ self.A1.T", "δ @ self.A1.T  # 梯度")),
    Style("no docstrings, no types", finish=lambda text: ast.unparse(_Bare().visit(ast.parse(text)))),
)


class _Bare(ast.NodeTransformer):
    """Takes away docstrings and annotations."""

    def visit_FunctionDef(self, node):
        node.returns = None
        for argument in node.args.args:
            argument.annotation = None
        node.body = [self.visit(n) for n in (node.body[1:] if ast.get_docstring(node) else node.body)]
        return node

    def visit_AnnAssign(self, node):
        return ast.Assign([node.target], node.value, lineno=node.lineno)


STYLES = (
    *FUNCTIONS,
    *FORWARD,
    *BACKWARD,
    *ONE_HOT,
    *LOSS,
    *UPDATE,
    *PREDICTIONS,
    *DESCENT,
    *PRINTS,
    *SETTINGS,
    *CONSTRUCTOR,
    *CLASSES,
    *FILES,
)
