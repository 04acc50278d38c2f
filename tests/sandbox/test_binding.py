"""A call reaches the student's parameters by their names, whatever the author changed."""

import sys
from collections.abc import Iterator
from textwrap import dedent
from typing import Any

import numpy as np
import pytest

from grader.assignment import METHODS
from grader.sandbox import loading
from grader.sandbox.binding import UnboundError
from grader.sandbox.subject import MissingPartError, Subject

X, y = np.arange(20.0).reshape(5, 4), np.array([0, 1, 2, 0])
SIZES = {"input_size": 5, "hidden_size": 7, "output_size": 3, "learning_rate": 0.5}
STATE = {"W1": "W1", "A2": "A2", "dW1": "dW1", "A0": None, "lam": 9}


@pytest.fixture(autouse=True)
def no_module_left() -> Iterator[None]:
    """The module nn of a test does not outlive it."""
    yield
    sys.modules.pop("nn", None)


def subject_of(source: str) -> Subject:
    """A file loaded in this very process."""
    program = loading.parse(dedent(source).encode())
    module = loading.new_module()
    loading.run_all(program, module)
    return Subject(module, program.lines, construct=True)


def got(head: str, name: str, offered: dict[str, Any], *, decorator: str = "") -> dict[str, Any]:
    """What the parameters of a method with this head are given."""
    subject = subject_of(
        f"""
        class NN:
            {decorator or "pass"}
            def {name}({head}):
                return {{k: v for k, v in locals().items() if k not in ("self", "cls")}}
        """
    )
    return given(subject, name, offered)


def given(subject: Subject, name: str, offered: dict[str, Any]) -> dict[str, Any]:
    """What a call of this name returns, the network being of SIZES and STATE."""
    instance, failure = subject.new(SIZES)
    assert failure is None
    vars(instance).update(STATE)
    result = subject.call(name, instance, offered)
    assert isinstance(result, dict)
    return result


FULL = {"X": X, "y": y, "iters": 30}


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("self, X, y, iters=1000", {"X": "X", "y": "y", "iters": "iters"}),
        ("self, y, X, iterations", {"X": "X", "y": "y", "iterations": "iters"}),
        ("self, x_train, y_train, epochs=5", {"x_train": "X", "y_train": "y", "epochs": "iters"}),
        ("self, inputs, labels, *, n_iters", {"inputs": "X", "labels": "y", "n_iters": "iters"}),
        ("self, data, Y, iters", {"data": "X", "Y": "y", "iters": "iters"}),
        ("self, foo, bar, baz", {"foo": "X", "bar": "y", "baz": "iters"}),
        ("self, foo, bar", {"foo": "X", "bar": "y"}),
        ("self, foo, y, bar", {"foo": "X", "y": "y", "bar": "iters"}),
        ("self, X, target, /, iters", {"X": "X", "target": "y", "iters": "iters"}),
        ("self, *args", {"args": ("X", "y", "iters")}),
        ("self, X, *args", {"X": "X", "args": ("y", "iters")}),
        ("self, **kw", {"kw": {"X": "X", "y": "y", "iters": "iters"}}),
        ("self, X, **kw", {"X": "X", "kw": {"y": "y", "iters": "iters"}}),
        ("self, X, y, iters, batch_size=64", {"batch_size": 64, "iters": "iters"}),
        ("self, X, y, iters, learning_rate", {"learning_rate": 0.5}),
        ("self, X, y, iters, alpha=0.1", {"alpha": 0.5}),
        ("self, X, y, iters, num_classes", {"num_classes": 3}),
        ("self, X, y, iters, W1, A2", {"W1": "W1", "A2": "A2"}),
        ("self, X, y, iters, w1", {"w1": "W1"}),
        ("self, X, y, iters, lam", {"lam": 9}),
        ("self, X, y, iters, hidden_size, n_x", {"hidden_size": 7, "n_x": 5}),
        ("self", {}),
        ("self, X", {"X": "X"}),
    ],
)
def test_names(head: str, expected: dict[str, Any]) -> None:
    """Aliases, then attributes, then defaults, then what remains in order."""
    result = got(head, "gradient_descent", {key: key for key in FULL})
    assert result | expected == result


@pytest.mark.parametrize("offered", [{"X": X}, {"X": "no array", "y": y}, {"X": X, "y": y}])
def test_size_of_the_batch(offered: dict[str, Any]) -> None:
    """A parameter m is the number of samples."""
    assert got("self, m, *args", "get_accuracy", offered)["m"] == 4


@pytest.mark.parametrize(
    ("head", "missing"),
    [
        ("self, X, y, iters, foo", "foo"),
        ("self, a, b, c, d, e", "a, b, c, d, e"),
        ("self, X, y, iters, A0", "A0"),
        ("self, X, y, iters, *, verbose", "verbose"),
    ],
)
def test_unbound(head: str, missing: str) -> None:
    """A required parameter that nobody can give is named, with what there is and the cure."""
    with pytest.raises(UnboundError) as caught:
        got(head, "gradient_descent", FULL)
    text = str(caught.value)
    assert f"parameter{'s' if ',' in missing else ''} {missing}:" in text
    assert "X, y, iters" in text
    assert f"give {'them' if ',' in missing else 'it'} a default" in text


@pytest.mark.parametrize(
    ("name", "head", "offered", "expected"),
    [
        ("one_hot", "self, y, num_classes", {"y": y}, {"num_classes": 3}),
        ("one_hot", "self, Y", {"y": y}, {"Y": y}),
        ("get_predictions", "self", {"X": X}, {}),
        ("cross_entropy_loss", "self, y", FULL, {"y": y}),
        ("cross_entropy_loss", "self, A2, Y", {"X": X, "y": y}, {"A2": "A2", "Y": y}),
        ("update_params", "self, learning_rate", {}, {"learning_rate": 0.5}),
        ("update_params", "self, dW1, lr", {}, {"dW1": "dW1", "lr": 0.5}),
        ("backward_propagation", "self, X, Y", {"X": X, "y": y, "one_hot_y": 7}, {"X": X, "Y": y}),
        (
            "backward_propagation",
            "self, X, y, Y",
            {"X": X, "y": y, "one_hot_y": 7},
            {"y": y, "Y": 7},
        ),
        (
            "backward_propagation",
            "self, X, Y, y",
            {"X": X, "y": y, "one_hot_y": 7},
            {"y": y, "Y": 7},
        ),
        (
            "backward_propagation",
            "self, X, y_one_hot",
            {"X": X, "y": y, "one_hot_y": 7},
            {"y_one_hot": 7},
        ),
        ("backward_propagation", "self, a, b", {"X": X, "y": y, "one_hot_y": 7}, {"a": X, "b": y}),
        (
            "get_accuracy",
            "self, predictions, y",
            {"X": X, "y": y, "predictions": 5},
            {"predictions": 5},
        ),
    ],
)
def test_methods(name: str, head: str, offered: dict[str, Any], expected: dict[str, Any]) -> None:
    """The changed parameters that the assignment's freedom brings forth; extras only by name."""
    result = got(head, name, offered)
    for key, value in expected.items():
        assert result[key] is value or result[key] == value


def test_softmax_with_a_required_axis() -> None:
    """A parameter that the contract does not know is an error, not a guess."""
    subject = subject_of("def softmax(Z, axis): pass")
    with pytest.raises(UnboundError, match="axis"):
        subject.call("softmax", None, {"Z": X})


@pytest.mark.parametrize(
    "definition",
    [
        "def {name}({names}): return [{names}]",
        "class NN:\n    def {name}(self, {names}): return [{names}]",
        "class NN:\n    @staticmethod\n    def {name}({names}): return [{names}]",
        "class NN:\n    @classmethod\n    def {name}(cls, {names}): return [{names}]",
        "class NN:\n    def {name}({names}): return [{names}]",
        "class A:\n    def {name}(self, {names}): return [{names}]\nclass NN(A): pass",
        "def f({names}): return [{names}]\nclass NN:\n    {name} = staticmethod(f)",
        "def f(self, {names}): return [{names}]\nclass NN: pass\nNN.{name} = f",
        "{name} = lambda {names}: [{names}]",
        "from functools import partial\n{name} = partial(lambda n, {names}: [{names}], 1)",
        "class F:\n    def __call__(self, {names}): return [{names}]\n{name} = F()",
        "def {name}(self, {names}): return [{names}]\nclass NN: pass",
        """import functools
def deco(f):
    @functools.wraps(f)
    def inner(*a, **k): return f(*a, **k)
    return inner
@deco
def {name}({names}): return [{names}]""",
        """def deco(f):
    def inner(*a): return f(*a)
    return inner
class NN:
    @deco
    def {name}(self, {names}): return [{names}]""",
    ],
)
@pytest.mark.parametrize("name", ["ReLU", "get_accuracy"])
def test_places(definition: str, name: str) -> None:
    """A part may be a function, a method of any kind, inherited, decorated or a callable."""
    arguments = METHODS[name].arguments
    subject = subject_of(definition.format(name=name, names=", ".join(arguments)))
    offered = {key: f"<{key}>" for key in arguments}
    instance = subject.new(SIZES)[0]
    assert subject.call(name, instance, offered) == list(offered.values())
    assert name in subject.defined()


def test_class_relu_without_a_network() -> None:
    """A ReLU inside the class is called, although no network was asked for."""
    for head in ("self, Z", "Z"):
        subject = subject_of(f"class NN:\n    def ReLU({head}): return Z\n")
        assert subject.call("ReLU", None, {"Z": 3}) == 3


def test_ufuncs() -> None:
    """Callables without a signature are given the arguments in order."""
    subject = subject_of("import numpy as np\nReLU = np.abs\nsoftmax = np.vectorize(abs)\n")
    for name in ("ReLU", "softmax"):
        assert np.array_equal(subject.call(name, None, {"Z": -X}), X)  # type: ignore[arg-type]


def test_missing_part() -> None:
    """What is not there, or is no function, is missing."""
    subject = subject_of("class NN:\n    one_hot = 3\n")
    with pytest.raises(MissingPartError):
        subject.call("one_hot", None, {"y": y})
    with pytest.raises(MissingPartError):
        subject.call("ReLU", None, {"Z": X})


def test_functions_instead_of_a_class() -> None:
    """Without a class, functions of the module are given what the grader would have set."""
    subject = subject_of("def forward_propagation(X, W1): return {'X': X, 'W1': W1}\n")
    assert given(subject, "forward_propagation", {"X": 1}) == {"X": 1, "W1": "W1"}
