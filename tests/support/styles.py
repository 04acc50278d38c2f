r"""Right programs in other people's styles: variations of the reference, each worth full marks.

Used by test_styles.py. VARIATIONS holds one program a paragraph. `== name` begins it. A line
`old => new` replaces a text that the reference holds once (or one of PIECES, by its key); `\n` is
a line end. `top: ...` goes after the imports, `bottom: ...` to the end. All other lines are
functions: they take the place of the reference's, or join its class.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from textwrap import indent


@dataclass(frozen=True, slots=True)
class Style:
    """One way to write it right.

    Attributes:
        name: what is different.
        text: how; as in VARIATIONS.
        finish: the last touch, e.g. other line ends.
        costs: the checks that this style fails; it earns all points but theirs.
    """

    name: str
    text: str = ""
    finish: Callable[[str], str | bytes] = str
    costs: frozenset[str] = frozenset()

    def apply(self, reference: str) -> str | bytes:
        """The program, made from the text of the reference."""
        program, code, bottom = reference, "", ""
        for line in self.text.splitlines():
            raw = line.replace("\\n", "\n")
            if line.startswith("top: "):
                numpy = "import numpy as np\n"
                program = program.replace(numpy, f"{numpy}{raw.removeprefix('top: ')}\n", 1)
            elif line.startswith("bottom: "):
                bottom += raw.removeprefix("bottom: ") + "\n"
            elif " => " in line:
                old, _, new = raw.partition(" => ")
                old = PIECES.get(old, old)
                assert program.count(old) == 1, f"{self.name}: {old!r} is not there once"
                program = program.replace(old, new.replace("SAME", old))
            else:
                code += line + "\n"
        return self.finish(f"{_redefine(program, code)}\n{bottom}")


def _redefine(program: str, code: str) -> str:
    """Put each function of the code where the program has one of its name, or into its class."""
    for node in ast.parse(code).body:
        assert isinstance(node, ast.FunctionDef)
        first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
        source = "\n".join(code.splitlines()[first - 1 : node.end_lineno])
        lines, tree = program.splitlines(), ast.parse(program)
        cls = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "NN")
        same = [n for n in (*tree.body, *cls.body) if getattr(n, "name", "") == node.name]
        column, begin, end = 4, cls.end_lineno or 0, cls.end_lineno
        if same:
            column, begin, end = same[0].col_offset, same[0].lineno - 1, same[0].end_lineno
        lines[begin:end] = ["", indent(source, " " * column)]
        program = "\n".join(lines)
    return program


PIECES = {
    "RELU": "np.maximum(0, Z)",
    "EXP": "E = np.exp(Z - Z.max(axis=0, keepdims=True))",
    "DIVIDE": "return E / E.sum(axis=0, keepdims=True)",
    "RETURN A2": "        return self.A2\n",
    "HOT": "np.eye(self.output_size, dtype=self.W2.dtype)[:, y]",
    "LOSS": "float(-np.log(self.A2[y, np.arange(m)]).mean())",
    "MASK": "(self.Z1 > 0)",
    "DZ2": "dZ2 = (self.A2 - self.one_hot(y)) / m",
    "DB1": "dZ1.sum(axis=1, keepdims=True)",
    "DB2": "dZ2.sum(axis=1, keepdims=True)",
    "BACKWARD": "backward_propagation(self, X: Floats, y: Labels)",
    "RUN BACKWARD": "            self.backward_propagation(X, y)",
    "UPDATE": "            self.update_params()\n",
    "PREDICT": "self.forward_propagation(X).argmax(axis=0)",
    "COUNT": "float(np.mean(self.get_predictions(X) == y))",
    "ACCURACY": "get_accuracy(self, X: Floats, y: Labels)",
    "LOOP": "for _ in range(iters):",
    "RATE": "        self.learning_rate = learning_rate\n",
    "W1": "np.random.randn(hidden_size, input_size) * 0.01",
    "SHOW": "        predictions = self.get_predictions(X)\n",
    "CLASS": "class NN:\n",
    "FREE RELU": "def ReLU(Z: Floats) -> Floats:\n",
    "SIZES": "        input_size: int = 784,\n        hidden_size: int = 128,\n"
    "        output_size: int = 10,\n",
}

VARIATIONS = r"""
== ReLU: product
RELU => Z * (Z > 0)
== ReLU: a masked copy
def ReLU(Z):
    A = Z.copy()
    A[A < 0] = 0
    return A
== ReLU: vectorised
@np.vectorize
def ReLU(z):
    return max(0.0, z)
== ReLU: a lambda
bottom: ReLU = lambda x: np.where(x > 0, x, 0)
== softmax: changes its argument in place
EXP => Z -= Z.max(axis=0)\n    E = np.exp(Z)
== softmax: loop over columns
def softmax(Z):
    A = np.zeros(Z.shape)
    for j in range(Z.shape[1]):
        e = np.exp(Z[:, j] - max(Z[:, j]))
        A[:, j] = e / sum(e)
    return A
== softmax: logarithms, and a guard
DIVIDE => return np.exp(np.log(E + 1e-300) - np.log(np.sum(E, 0) + 1e-12))
== softmax: not stabilised
EXP => E = np.exp(Z)
== softmax: global maximum
EXP => E = np.exp(Z - np.max(Z))
== forward: returns None
RETURN A2 => \n
PREDICT => self.forward_propagation(X) or np.argmax(self.A2, 0)
== forward: returns a tuple
RETURN A2 =>         return self.Z1, self.A1, self.Z2, self.A2\n
PREDICT => self.forward_propagation(X)[-1].argmax(0)
== forward: returns a dict
RETURN A2 =>         return {"A1": self.A1, "A2": self.A2}\n
PREDICT => self.forward_propagation(X)["A2"].argmax(0)
== forward: A0 never stored
        self.A0 = X\n => \n
self.W1 @ self.A0 => np.dot(self.W1, X)
== forward: einsum
self.W1 @ self.A0 => np.einsum("ij,jk->ik", self.W1, self.A0)
== forward: float32
self.A0 = X => self.A0 = X.astype(np.float32)
self.W1 @ self.A0 + self.b1 => self.W1.astype(np.float32) @ self.A0 + np.float32(self.b1)
self.W2 @ self.A1 + self.b2 => (self.W2 @ self.A1 + self.b2).astype("float32")
== forward: makes the weights float32
self.A0 = X => self.A0 = X.astype(np.float32)\n        self.W1 = self.W1.astype(np.float32)
== forward: softmax in longdouble
softmax(self.Z2) => np.float64(softmax(np.longdouble(self.Z2)))
== a private cache
RETURN A2 =>         self.cache = {"X": X, "Z1": self.Z1, "A1": self.A1, "A2": self.A2}\n
PREDICT => (self.forward_propagation(X), self.cache["A2"].argmax(0))[1]
def backward_propagation(self, X, y):
    c, m = self.cache, y.shape[0]
    dZ2 = c["A2"] - self.one_hot(y)
    self.dW2, self.db2 = dZ2 @ c["A1"].T / m, np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = self.W2.T @ dZ2 * np.where(c["Z1"] > 0, 1, 0)
    self.dW1, self.db1 = dZ1 @ c["X"].T / m, np.sum(dZ1, axis=1, keepdims=True) / m
== mask: A1
MASK => (self.A1 > 0)
== mask: >=, as float
MASK => (self.Z1 >= 0).astype(float)
== mask: float16
MASK => np.float16(self.Z1 > 0)
== mask: in place
 * (self.Z1 > 0) => \n        dZ1[self.Z1 <= 0] = 0
== mask: a helper
MASK => relu_derivative(self.Z1)
bottom: def relu_derivative(Z):\n    return np.heaviside(Z, 0.5)
== db: reshaped
DB1 => np.sum(dZ1, 1).reshape(-1, 1)
DB2 => dZ2 @ np.ones((m, 1))
== 1/m outside, and means
DZ2 => dZ2 = self.A2 - self.one_hot(y)
dZ2 @ self.A1.T => (1 / m) * dZ2 @ self.A1.T
dZ1 @ X.T => 1.0 / m * np.dot(dZ1, X.T)
DB1 => np.mean(dZ1, axis=1)[:, None]
DB2 => dZ2.mean(axis=1, keepdims=True)
== dZ2: in the memory of A2
DZ2 => dZ2 = self.A2\n        dZ2[y, np.arange(m)] -= 1\n        dZ2 = dZ2 / m
== backward: runs forward itself
DZ2 => self.forward_propagation(X)\n        SAME
== backward: of y alone
BACKWARD => backward_propagation(self, y)
        m = X.shape[1]\n        dZ2 =>         m = y.size\n        dZ2
dZ1 @ X.T => dZ1 @ self.A0.T
RUN BACKWARD =>             self.backward_propagation(y)
== backward: given m and A2
BACKWARD => backward_propagation(self, X, Y, m, A2)
        m = X.shape[1]\n        dZ2 = (self.A2 - self.one_hot(y)) =>         dZ2 = (A2 - self.one_hot(Y))
RUN BACKWARD =>             self.backward_propagation(X, y, len(y), self.A2)
== backward: given one-hot labels
BACKWARD => backward_propagation(self, X, y_one_hot)
DZ2 => dZ2 = (self.A2 - y_one_hot) / m
RUN BACKWARD =>             self.backward_propagation(X, self.one_hot(y))
== backward: a penalty of nothing
BACKWARD => backward_propagation(self, X, y, alpha=0.0)
dZ1 @ X.T => dZ1 @ X.T + alpha * self.W1
== backward: labels flattened
DZ2 => y = np.asarray(y).reshape(-1).astype(int)\n        SAME
== backward: a sample at a time
def backward_propagation(self, X, y):
    self.dW1, self.db1, self.dW2, self.db2 = 0, 0, 0, 0
    for j in range(len(y)):
        d2 = (self.A2[:, [j]] - self.one_hot(y[[j]])) / len(y)
        d1 = self.W2.T @ d2 * (self.Z1[:, [j]] > 0)
        self.dW2, self.db2 = self.dW2 + d2 @ self.A1[:, [j]].T, self.db2 + d2
        self.dW1, self.db1 = self.dW1 + d1 @ X[:, [j]].T, self.db1 + d1
== gradients handed on in a tuple
self.db1 = dZ1 => self.db1 = db1 = dZ1
    def update_params =>         return self.dW1, db1, self.dW2, self.db2\n\n    def update_params
RUN BACKWARD =>             grads = self.backward_propagation(X, y)
UPDATE =>             self.update_params(*grads, self.learning_rate)\n
def update_params(self, dW1, db1, dW2, db2, learning_rate):
    self.W1, self.b1 = self.W1 - learning_rate * dW1, self.b1 - learning_rate * db1
    self.W2, self.b2 = self.W2 - learning_rate * dW2, self.b2 - learning_rate * db2
== gradients handed on in a dict
    def update_params =>         return dict(vars(self))\n\n    def update_params
RUN BACKWARD =>             grads = self.backward_propagation(X, y)
UPDATE =>             self.update_params(grads, self.learning_rate)\n
def update_params(self, grads, lr):
    for name in ("W1", "b1", "W2", "b2"):
        setattr(self, name, getattr(self, name) - lr * grads["d" + name])
== one_hot: scatter
def one_hot(self, y):
    H = np.zeros((self.output_size, y.size), dtype=int)
    H[y, np.arange(y.size)] = 1
    return H
== one_hot: comparison
HOT => 1 * (np.arange(self.output_size)[:, None] == y)
== one_hot: rows, then turned
HOT => np.eye(self.output_size, dtype=np.uint8)[y.reshape(-1)].T
== one_hot: lists
HOT => np.array([[1 if c == t else 0 for t in y] for c in range(self.output_size)])
== one_hot: given num_classes
one_hot(self, y: Labels) => one_hot(self, Y, num_classes=10)
HOT => np.identity(num_classes)[Y].T
self.one_hot(y)) => self.one_hot(y, num_classes=self.output_size))
== one_hot: static
    def one_hot(self, y: Labels) =>     @staticmethod\n    def one_hot(y, k)
HOT => np.eye(k)[:, y]
self.one_hot(y)) => NN.one_hot(y, self.output_size))
== one_hot: left as it was
self.one_hot(y)) => np.eye(self.output_size)[:, y])
def one_hot(self, y):
    raise NotImplementedError
== loss: + 1e-8
LOSS => -np.sum(np.log(self.A2[y, range(m)] + 1e-8)) / m
== loss: one-hot times log, + 1e-12
LOSS => -(1 / m) * np.sum(self.one_hot(y) * np.log(self.A2 + 1e-12))
== loss: clip
LOSS => -np.mean(np.log(np.clip(self.A2, 1e-10, 1 - 1e-10)[y, np.arange(m)]))
== loss: log-sum-exp of Z2
LOSS => np.mean(np.log(np.exp(self.Z2).sum(axis=0)) - self.Z2[y, np.arange(m)])
== loss: an array of one
LOSS => -np.log(self.A2[y, np.arange(m)].reshape(1, -1)) @ np.ones((m, 1)) / m
== loss: runs forward itself
LOSS => -np.mean(np.log(self.forward_propagation(X)[y, np.arange(m)]))
== loss: of y
def cross_entropy_loss(self, y):
    return -np.mean(np.log(self.A2[y, np.arange(len(y))]))
== loss: of A2 and y, static
    def cross_entropy_loss =>     @staticmethod\n    def cross_entropy_loss
def cross_entropy_loss(A2, y):
    return -np.mean(np.log(A2[y, np.arange(len(y))]))
== loss: of y_pred and y_true
def cross_entropy_loss(self, y_pred, y_true):
    return -np.mean(np.log(y_pred[y_true, np.arange(len(y_true))]))
== loss: of A2 and one-hot labels
def cross_entropy_loss(self, A2, one_hot_y):
    return -np.sum(one_hot_y * np.log(A2)) / A2.shape[1]
== loss: left as it was
def cross_entropy_loss(self, X, y):
    raise NotImplementedError
== loss: deleted
def cross_entropy_loss => def _unused
== loss and one_hot: deleted
def cross_entropy_loss => def _unused
def one_hot => def _encode
self.one_hot(y)) => self._encode(y))
== update: in place
def update_params(self):
    for name in ("W1", "b1", "W2", "b2"):
        self.__dict__[name] -= self.learning_rate * self.__dict__["d" + name]
== update: given lr by default
UPDATE =>             self.update_params(lr=self.learning_rate)\n
def update_params(self, lr=0.01):
    self.W1, self.b1 = self.W1 - lr * self.dW1, self.b1 - lr * self.db1
    self.W2, self.b2 = self.W2 - lr * self.dW2, self.b2 - lr * self.db2
    return self.W1, self.b1, self.W2, self.b2
== update: through a list made in the constructor
    def forward =>         self.all = [self.W1, self.b1, self.W2, self.b2]\n\n    def forward
def update_params(self):
    for p, g in zip(self.all, (self.dW1, self.db1, self.dW2, self.db2)):
        p -= self.learning_rate * g
== predictions: argmax of Z2
PREDICT => (self.forward_propagation(X), np.argmax(self.Z2, axis=0))[1]
== predictions: after forward
get_predictions(self, X: Floats) => get_predictions(self)
PREDICT => np.argmax(self.A2, 0)
COUNT => (self.forward_propagation(X), np.mean(self.get_predictions() == y))[1]
SHOW =>         self.forward_propagation(X)\n        predictions = self.get_predictions()\n
== predictions: of A2
get_predictions(self, X: Floats) => get_predictions(self, A2)
PREDICT => np.argmax(A2, 0)
COUNT => np.mean(self.get_predictions(self.forward_propagation(X)) == y)
SHOW =>         predictions = self.get_predictions(self.forward_propagation(X))\n
== predictions: a list
PREDICT => list(np.argmax(self.forward_propagation(X), axis=0))
COUNT => [p == t for p, t in zip(self.get_predictions(X), y)].count(True) / len(y)
== accuracy: sum over length
COUNT => sum(self.get_predictions(X) == y) / len(y)
== accuracy: a 0-d array
COUNT => np.array((self.get_predictions(X) == y.reshape(-1)).mean())
== accuracy: of predictions and labels
ACCURACY => get_accuracy(self, predictions, y)
COUNT => np.sum(predictions == y) / y.size
== accuracy: of labels, after forward
ACCURACY => get_accuracy(self, y)
COUNT => np.mean(self.A2.argmax(0) == y)
== accuracy: among the best k
ACCURACY => get_accuracy(self, X, y, k=1)
COUNT => (np.argsort(-self.forward_propagation(X), axis=0)[:k] == y).any(axis=0).mean()
== descent: epochs
iters: int = 1000 => epochs
LOOP => for epoch in range(1, epochs + 1):
== descent: alpha and iterations
iters: int = 1000 => alpha, iterations
LOOP => for i in range(iterations):
UPDATE =>             self.update_params(alpha)\n
def update_params(self, alpha):
    for name in ("W1", "b1", "W2", "b2"):
        setattr(self, name, getattr(self, name) - alpha * getattr(self, "d" + name))
== descent: keywords, a rate of its own
iters: int = 1000 => *, num_iterations=500, lr=0.1, verbose=True
LOOP => for i in range(num_iterations):
== descent: while, all written out
def gradient_descent(self, X_train, Y_train, max_iters=1000):
    step, m = 0, Y_train.shape[0]
    while step < max_iters:
        Z1 = self.W1 @ X_train + self.b1
        A1 = ReLU(Z1)
        dZ2 = (softmax(self.W2 @ A1 + self.b2) - self.one_hot(Y_train)) / m
        dZ1 = self.W2.T @ dZ2 * (Z1 > 0)
        self.W2 -= self.learning_rate * dZ2 @ A1.T
        self.b2 -= self.learning_rate * dZ2.sum(1, keepdims=True)
        self.W1 -= self.learning_rate * dZ1 @ X_train.T
        self.b1 -= self.learning_rate * dZ1.sum(1, keepdims=True)
        step += 1
== descent: history
LOOP => self.history = {"loss": [], "accuracy": []}\n        SAME
UPDATE => SAME            self.history["loss"].append(self.cross_entropy_loss(X, y))\n            self.history["accuracy"].append(self.get_accuracy(X, y))\n        return self.history\n
== descent: mini-batches
def gradient_descent(self, X, y, iters=1000, batch_size=32):
    for epoch in range(iters):
        order = np.random.permutation(X.shape[1])
        for start in range(0, len(order), batch_size):
            batch = order[start:start + batch_size]
            self.forward_propagation(X[:, batch])
            self.backward_propagation(X[:, batch], y[batch])
            self.update_params()
== descent: momentum
LOOP => v = {n: 0 for n in ("W1", "b1", "W2", "b2")}\n        SAME
UPDATE =>             for n in v:\n                v[n] = 0.5 * v[n] + getattr(self, "d" + n)\n                setattr(self, "d" + n, v[n])\nSAME
== descent: early stopping
LOOP => before = np.inf\n        SAME
RUN BACKWARD =>             loss = self.cross_entropy_loss(X, y)\n            if loss > before + 1e-9:\n                break\n            before = loss\nSAME
== descent: the best weights are kept
LOOP => best, kept = np.inf, (self.W1, self.b1, self.W2, self.b2)\n        SAME
UPDATE => SAME            self.forward_propagation(X)\n            loss = self.cross_entropy_loss(X, y)\n            if loss < best:\n                best, kept = loss, (self.W1.copy(), self.b1, self.W2, self.b2)\n        self.W1, self.b1, self.W2, self.b2 = kept\n
== descent: decay
UPDATE => SAME            self.learning_rate *= 0.999\n
== descent: tqdm
top: from tqdm import tqdm
LOOP => for _ in (bar := tqdm(range(iters), desc="training")):
UPDATE => SAME            bar.set_postfix(loss=self.cross_entropy_loss(X, y))\n
== prints everything, everywhere
top: import sys\nnp.set_printoptions(threshold=sys.maxsize, precision=3)
    return np.maximum =>     print("ReLU", Z.shape, Z[0])\n    return np.maximum
RETURN A2 =>         print(self.A2)\nSAME
DZ2 => print("m =", m, "y =", y)\n        SAME
        self.W1 = self.W1 - =>         print(self.db1)\n        self.W1 = self.W1 -
LOOP => SAME\n            print(f"step {_}", self.W1.mean(), "#" * 2000)
== plots as it goes
top: import matplotlib.pyplot as plt\nplt.style.use("ggplot")
UPDATE => SAME            plt.plot(_, self.cross_entropy_loss(X, y), "o")\n            plt.pause(0.001)\n        plt.figure(figsize=(8, 5))\n        plt.bar(range(len(y)), y, label="loss")\n        plt.legend()\n        plt.show()\n
== saves its plot
top: import matplotlib.pyplot as plt
UPDATE => SAME        plt.plot(self.b2)\n        plt.savefig("loss.png")\n
== seeds at import and in the constructor
top: np.random.seed(42)\nrng = np.random.default_rng(42)
RATE => SAME        np.random.seed(0)\n
W1 => rng.standard_normal((hidden_size, input_size)) * 0.01
== np.seterr(all="raise")
top: np.seterr(all="raise")
== warnings are errors
top: import warnings\nwarnings.simplefilter("error")
== He and integer initial weights
W1 => np.random.randint(-1, 2, (hidden_size, input_size))
np.random.randn(output_size, hidden_size) * 0.01 => np.sqrt(2 / hidden_size) * np.random.uniform(-1, 1, (output_size, hidden_size))
np.zeros((hidden_size, 1)) => np.zeros((hidden_size, 1), dtype=np.longdouble)
== constructor: no defaults
SIZES =>         input_size, hidden_size, output_size,\n
learning_rate: float = 0.01 => learning_rate
== constructor: n_x, n_h, n_y, lr
def __init__(self, n_x, n_h, n_y, lr):
    self.n_x, self.n_h, self.n_y, self.lr = n_x, n_h, n_y, lr
    self.W1, self.b1 = np.random.randn(n_h, n_x) * 0.01, np.zeros((n_h, 1))
    self.W2, self.b2 = np.random.randn(n_y, n_h) * 0.01, np.zeros((n_y, 1))
def one_hot(self, y):
    return np.eye(self.n_y)[:, y]
def update_params(self):
    for name in ("W1", "b1", "W2", "b2"):
        setattr(self, name, getattr(self, name) - self.lr * getattr(self, "d" + name))
== constructor: names that nobody knows
def __init__(self, n0, n1, n2, speed):
    self.classes, self.speed = n2, speed
    self.W1, self.b1 = np.random.randn(n1, n0) * 0.01, np.zeros((n1, 1))
    self.W2, self.b2 = np.random.randn(n2, n1) * 0.01, np.zeros((n2, 1))
def one_hot(self, y):
    return np.eye(self.classes)[:, y]
def update_params(self):
    for name in ("W1", "b1", "W2", "b2"):
        setattr(self, name, getattr(self, name) - self.speed * getattr(self, "d" + name))
== constructor: sizes in a tuple
SIZES =>         layers=(784, 128, 10),\n
RATE => SAME        self.losses = []\n
        self.input_size = input_size =>         input_size, hidden_size, output_size = layers\n        self.input_size = input_size
LOOP => SAME\n            self.losses.append(0)
== static and class methods
FREE RELU => def _free(Z):\n
CLASS => class NN:\n    @staticmethod\n    def ReLU(Z):\n        return np.maximum(Z, 0)\n\n    @classmethod\n    def softmax(cls, Z):\n        return softmax(Z)\n\n
ReLU(self.Z1) => self.ReLU(self.Z1)
softmax(self.Z2) => self.softmax(self.Z2)
== functions without self in the class
FREE RELU => def _free(Z):\n
CLASS => class NN:\n    def ReLU(Z):\n        return np.maximum(0, Z)\n\n
ReLU(self.Z1) => NN.ReLU(self.Z1)
== functions of the module
self.one_hot(y)) / => one_hot(y, self.output_size)) /
    def one_hot =>     def _a
    def cross_entropy_loss =>     def _b
    def get_predictions =>     def _c
    def update_params =>     def _d
self.update_params() => update_params(self)
COUNT => np.mean(get_predictions(self.forward_propagation(X)) == y)
SHOW =>         predictions = get_predictions(self.forward_propagation(X))\n
bottom: def one_hot(y, num_classes=10):\n    return np.eye(num_classes)[y].T
bottom: def cross_entropy_loss(A2, y):\n    return -np.mean(np.log(A2[y, np.arange(y.size)]))
bottom: def get_predictions(A2):\n    return np.argmax(A2, 0)
bottom: def update_params(model):\n    for p in ("W1", "b1", "W2", "b2"):\n        setattr(model, p, getattr(model, p) - model.learning_rate * getattr(model, "d" + p))
== inheritance
CLASS => class Base:\n
    def get_predictions => \nclass NN(Base):\n    def __init__(self, *args, **kwargs):\n        super().__init__(*args, **kwargs)\n\n    def get_predictions
== slots
CLASS => class NN:\n    __slots__ = ["input_size", "hidden_size", "output_size", "learning_rate", "W1", "b1", "W2", "b2",\n        "A0", "Z1", "A1", "Z2", "A2", "dW1", "db1", "dW2", "db2"]\n
== dataclass
top: from dataclasses import dataclass, field
CLASS => @dataclass\nclass NN:\n    input_size: int = 784\n    hidden_size: int = 128\n    output_size: int = 10\n    learning_rate: float = 0.01\n    losses: list = field(default_factory=list)\n
SIZES => \n
        learning_rate: float = 0.01,\n => \n
def __init__ => def __post_init__
        self.input_size = input_size =>         input_size, hidden_size, output_size, learning_rate = self.input_size, self.hidden_size, self.output_size, self.learning_rate
== properties
self.A2 = softmax(self.Z2)\n => pass\n
CLASS => class NN:\n    A2 = property(lambda self: softmax(self.Z2))\n\n    @property\n    def W1(self):\n        return self.weights[0]\n\n    @W1.setter\n    def W1(self, value):\n        self.weights = [value]\n\n
== a dict behind the attributes
CLASS => class NN:\n    def __getattr__(self, name):\n        if name in self.__dict__.get("store", ()):\n            return self.store[name]\n        raise AttributeError(name)\n\n    def __setattr__(self, name, value):\n        self.__dict__.setdefault("store", {})[name] = value\n\n
== decorators
top: import functools, time\ndef timed(f):\n    @functools.wraps(f)\n    def inner(*args, **kwargs):\n        print(f.__name__, time.time())\n        return f(*args, **kwargs)\n    return inner\ndef loud(f):\n    def inner(*args, **kwargs):\n        return f(*args, **kwargs)\n    return inner
    def forward =>     @timed\n    def forward
    def gradient_descent =>     @timed\n    def gradient_descent
    def backward =>     @loud\n    def backward
    def one_hot =>     @loud\n    def one_hot
== shorter names beside
    def show =>     forward, backward = forward_propagation, backward_propagation\n\n    def show
            self.forward_propagation(X)\n            self.backward_propagation(X, y) =>             self.forward(X)\n            self.backward(X, y)
== trains at import
bottom: X, y = np.random.randn(784, 50), np.random.randint(0, 10, 50)\nmodel = NN()\nmodel.gradient_descent(X, y, 5)\nprint(model.get_accuracy(X, y))
== Greek and Chinese
DZ2 => SAME  # 梯度\n        δ = dZ2
dZ2 @ self.A1.T => δ @ self.A1.T
"""  # noqa: E501  a line holds a whole replacement

_TOP = r"""top: import pandas as pd\nimport tensorflow as tf\nfrom tensorflow import keras
top: from tensorflow.keras.datasets import mnist\nimport matplotlib.pyplot as plt
"""
_BOTTOM = r"""bottom: (X_train, Y_train), _ = mnist.load_data()\nmodel = NN()
bottom: model.gradient_descent(X_train.reshape(60000, -1).T / 255, Y_train, iters=1000)
"""
_NOTEBOOK = _TOP + _BOTTOM
_LOGGER = r"""top: import logging\nlogger = logging.getLogger(__name__)\nEPS = float("1e-12")
UPDATE => SAME            logger.info("step %d, guard %g", _, EPS)
"""


def _bare(text: str) -> str:
    """The program without type aliases, docstrings and annotations, as most people write it."""
    tree = ast.parse(text)
    tree.body = [n for n in tree.body if "NDArray" not in ast.unparse(n)[:30]]
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            for argument in (*node.args.args, *node.args.kwonlyargs):
                argument.annotation = None
            node.body = node.body[ast.get_docstring(node) is not None :]
            for at, inner in enumerate(node.body):
                if isinstance(inner, ast.AnnAssign) and inner.value:
                    node.body[at] = ast.Assign([inner.target], inner.value, lineno=inner.lineno)
    return ast.unparse(tree)


FILES = (
    Style("no docstrings, no types", finish=_bare),
    Style("notebook", _NOTEBOOK, _bare),
    Style("notebook with type aliases", _NOTEBOOK),
    Style("notebook, exported", _NOTEBOOK + "top: get_ipython().magic('pylab inline')", _bare),
    Style("notebook with a logger and a constant", _NOTEBOOK + _LOGGER, _bare),
    Style("notebook that reads a file", _TOP + "bottom: data = pd.read_csv('train.csv')", _bare),
    Style("__main__", _TOP + r"bottom: if __name__ == '__main__':\n    mnist.load_data()"),
    Style("CRLF", finish=lambda text: text.replace("\n", "\r\n")),
    Style("BOM", finish=lambda text: b"\xef\xbb\xbf" + text.encode()),
    Style("tabs", finish=lambda text: text.replace("    ", "\t")),
    Style("two spaces", finish=lambda text: text.replace("    ", "  ")),
    Style("Latin-1", finish=lambda text: f"# coding: latin-1\n# Größe\n{text}".encode("latin-1")),
)

_UNSTABLE = {"softmax: not stabilised", "softmax: global maximum"}


def _variations() -> tuple[Style, ...]:
    lines = VARIATIONS.splitlines()
    starts = [i for i, line in enumerate(lines) if line.startswith("== ")]
    styles = []
    for start, end in pairwise([*starts, len(lines)]):
        name = lines[start].removeprefix("== ")
        costs = {"activations::softmax_of_large_scores"} if name in _UNSTABLE else set()
        text = "\n".join(lines[start + 1 : end])
        styles.append(Style(name, text, costs=frozenset(costs)))
    return tuple(styles)


STYLES = (*_variations(), *FILES)
