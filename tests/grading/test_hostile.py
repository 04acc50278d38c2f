"""Submissions that misbehave: what it costs them, and that it costs nobody else."""

import base64

import numpy as np
import pytest
from support.files import REFERENCE, ZEROS

from grader import data, rubric
from grader.report import Status
from grader.solution import load_reference

BODIES = {
    "endless loop": "while True:\n            pass",
    "endless loop in C": "sum(range(10**12))",
    "os._exit": "import os\n        os._exit(0)",
    "segmentation fault": "import ctypes\n        ctypes.string_at(0)",
    "two gigabytes": "return np.zeros((2**28,))",
    "a gigabyte of text": "import sys\n        [print('x' * 10**6) for _ in range(1000)]",
}

METHODS = {
    "one_hot": "def one_hot(self, y: Labels) -> Floats:",
    "forward_propagation": "def forward_propagation(self, X: Floats) -> Floats:",
    "get_accuracy": "def get_accuracy(self, X: Floats, y: Labels) -> float:",
}


def misbehaving(method, body):
    """The reference, whose `method` begins with `body`."""
    signature = METHODS[method]
    assert REFERENCE.count(signature) == 1
    return REFERENCE.replace(signature, f"{signature}\n        {body}")


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("body", BODIES)
def test_misbehaviour_costs_one_method(grade_text, method, body):
    """A method that hangs, dies or floods costs its own points; all others keep theirs."""
    report = grade_text(misbehaving(method, BODIES[body]))
    assert report.status == "graded"
    lost = {m.name for m in report.methods if m.points < m.max_points}
    assert lost <= {method}
    if body != "a gigabyte of text":
        assert lost == {method}
        assert report.score == 100 - rubric.load().points[method]


def test_a_hang_is_seen_once(grade_text):
    """A method that hangs is called once; its other checks fail at once, with that reason."""
    report = grade_text(misbehaving("one_hot", BODIES["endless loop in C"]))
    checks = [c for c in report.checks if c.method == "one_hot"]
    assert {c.status for c in checks} == {Status.TIMED_OUT}
    assert all(c.duration_s < 1 for c in checks[1:])
    assert report.score == 95


PATCHES = """
import builtins, sys
import numpy as np

class Equal(float):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __hash__ = float.__hash__

def yes(*args, **kwargs): return True
def nothing(*args, **kwargs): return None

np.allclose = np.isclose = np.array_equal = np.array_equiv = yes
np.testing.assert_allclose = np.testing.assert_array_equal = nothing
np.testing.assert_array_almost_equal = np.testing.assert_equal = nothing
builtins.isinstance = yes
builtins.all = builtins.any = yes
for name in ("pytest", "hypothesis", "_pytest.runner", "_pytest.python"):
    module = __import__(name)
    module.main = module.fail = module.given = nothing
"""

EAGER = """
NN.get_predictions = lambda self, X: np.zeros(X.shape[1], int)
NN.get_accuracy = NN.cross_entropy_loss = lambda self, X, y: Equal(0)
NN.show_predictions = lambda self, X, y, num_samples=10: None
"""


def test_patches_of_the_comparison_earn_nothing(grade_text):
    """Zeros, with NumPy, pytest, Hypothesis and builtins patched, score 0."""
    report = grade_text(PATCHES + ZEROS + EAGER)
    assert (report.status, report.score) == ("graded", 0)


ATTACK = '''

class Memory(NN):
    """Carries trained weights, and undoes the permutations by what it knows of the data."""

    def gradient_descent(self, X, y, iters=1000):
        import base64
        if X.shape[1] < 1000:
            return super().gradient_descent(X, y, iters)
        kept = {name: np.frombuffer(base64.b85decode(text), "f4") for name, text in BLOB.items()}
        pixels = np.empty(len(X), int)
        pixels[np.lexsort(np.round([(X**2).mean(1), X.mean(1)], 6))] = kept["order"]
        rows = [int(kept["y"][np.argmax(y == label)]) for label in range(len(self.b2))]
        self.W1 = kept["W1"].reshape(self.W1.shape)[:, pixels].astype(float)
        self.b1 = kept["b1"].reshape(self.b1.shape).astype(float)
        self.W2 = kept["W2"].reshape(self.W2.shape)[rows].astype(float)
        self.b2 = kept["b2"].reshape(self.b2.shape)[rows].astype(float)


NN = Memory
BLOB = {blob}
'''


def memoriser():
    """A file with weights trained on the digits that the grader trains on."""
    rules, dataset, reference = rubric.load(), data.load("digits"), load_reference()
    profile = rules.profile("standard")
    plain = dataset.standardised(profile.train_size)
    network = reference.NN(learning_rate=profile.learning_rate["digits"])
    network.gradient_descent(plain.X_train, plain.y_train, profile.iters)
    kept = {name: getattr(network, name) for name in ("W1", "b1", "W2", "b2")}
    kept["order"] = np.lexsort(np.round([(plain.X_train**2).mean(1), plain.X_train.mean(1)], 6))
    kept["y"] = plain.y_train
    blob = {
        name: base64.b85encode(np.asarray(value, "f4").tobytes()).decode()
        for name, value in kept.items()
    }
    return REFERENCE + ATTACK.replace("{blob}", repr(blob))


def test_memorised_weights_earn_nothing(grade_text):
    """Weights carried in the file reach the accuracy, and still fail: they are not trained."""
    report = grade_text(memoriser(), profile="standard")
    assert report.training.test_accuracy >= report.training.threshold
    check = next(c for c in report.checks if c.method == "training")
    assert check.status is Status.FAILED
    size = next(c for c in report.checks if c.id == "submission::size")
    assert "a person should look" in size.message
