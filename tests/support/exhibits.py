"""Exhibits made by hand, and a Report that they belong to: pictures without a grading."""

import numpy as np
from support.reports import HOSTILE, finding, report

from grader.exhibits.records import Course, Digit, Exhibits, Gradient, Point, Training
from grader.report import Diagnosis, Status

SOURCE = b"""import numpy as np

def ReLU(Z):
    return np.maximum(0, Z)

def softmax(Z):
    E = np.exp(Z)
    return E / E.sum()

class NN:
    def backward_propagation(self, X, y):
        dZ2 = self.A2 - self.one_hot(y)
        self.dW2 = dZ2 @ self.A1.T

    def update_params(self):
        self.W1 = self.W1 - self.learning_rate * self.dw1
"""


def half():
    """A Report with something wrong in three methods, each of another kind."""
    program = "import numpy as np\n\nfrom nn import softmax\n\nprint(softmax(np.eye(3)))\n"
    hint = "The sum in softmax runs over the whole matrix."
    return report(
        [
            finding("softmax", 1, Status.FAILED, worth=4.0, counterexample=program),
            finding("softmax", 2, Status.FAILED, worth=4.0, diagnosis=Diagnosis("x", hint)),
            finding("forward_propagation", worth=15.0, message="Right; what fails is softmax."),
            *(
                finding("backward_propagation", n, Status.FAILED, worth=5.0, id=f"backward::{name}")
                for n, name in enumerate(("dW1", "db1", "dW2", "db2", "shapes"))
            ),
            finding(
                "update_params",
                1,
                Status.RAISED,
                worth=8.0,
                message="update_params raised AttributeError: no dw1 (line 16: self.W1 = ...).",
            ),
        ]
    )


def points(factor):
    """A loss that falls, and an accuracy that rises."""
    return tuple(Point(n, 2.3 / (1 + factor * n), 1 - 0.9 / (1 + n)) for n in (0, 1, 3, 6, 12, 25))


def training(**more):
    """A training with everything there is to see."""
    rng = np.random.default_rng(1)
    counts = rng.integers(0, 3, (10, 10)) + 40 * np.eye(10, dtype=np.int64)
    digits = tuple(
        Digit(rng.integers(0, 256, (28, 28)).astype(np.uint8), n % 10, (n + (n < 18)) % 10)
        for n in range(30)
    )
    course = Course(points(0.1), points(0.2))
    return Training(**{"course": course, "confusion": counts, "digits": digits} | more)


def gradient(name, **more):
    """A gradient that is twice what it should be, on a small network."""
    shape = {"dW1": (8, 12), "db1": (8, 1), "dW2": (5, 8), "db2": (5, 1)}[name]
    want = np.random.default_rng(len(name)).standard_normal(shape)
    told = f"backward_propagation: self.{name} is 2 times what is expected"
    made = {"got": 2 * want, "want": want, "error": want, "shape": shape, "told": told}
    return Gradient(**{"name": name, "check": f"backward::{name}"} | made | more)


def exhibits(source=SOURCE, **more):
    """All pictures that there are; db1 is a single number."""
    flat = gradient("db1", got=np.array([[2.5]]), error=None, shape=())
    gradients = (gradient("dW1"), flat, gradient("dW2"), gradient("db2"))
    made = {"training": training(threshold=0.85, made_right=("softmax",), called=("softmax",))}
    return Exhibits(source, **made | {"gradients": gradients} | more)


def hostile_source():
    """A file whose every line is an attack, long ones and control characters among them."""
    evil = HOSTILE.replace("\n", " ").encode("utf-8", "replace")
    line = b"    x = '</li></ol><script>alert(2)</script>" + evil + b"A" * 3000 + b"'\n"
    return b"".join(b"def %s(self):\n%s" % (name, line) for name in (b"ReLU", b"softmax")) + evil
