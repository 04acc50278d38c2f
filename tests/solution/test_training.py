"""Training the worked solution while watching it, and the program around that."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread
from typer.testing import CliRunner

from grader.data import Standardised, load
from reference import pictures, training
from reference.__main__ import app
from reference.nn import NN

PARAMETERS = ("W1", "b1", "W2", "b2")
QUICK = ("--data", "digits", "--train-size", "200", "--learning-rate", "0.1")


@pytest.fixture(scope="module")
def digits() -> Standardised:
    """The first 200 of the embedded digits, in single precision."""
    return load("digits").standardised(200, dtype=np.float32)


def assert_equal_networks(one: NN, other: NN) -> None:
    """The same parameters, to the last bit."""
    for name in PARAMETERS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), name)


def test_steps_are_those_of_gradient_descent(digits: Standardised) -> None:
    """After every step the weights are, bit for bit, those of gradient_descent."""
    X, y = digits.X_train, digits.y_train
    watched, plain = training.new_network(3, 0.1), training.new_network(3, 0.1)
    start = plain.W1
    numbers = []
    for step in training.steps(watched, X, y, 7):
        plain.gradient_descent(X, y, iters=1)
        assert_equal_networks(watched, plain)
        numbers.append(step.number)
    assert numbers == [1, 2, 3, 4, 5, 6, 7]
    assert not np.array_equal(watched.W1, start)


def test_whoever_stops_has_a_whole_network(digits: Standardised) -> None:
    """Leaving the loop after three steps leaves what gradient_descent(iters=3) leaves."""
    X, y = digits.X_train, digits.y_train
    watched, plain = training.new_network(3, 0.1), training.new_network(3, 0.1)
    for step in training.steps(watched, X, y, 100):
        if step.number == 3:
            break
    plain.gradient_descent(X, y, iters=3)
    assert_equal_networks(watched, plain)


def test_step_reports_the_pass_it_began_with(digits: Standardised) -> None:
    """Loss and accuracy are those of the weights before the step."""
    X, y = digits.X_train, digits.y_train
    network, before = training.new_network(1, 0.1), training.new_network(1, 0.1)
    for step in training.steps(network, X, y, 5):
        assert step.accuracy == before.get_accuracy(X, y)
        assert step.loss == before.cross_entropy_loss(X, y)
        before.gradient_descent(X, y, iters=1)


def test_nothing_becomes_double_precision(digits: Standardised) -> None:
    """After two steps on float32 images every array of the network is still float32."""
    network = training.new_network(0, 0.1)
    list(training.steps(network, digits.X_train, digits.y_train, 2))
    kinds = {name: a.dtype for name, a in vars(network).items() if isinstance(a, np.ndarray)}
    assert len(kinds) == 13
    assert {name: kind for name, kind in kinds.items() if kind != np.float32} == {}


def test_single_precision_learns_the_same(digits: Standardised) -> None:
    """Fifty steps in float32 and in float64 end at the same loss, to 0.1 %."""
    single, double = training.new_network(0, 0.1), training.new_network(0, 0.1)
    for name in PARAMETERS:
        setattr(double, name, getattr(double, name).astype(np.float64))
    single.gradient_descent(digits.X_train, digits.y_train, iters=50)
    wide = digits.X_train.astype(np.float64)
    double.gradient_descent(wide, digits.y_train, iters=50)
    assert double.W1.dtype == np.float64
    loss = double.cross_entropy_loss(wide, digits.y_train)
    assert loss < 1, "the steps were too few to compare anything"
    got = single.cross_entropy_loss(digits.X_train, digits.y_train)
    assert got == pytest.approx(loss, rel=1e-3)


def test_seed_decides_the_initial_weights() -> None:
    """One seed gives one network, another seed another; sizes and rate are as asked."""
    one, same, other = (training.new_network(seed, 0.25, input_size=9) for seed in (7, 7, 8))
    assert_equal_networks(one, same)
    assert not np.array_equal(one.W1, other.W1)
    assert one.W1.shape == (128, 9)
    assert one.learning_rate == 0.25


def pixels(path: Path, colour: str) -> int:
    """How many pixels of a PNG have exactly that colour, #rrggbb."""
    picture = np.rint(imread(path)[..., :3] * 255).astype(int)
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return int((picture == wanted).all(axis=-1).sum())


BLUE, ORANGE, BLACK = "#1f5a94", "#d9660a", "#000000"


@pytest.mark.parametrize("n", [1, 2, 300])
def test_loss_curve_shows_loss_and_accuracy(tmp_path: Path, n: int) -> None:
    """Both curves are drawn, even when there was a single step."""
    history = [training.Step(i, 2.3 / i, 1 - 0.9 / i) for i in range(1, n + 1)]
    pictures.loss_curve(history, tmp_path / "loss.png", "title")
    assert pixels(tmp_path / "loss.png", BLUE) > 20
    assert pixels(tmp_path / "loss.png", ORANGE) > 20


def test_loss_curve_survives_a_loss_that_is_no_number(tmp_path: Path) -> None:
    """Of a training that ran away, what was finite is drawn."""
    losses = (2.3, 9.0, float("inf"), float("nan"))
    history = [training.Step(i, loss, 0.1) for i, loss in enumerate(losses, 1)]
    pictures.loss_curve(history, tmp_path / "loss.png", "title")
    assert pixels(tmp_path / "loss.png", BLUE) > 20


def sheet(path: Path, predictions: list[int], blank: int | None = None) -> Path:
    """A sheet of images with a black square each, except one; their labels are 0, 1, 2, ..."""
    n = len(predictions)
    images = np.zeros((n, 28, 28), np.uint8)
    images[:, 8:20, 8:20] = 255
    if blank is not None:
        images[blank] = 0
    pictures.prediction_sheet(images, np.arange(n), np.array(predictions), path)
    return path


@pytest.mark.parametrize(("n", "j"), [(1, 0), (3, 0), (3, 2), (12, 9), (12, 11)])
def test_sheet_shows_every_image(tmp_path: Path, n: int, j: int) -> None:
    """Each image is on the sheet, in whatever row: without it there is less ink."""
    numbers = list(range(n))
    ink = pixels(sheet(tmp_path / "all.png", numbers), BLACK)
    assert pixels(sheet(tmp_path / "less.png", numbers, blank=j), BLACK) < ink - 500


def test_sheet_tells_right_from_wrong(tmp_path: Path) -> None:
    """Right readings are blue, wrong ones orange."""
    right = sheet(tmp_path / "right.png", [0, 1, 2])
    wrong = sheet(tmp_path / "wrong.png", [1, 2, 0])
    assert pixels(right, BLUE) > 0
    assert pixels(right, ORANGE) == 0
    assert pixels(wrong, BLUE) == 0
    assert pixels(wrong, ORANGE) > 0


def figures(stdout: str) -> tuple[str, str]:
    """Both accuracies, from an output that is these two lines and nothing else."""
    match = re.fullmatch(r"Train Accuracy : ([\d.]+)\nTest Accuracy : ([\d.]+)\n", stdout)
    assert match, stdout
    return match[1], match[2]


def test_prints_the_accuracies_of_gradient_descent() -> None:
    """The program's figures are those of NN on the same data, in percent."""
    result = CliRunner().invoke(app, [*QUICK, "--iters", "30", "--seed", "4"])
    assert result.exit_code == 0, result.output
    data = load("digits").standardised(200, dtype=np.float32)
    network = training.new_network(4, 0.1)
    network.gradient_descent(data.X_train, data.y_train, iters=30)
    train = 100 * network.get_accuracy(data.X_train, data.y_train)
    test = 100 * network.get_accuracy(data.X_test, data.y_test)
    assert train > 50
    assert figures(result.stdout) == (f"{train:.2f}", f"{test:.2f}")


def test_program_trains_in_single_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    """Images, weights and gradients are float32 in every step the program takes."""
    update = NN.update_params
    kinds: set[object] = set()

    def watched(network: NN) -> None:
        kinds.update(a.dtype for a in (network.A0, network.A2, network.dW1, network.W1))
        update(network)

    monkeypatch.setattr(NN, "update_params", watched)
    result = CliRunner().invoke(app, [*QUICK, "--iters", "2"])
    assert result.exit_code == 0, result.output
    assert kinds == {np.dtype(np.float32)}


def test_shows_progress_apart_from_the_results() -> None:
    """The bar with loss and accuracy goes to standard error."""
    result = CliRunner().invoke(app, [*QUICK, "--iters", "5"], env={"COLUMNS": "120"})
    assert re.search(r"5/5 loss \d\.\d{4} accuracy \d+\.\d\d %", result.stderr)
    assert "200 training images, 500 test images" in result.stderr


def test_out_saves_both_pictures(tmp_path: Path) -> None:
    """--out makes the folder and leaves two PNG files in it."""
    folder = tmp_path / "new" / "folder"
    result = CliRunner().invoke(app, [*QUICK, "--iters", "5", "--out", str(folder)])
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in folder.iterdir()) == ["loss.png", "predictions.png"]
    assert pixels(folder / "loss.png", BLUE) > 20
    assert pixels(folder / "predictions.png", BLACK) > 1000


def test_says_when_it_fell_back_on_digits(tmp_path: Path) -> None:
    """Without MNIST the default trains on the embedded digits, and says so."""
    options = ["--train-size", "50", "--iters", "1"]
    env = {"KERAS_HOME": str(tmp_path), "GRADER_DATA": None}
    result = CliRunner().invoke(app, options, env=env)
    assert result.exit_code == 0, result.output
    assert "Note: MNIST is not here" in result.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--iters", "0"], "--iters"),
        (["--iters", "many"], "--iters"),
        (["--learning-rate", "0"], "--learning-rate"),
        (["--learning-rate", "nan"], "above 0"),
        (["--learning-rate", "inf"], "above 0"),
        (["--train-size", "0"], "--train-size"),
        (["--train-size", "1298"], "1297 training images"),
        (["--seed", "-1"], "--seed"),
        (["--data", "nowhere.npz"], "nowhere.npz"),
        (["--data", "nothing"], "'nothing'"),
        (["--out", "{file}"], "--out"),
        (["--out", "{file}/folder"], "cannot make the folder"),
        (["--epochs", "3"], "--epochs"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_options_are_refused(tmp_path: Path, options: list[str], message: str) -> None:
    """Exit code 2, no figures, and a message that names what is wrong."""
    file = tmp_path / "file"
    file.touch()
    filled = [option.format(file=file) for option in options]
    result = CliRunner().invoke(
        app, ["--data", "digits", "--iters", "1", *filled], env={"COLUMNS": "300"}
    )
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_steps_that_are_too_long_are_told() -> None:
    """A training that ran away prints what it reads, names the cure and exits with 1."""
    result = CliRunner().invoke(app, [*QUICK, "--iters", "5", "--learning-rate", "1e9"])
    assert result.exit_code == 1, result.output
    figures(result.stdout)
    assert "Choose a --learning-rate below 1e+09" in result.stderr


def test_unwritable_pictures_are_told(tmp_path: Path) -> None:
    """If the pictures cannot be saved the accuracies are printed all the same; exit code 1."""
    (tmp_path / "loss.png").mkdir()
    result = CliRunner().invoke(app, [*QUICK, "--iters", "1", "--out", str(tmp_path)])
    assert result.exit_code == 1, result.output
    figures(result.stdout)
    assert "cannot save the pictures" in result.stderr


def interrupt_in_step(monkeypatch: pytest.MonkeyPatch, number: int, times: int) -> None:
    """Press Ctrl-C, so often, in the middle of that step's update."""
    update, count = NN.update_params, iter(range(1, 10**6))

    def pressed(network: NN) -> None:
        if next(count) == number:
            for _ in range(times):
                signal.raise_signal(signal.SIGINT)
        update(network)

    monkeypatch.setattr(NN, "update_params", pressed)


def test_interrupt_keeps_what_was_trained(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, digits: Standardised
) -> None:
    """Ctrl-C in step 12 ends after step 12: its accuracies, its pictures, exit code 130."""
    plain = training.new_network(0, 0.1)
    plain.gradient_descent(digits.X_train, digits.y_train, iters=12)
    before = signal.getsignal(signal.SIGINT)

    interrupt_in_step(monkeypatch, 12, times=1)
    result = CliRunner().invoke(app, [*QUICK, "--iters", "1000", "--out", str(tmp_path)])

    assert result.exit_code == 130, result.output
    assert "Stopped after 12 of 1000 steps." in result.stderr
    train = 100 * plain.get_accuracy(digits.X_train, digits.y_train)
    test = 100 * plain.get_accuracy(digits.X_test, digits.y_test)
    assert figures(result.stdout) == (f"{train:.2f}", f"{test:.2f}")
    assert pixels(tmp_path / "loss.png", BLUE) > 20
    assert (tmp_path / "predictions.png").is_file()
    assert signal.getsignal(signal.SIGINT) is before


def test_interrupt_in_the_last_step_is_no_early_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """When nothing was left to do, nothing was cut short."""
    interrupt_in_step(monkeypatch, 4, times=1)
    result = CliRunner().invoke(app, [*QUICK, "--iters", "4"])
    assert result.exit_code == 0, result.output


def test_second_interrupt_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C twice within a step ends the program without any figures, and without traceback."""
    interrupt_in_step(monkeypatch, 2, times=2)
    result = CliRunner().invoke(app, [*QUICK, "--iters", "1000"])
    assert result.exit_code == 130, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


# The same in a process of its own: Python's real handlers, real exit code, no test runner.
PROGRAM = """
import runpy, signal
from reference.nn import NN
update, count = NN.update_params, iter(range(1, 1000))
def pressed(network):
    if next(count) == 3:
        signal.raise_signal(signal.SIGINT)
    update(network)
NN.update_params = pressed
runpy.run_module("reference", run_name="__main__")
"""


def test_interrupted_process_exits_with_130() -> None:
    """As a process, `python -m reference` scores what it trained, and exits with 130."""
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, *QUICK],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 130, run.stderr
    assert "Stopped after 3 of 1000 steps." in run.stderr
    figures(run.stdout)


@pytest.mark.slow
def test_reads_mnist() -> None:
    """2000 images, 100 steps at 0.5: at least 89 % of MNIST's test images are read rightly."""
    path = os.environ.get("GRADER_TEST_MNIST")
    if not path:
        pytest.skip("GRADER_TEST_MNIST does not name an .npz file with MNIST")
    options = ["--data", path, "--train-size", "2000", "--iters", "100", "--learning-rate", "0.5"]
    result = CliRunner().invoke(app, options)
    assert result.exit_code == 0, result.output
    assert float(figures(result.stdout)[1]) >= 89
