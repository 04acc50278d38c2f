"""Networks that are copied instead of made: which, and that nobody can tell."""

import ast
from types import ModuleType

import numpy as np
import pytest
from support.files import REFERENCE, SKELETON

from grader.sandbox.blueprint import is_plain
from grader.sandbox.request import Call, Request
from grader.sandbox.subject import Subject

LARGE = {"input_size": 200, "hidden_size": 100, "output_size": 10, "learning_rate": 0.1}

CONSTRUCTORS = {
    "numbers": (True, "self.W1 = np.random.randn(h, n) * np.sqrt(2 / n)"),
    "a generator": (
        True,
        "rng = np.random.default_rng(1)\n        self.W1 = rng.normal(0, 1, (h, n))",
    ),
    "a dictionary": (True, "self.grads = {}\n        self.grads['W1'] = np.zeros((h, n))"),
    "a seed": (True, "np.random.seed(42)\n        self.W1 = np.random.randn(h, n)"),
    "annotated": (True, "self.W1: Floats = np.zeros((h, n))"),
    "a global": (False, "global count\n        count = 1"),
    "itself, kept elsewhere": (False, "ALL.append(self)"),
    "itself, in a list of its own": (False, "self.me = [self]"),
    "its class": (False, "self.__class__.made = 1"),
    "its class by another name": (False, "type(self).made = 1"),
    "a name of the file": (False, "self.W1 = WEIGHTS"),
    "a method": (False, "self.initialise()"),
    "a function of the file": (False, "self.W1 = make(h, n)"),
    "a module changed": (False, "np.made = 1"),
    "a closure": (False, "self.f = lambda: self"),
    "an import": (False, "import math as m\n        self.m = m"),
}


def program(body, *, signature="self, n, h, k, lr", cls="class NN:", more=""):
    """A file with this constructor."""
    return f"import numpy as np\n{more}\n{cls}\n    def __init__({signature}):\n        {body}\n"


@pytest.mark.parametrize(("plain", "body"), CONSTRUCTORS.values(), ids=CONSTRUCTORS)
def test_what_may_be_copied(plain, body):
    """A constructor may be copied when it fills in its own object and touches nothing else."""
    assert is_plain(ast.parse(program(body)), "NN") is plain


@pytest.mark.parametrize(
    "text",
    [
        program("pass", cls="class NN(Base):"),
        program("pass", cls="@counted\nclass NN:"),
        program("pass", signature="self, cache={}"),
        program("pass", signature="self, *sizes"),
        program("self.W1 = np.zeros(3)", more="class np: zeros = ALL.append"),
        program("self.n = len(n)", more="def len(x): ALL.append(x)"),
        program("pass") + "    def __deepcopy__(self, memo): return self\n",
        program("pass") + "    def __setattr__(self, name, value): ALL.append(value)\n",
        program("pass") * 2,
        "NN = None",
    ],
)
def test_what_may_not(text):
    """A class with bases, hooks, defaults that are shared or shadowed names is made every time."""
    assert not is_plain(ast.parse(text), "NN")


@pytest.mark.parametrize("text", [REFERENCE, SKELETON], ids=["reference", "skeleton"])
def test_the_assignment_is_plain(text):
    """The given constructor is one that may be copied."""
    assert is_plain(ast.parse(text), "NN")


def subject(body, *, plain=True):
    """A Subject of a file with this constructor that counts its runs in `made`."""
    module = ModuleType("nn")
    text = program(f"made.append(1)\n        {body}")
    vars(module)["made"] = []
    exec(text, vars(module))  # noqa: S102  the point
    return Subject(module, text.splitlines(), construct=True, plain=plain), module.made


BODY = "self.W1 = np.random.randn(h, n); self.last = []"


def test_copies_are_what_the_constructor_makes():
    """A copy has the same weights, and random numbers drawn after it are the same too."""
    copied, runs = subject(BODY)
    made, _ = subject(BODY, plain=False)
    for _ in range(3):
        ours, ours_next = copied.fresh(LARGE, 7), np.random.rand()  # noqa: NPY002  as students do
        theirs, theirs_next = made.fresh(LARGE, 7), np.random.rand()  # noqa: NPY002
        assert np.array_equal(ours.W1, theirs.W1)
        assert ours_next == theirs_next
    assert len(runs) == 1


def test_copies_share_nothing():
    """What is done to one network is not seen in the next."""
    copied, _ = subject(BODY)
    first = copied.fresh(LARGE, 7)
    start = first.W1.copy()
    first.W1[:] = 0
    first.last.append(1)
    second = copied.fresh(LARGE, 7)
    assert np.array_equal(second.W1, start)
    assert second.last == []


def test_other_arguments_are_made_anew():
    """Other sizes, another rate or another seed run the constructor."""
    copied, runs = subject(BODY)
    for change in ({}, {"hidden_size": 150}, {"learning_rate": 0.2}):
        copied.fresh({**LARGE, **change}, 7)
    copied.fresh({**LARGE, "learning_rate": 0.2}, 8)
    assert len(runs) == 4


def test_a_worker_copies(open_session):
    """A loaded file's networks are copied: its constructor runs for the first request alone."""
    text = program("print('made')", signature="self, input_size, hidden_size, output_size, lr")
    session = open_session(f"{text}    def one_hot(self, y): print('called'); return y\n")
    for _ in range(5):
        session.run(
            Request((Call("one_hot", {"y": np.arange(3)}),), LARGE), deadline_s=5, max_body=1000
        )
    after_loading = session.output[session.output.index("called") :]
    assert after_loading.count("called") == 5
    assert "made" not in after_loading


def test_what_cannot_be_copied_is_made():
    """A network that holds what cannot be copied is made every time."""
    copied, runs = subject("self.lines = (line for line in 'ab')")
    for _ in range(3):
        assert list(copied.fresh(LARGE, 7).lines) == ["a", "b"]
    assert len(runs) == 3
