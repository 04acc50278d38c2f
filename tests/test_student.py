"""What the student receives: a skeleton that works as far as it is given, and a true text."""

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

import reference.nn
import student.nn
from grader.assignment import ACTIVATIONS, FUNCTIONS, GRADED, GRADIENTS, METHODS, TRAINING

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "student" / "README.md").read_text("utf-8")
SKELETON = (ROOT / "student" / "nn.py").read_text("utf-8")
SOLUTION = (ROOT / "reference" / "nn.py").read_text("utf-8")
RUBRIC = tomllib.loads((ROOT / "grader" / "rubric.toml").read_text("utf-8"))

skeleton: Any = student.nn  # it carries no annotations: a student need not read any
GIVEN = {"__init__", "show_predictions"}


def functions(source: str) -> dict[str, ast.FunctionDef]:
    """Every function and method of a module, by name."""
    return {
        node.name: node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)
    }


def secrets(source: str) -> set[str]:
    """Every statement and every right-hand side that a student has to find, squeezed."""
    found: set[str] = set()
    for name, function in functions(source).items():
        if name in GIVEN:
            continue
        for node in ast.walk(function):
            value = getattr(node, "value", None)
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Return):
                found.add(ast.unparse(node))
            # A lone name (A0 = X) or number gives nothing away.
            if isinstance(value, ast.Call | ast.BinOp | ast.Compare):
                found.add(ast.unparse(value))
    return {squeeze(text) for text in found}


def squeeze(text: str) -> str:
    """The text without what may be written in several ways: spaces and parentheses."""
    return re.sub(r"[\s()]", "", text)


def method(name: str) -> Callable[..., Any]:
    """The skeleton's function or method of that name."""
    return getattr(skeleton if name in FUNCTIONS else skeleton.NN, name)  # type: ignore[no-any-return]


def call(name: str) -> object:
    """Call what the skeleton has under that name, as the contract says."""
    X, y = np.ones((4, 3)), np.array([0, 1, 0])
    offered = {"X": X, "y": y, "Z": X, "iters": 1, "num_samples": 1}
    arguments = [offered[argument] for argument in METHODS[name].arguments]
    owner = [] if name in FUNCTIONS else [skeleton.NN(4, 3, 2, 0.1)]
    return method(name)(*owner, *arguments)


@pytest.mark.parametrize("name", METHODS)
def test_every_method_is_there_and_explained(name: str) -> None:
    """The skeleton defines every name of the contract, with a docstring that says what for."""
    assert len(method(name).__doc__ or "") > 30


@pytest.mark.parametrize("name", METHODS)
def test_signatures_are_those_of_the_contract(name: str) -> None:
    """Skeleton and solution take the arguments of the contract, under its names."""
    for source in (SKELETON, SOLUTION):
        arguments = [argument.arg for argument in functions(source)[name].args.args]
        assert [a for a in arguments if a != "self"] == list(METHODS[name].arguments)


@pytest.mark.parametrize("name", [name for name in METHODS if name not in GIVEN])
def test_what_is_not_given_raises(name: str) -> None:
    """Everything that earns points raises NotImplementedError and does nothing else."""
    with pytest.raises(NotImplementedError):
        call(name)
    _docstring, body = functions(SKELETON)[name].body
    assert ast.unparse(body) == "raise NotImplementedError"


@pytest.mark.parametrize("module", [skeleton, reference.nn], ids=["skeleton", "solution"])
def test_constructs_the_assigned_network(module: ModuleType) -> None:
    """NN() has 784 inputs, 128 units, 10 classes, rate 0.01, small weights and zero biases."""
    net = module.NN()
    assert (net.input_size, net.hidden_size, net.output_size) == (784, 128, 10)
    assert net.learning_rate == 0.01
    assert net.W1.shape == (128, 784)
    assert net.W2.shape == (10, 128)
    assert 0.009 < net.W1.std() < 0.011
    assert 0.007 < net.W2.std() < 0.013
    np.testing.assert_array_equal(net.b1, np.zeros((128, 1)))
    np.testing.assert_array_equal(net.b2, np.zeros((10, 1)))


def test_constructs_other_sizes() -> None:
    """The given constructor holds to its arguments, and leaves room for what will be stored."""
    net = skeleton.NN(input_size=4, hidden_size=3, output_size=2, learning_rate=0.5)
    shapes = [getattr(net, name).shape for name in ("W1", "b1", "W2", "b2")]
    assert shapes == [(3, 4), (3, 1), (2, 3), (2, 1)]
    assert net.learning_rate == 0.5
    for name in (*ACTIVATIONS, *GRADIENTS):
        assert getattr(net, name) is None


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, np.ndarray]]]:
    """Every picture that plt.show would have shown: its title and what is drawn in it."""
    pictures: list[tuple[str, np.ndarray]] = []

    def show() -> None:
        figure = plt.gcf()
        figure.canvas.draw()
        pictures.append((plt.gca().get_title(), np.asarray(plt.gca().images[-1].get_array())))
        plt.close(figure)

    backend = mpl.get_backend()
    plt.switch_backend("Agg")
    monkeypatch.setattr(plt, "show", show)
    yield pictures
    plt.close("all")
    plt.switch_backend(backend)


@pytest.mark.parametrize("module", [skeleton, reference.nn], ids=["skeleton", "solution"])
def test_show_predictions_draws_samples(
    module: ModuleType, shown: list[tuple[str, np.ndarray]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each picture is one column of X, any of them, under its own label and prediction."""
    m = 4
    X = np.random.default_rng(0).normal(size=(784, m))
    y = np.arange(m)
    predictions = np.arange(m)[::-1]
    monkeypatch.setattr(module.NN, "get_predictions", lambda _self, _X: predictions)
    np.random.seed(0)  # noqa: NPY002  what the method draws from
    module.NN().show_predictions(X, y, num_samples=20)
    assert len(shown) == 20
    drawn = set()
    for title, image in shown:
        (j,) = [j for j in range(m) if np.array_equal(image, X[:, j].reshape(28, 28))]
        assert title == f"Actual: {y[j]}, Predicted: {predictions[j]}"
        drawn.add(j)
    assert drawn == set(range(m))


def test_the_solution_itself_would_be_noticed() -> None:
    """The search for leaks finds every answer where there is one: in the solution."""
    found = secrets(SOLUTION)
    assert len(found) > 30
    assert squeeze("return np.maximum(0, Z)") in found
    assert [text for text in found if text not in squeeze(SOLUTION)] == []


@pytest.mark.parametrize(
    ("name", "text"), [("nn.py", SKELETON), ("README.md", README)], ids=["skeleton", "text"]
)
def test_gives_no_answer_away(name: str, text: str) -> None:
    """No statement of the solution, nor its right-hand side, is in what the student receives."""
    leaks = sorted(secret for secret in secrets(SOLUTION) if secret in squeeze(text))
    assert leaks == [], f"student/{name} tells the answer"


def table() -> dict[str, tuple[int, str]]:
    """The README's table of methods: points and what is asked, by name."""
    rows = re.findall(r"^\| `?(\w+)(?:\([^|]*\)`)? \| (\d+) \| (.*) \|$", README, re.MULTILINE)
    return {name: (int(points), asked) for name, points, asked in rows}


def test_table_promises_the_points_of_the_rubric() -> None:
    """README and rubric name the same parts and the same points, 100 in all."""
    points = {name: points for name, (points, _) in table().items()}
    assert points == RUBRIC["points"]
    assert sum(points.values()) == 100
    assert set(points) == set(GRADED) - {"show_predictions"}


def test_table_says_what_is_stored_and_what_is_optional() -> None:
    """Every attribute that a method must set is named in its row; optional ones are called so."""
    for name, (_, asked) in table().items():
        if name == TRAINING:
            continue
        contract = METHODS[name]
        stored = contract.sets if name in {"forward_propagation", "backward_propagation"} else ()
        assert [attribute for attribute in stored if f"`{attribute}`" not in asked] == []
        assert ("optional" in asked) == contract.optional, name


def test_training_is_described_as_it_is_judged() -> None:
    """The budget and the threshold in the text are those of the standard profile."""
    text = " ".join(README.split("## How training is judged")[1].split())
    profile = RUBRIC["profiles"]["standard"]
    assert f"a learning rate of {profile['learning_rate']['mnist']}, and calls" in text
    assert f"at a learning rate of {profile['learning_rate']['digits']}.)" in text
    assert f"on {profile['train_size']} images for {profile['iters']} steps" in text
    assert f"{100 * profile['threshold']['mnist']:.0f} % earns the points" in text


def snippets() -> list[str]:
    """The README's blocks of Python, in order: the program, the slope."""
    return re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_the_slope_snippet_measures_slopes() -> None:
    """What the text offers for a check by hand gives derivatives, and puts the entry back."""
    scope: dict[str, Any] = {}
    exec(snippets()[1], scope)  # noqa: S102  our own README
    P = np.arange(6.0).reshape(2, 3)
    kept = P.copy()
    got = scope["slope"](lambda: float((P**3).sum()), P, (1, 2))
    assert got == pytest.approx(3 * 5.0**2, rel=1e-8)
    np.testing.assert_array_equal(P, kept)


def test_the_program_in_the_text_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the solution as NN, and images in MNIST's form, it trains and prints both accuracies."""
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 10
    images = (rng.integers(0, 30, (60, 28, 28)) + 20 * labels[:, None, None]).astype(np.uint8)
    split = (images[:40], labels[:40]), (images[40:], labels[40:])

    program = snippets()[0].replace("import tensorflow as tf", "tf = stand_in")
    program = program.replace("iters=1000", "iters=10")
    stand_in = type("tf", (), {})
    stand_in.keras = stand_in.datasets = stand_in.mnist = stand_in  # type: ignore[attr-defined]
    stand_in.load_data = staticmethod(lambda: split)  # type: ignore[attr-defined]
    monkeypatch.setattr(reference.nn.NN, "show_predictions", lambda *_: None)
    scope: dict[str, Any] = {"__name__": "__main__", "NN": reference.nn.NN, "stand_in": stand_in}
    exec(program, scope)  # noqa: S102  our own README

    assert scope["X_normal_train"].shape == (784, 40)
    assert scope["X_normal_train"].mean() == pytest.approx(0, abs=1e-9)
    assert scope["X_normal_test"][:, 3].tolist() == pytest.approx(
        ((images[43].ravel() - images[:40].mean()) / images[:40].std()).tolist(), rel=1e-6
    )
    assert re.fullmatch(
        r"Train Accuracy : [\d.]+\nTest Accuracy : [\d.]+\n", capsys.readouterr().out
    )
