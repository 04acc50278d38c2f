"""The messages that wrong programs get, held to the rules for what students read."""

import shutil

import msgspec
import pytest
from support.files import REFERENCE, ROOT, SKELETON, ZEROS
from support.wording import HINT, MESSAGE, broken, ours

from grader import rubric
from grader.assignment import GRADED
from grader.judging import judging
from grader.options import Options
from grader.report import Status
from grader.running import run_checks
from grader.selftest.programs import Program, collect
from grader.submission import Submission

FILES = {
    "ReLU": "activations",
    "softmax": "activations",
    "forward_propagation": "forward",
    "one_hot": "one_hot",
    "cross_entropy_loss": "loss",
    "backward_propagation": "backward",
    "update_params": "update",
    "get_predictions": "predictions",
    "get_accuracy": "predictions",
    "gradient_descent": "descent",
    "training": "training",
}
"""Where the checks of a method are."""

FEW = {
    *("whole-matrix", "in-place", "no-b1", "raw-labels", "own-one-hot", "scalar-db1"),
    *("step-for-parameter", "percent", "a-step-short"),
}
"""Of the catalogue, for every day: one for each way to say what is wrong."""


@pytest.fixture
def judged(warden, tmp_path):
    """Judges a text by the checks of some methods; returns the outcomes, with their diagnoses."""
    rules = msgspec.structs.replace(rubric.load(), examples=2)

    def run(text, *methods):
        checks = tmp_path / "checks"
        checks.mkdir()
        for name in {FILES[method] for method in methods}:
            shutil.copy(ROOT / "grader" / "checks" / f"test_{name}.py", checks)
        options = Options(rules, profile="quick", seed=rules.seed, data="digits")
        with judging(Submission("nn.py", text), options, warden=warden) as opened:
            assert run_checks(opened.plugin, checks) is None
            return (opened.loading(), *opened.outcomes())

    return run


def assert_well_said(outcomes):
    """Every failure says something, and all that is said breaks no rule."""
    for outcome in outcomes:
        failed = outcome.status is not Status.PASSED
        assert outcome.message or not failed, outcome.id
        if outcome.message:
            assert not broken(outcome.message, MESSAGE), outcome.message
        if outcome.diagnosis:
            assert not broken(outcome.diagnosis.hint, HINT), outcome.diagnosis.hint
        if failed:
            assert any(name in outcome.message for name in (*GRADED, "nn.py")), outcome.message


PROGRAMS = [p for p in collect().programs if p.group in {"catalogue", "mechanical"}]


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(p, id=p.id, marks=[] if p.id in FEW else [pytest.mark.slow])
        for place, p in enumerate(PROGRAMS)
        if p.id in FEW or (place % 3 == 0 and not p.equivalent)
    ],
)
def test_wrong_programs(judged, program: Program):
    """What is said of a wrong program breaks no rule, and something is said of it."""
    outcomes = judged(program.source, *program.methods)
    assert any(outcome.status is not Status.PASSED for outcome in outcomes)
    assert_well_said(outcomes)


def beginning(method, body):
    """The worked solution, with this at the beginning of a method."""
    line = next(li for li in REFERENCE.splitlines() if li.strip().startswith(f"def {method}("))
    indent = " " * (8 if line.startswith(" ") else 4)
    return REFERENCE.replace(line, f"{line}\n{indent}{body}")


SPECIAL = {
    "skeleton": (SKELETON, "ReLU", "forward_propagation", "gradient_descent"),
    "zeros": (ZEROS, *(method for method in FILES if method != "training")),
    "empty": ("", "softmax", "one_hot"),
    "syntax error": ("def ReLU(Z)\n    return Z\n", "ReLU", "one_hot"),
    "no text": ("a\0b", "ReLU"),
    "another class": (REFERENCE.replace("class NN", "class Digits"), "one_hot"),
    "other names": (REFERENCE.replace("self.Z1", "self.z1"), "forward_propagation"),
    "endless loop": (beginning("one_hot", "while True: pass"), "one_hot"),
    "exit": (beginning("get_accuracy", "import os; os._exit(0)"), "get_accuracy"),
    "segmentation fault": (
        beginning("update_params", "import ctypes; ctypes.string_at(0)"),
        "update_params",
    ),
    "too much": (beginning("one_hot", "return np.zeros((2**22,))"), "one_hot"),
    "recursion": (beginning("softmax", "return softmax(Z)"), "softmax"),
    "its own exception": (beginning("ReLU", "raise ValueError('no!  \\x1b[31m')"), "ReLU"),
    "unknown parameters": (
        REFERENCE.replace("one_hot(self, y: Labels)", "one_hot(self, y, foo, bar)"),
        "one_hot",
    ),
    "pandas": (
        "import pandas as pd\n" + beginning("one_hot", "return pd.get_dummies(y)"),
        "one_hot",
    ),
    "a text for a number": (beginning("get_accuracy", "return '95 %'"), "get_accuracy"),
    "complex numbers": (beginning("ReLU", "return Z + 0j"), "ReLU"),
    "random": (beginning("ReLU", "return np.random.rand(*Z.shape)"), "ReLU"),
    "no return": (beginning("forward_propagation", "return"), "forward_propagation"),
    "unwritten inside": (
        beginning("one_hot", "return self.encode(y)\n\n    def encode(self, y):\n        ")
        .replace("def encode(self, y):\n        \n", "def encode(self, y):\n")
        .replace('"""A matrix', 'raise NotImplementedError\n        """A matrix'),
        "one_hot",
    ),
    "trains at import": (
        f"{REFERENCE}\nimport tensorflow as tf\ntf.keras.datasets.mnist.load_data()\n",
        "one_hot",
    ),
    "loops at import": (f"{REFERENCE}\nwhile True: pass\n", "one_hot"),
    "a broken constructor": (
        REFERENCE.replace("self.input_size = input_size", "self.input_size = inputs"),
        "one_hot",
    ),
    "right, but for what it calls": (
        REFERENCE.replace("E.sum(axis=0, keepdims=True)", "E.sum()"),
        *("softmax", "forward_propagation", "backward_propagation", "gradient_descent"),
    ),
    "nothing moves": (beginning("update_params", "return"), "update_params", "gradient_descent"),
    "too few learn": (
        REFERENCE.replace("self.forward_propagation(X)\n            self.back", "self.back"),
        *("gradient_descent", "training"),
    ),
}
EVERY_DAY = {"skeleton", "syntax error", "other names", "unknown parameters", "pandas"}


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[] if n in EVERY_DAY else [pytest.mark.slow]) for n in SPECIAL],
)
def test_special_programs(judged, name):
    """What is said of files that are no ordinary mistakes breaks no rule either."""
    text, *methods = SPECIAL[name]
    outcomes = judged(text.encode(), *methods)
    assert any(outcome.message for outcome in outcomes)
    assert_well_said(outcomes)


def test_the_case_is_named_where_it_matters(judged):
    """An exception that only some cases raise comes with the call; one of all cases without."""
    own = next(p for p in PROGRAMS if p.id == "two-loops")
    [raised] = [o for o in judged(own.source, "ReLU") if o.status is Status.RAISED]
    assert raised.message.startswith("ReLU(Z) with Z = ")
    assert ours(raised.message).endswith(": ReLU raised ...")
