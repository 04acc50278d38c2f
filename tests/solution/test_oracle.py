"""The worked solution against TensorFlow, against Keras, and against its own definition."""

import importlib
import importlib.util
import warnings
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

from reference.nn import NN, ReLU, softmax

PARAMETERS = ("W1", "b1", "W2", "b2")
TOLERANCE = 1e-10


@pytest.fixture(scope="module")
def tf() -> ModuleType:
    """TensorFlow, imported late: it takes ten seconds, and warns about what we do not use."""
    if importlib.util.find_spec("tensorflow") is None:
        pytest.skip("TensorFlow is the oracle here, and is not installed: pip install '.[test]'")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("tensorflow")


def network(  # noqa: PLR0913  these are the sizes and the scale, each by name
    rng: np.random.Generator,
    *,
    n: int,
    h: int,
    k: int,
    m: int,
    scale: float = 1.0,
    logits: float = 3.0,
    classes: int | None = None,
    learning_rate: float = 0.5,
) -> tuple[NN, NDArray[np.float64], NDArray[np.int64]]:
    """A network with n inputs, h units, k classes; m samples; labels below `classes`.

    Inputs are about `scale` large, and the largest logit is exactly `logits`, so that -log(A2)
    stays finite whatever the other numbers are.
    """
    net = NN(n, h, k, learning_rate)
    X = rng.normal(size=(n, m)) * scale
    y = rng.integers(classes or k, size=m)
    net.W1 = rng.normal(size=(h, n))
    net.b1 = rng.normal(size=(h, 1)) * scale
    net.W2 = rng.normal(size=(k, h))
    net.b2 = rng.normal(size=(k, 1))
    net.forward_propagation(X)
    shrink = logits / np.abs(net.Z2).max()
    net.W2 = net.W2 * shrink
    net.b2 = net.b2 * shrink
    return net, X, y


def assert_same(got: ArrayLike, want: ArrayLike, what: str) -> None:
    """Equal in shape, and to 1e-10 of the largest element (or of 1, if that is larger)."""
    got, want = np.asarray(got), np.asarray(want)
    assert got.shape == want.shape, f"{what}: shape {got.shape}, not {want.shape}"
    assert got.dtype == np.float64, f"{what}: {got.dtype}"
    worst = np.abs(got - want).max()
    assert worst <= TOLERANCE * max(1.0, np.abs(want).max()), f"{what}: off by {worst:.3g}"


def assert_matches_tape(
    tf: ModuleType, net: NN, X: NDArray[np.float64], y: NDArray[np.int64]
) -> None:
    """Forward pass, loss and gradients of net are those that TensorFlow finds."""
    parameters = [tf.Variable(getattr(net, name)) for name in PARAMETERS]
    W1, b1, W2, b2 = parameters
    with tf.GradientTape() as tape:
        Z1 = tf.matmul(W1, X) + b1
        A1 = tf.nn.relu(Z1)
        Z2 = tf.matmul(W2, A1) + b2
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, tf.transpose(Z2))
        loss = tf.reduce_mean(losses)
    gradients = tape.gradient(loss, parameters)
    A2 = tf.nn.softmax(Z2, axis=0)

    assert_same(net.forward_propagation(X), A2.numpy(), "what forward_propagation returns")
    for name, want in (("A0", X), ("Z1", Z1), ("A1", A1), ("Z2", Z2), ("A2", A2)):
        assert_same(getattr(net, name), np.asarray(want), name)
    assert_same(net.cross_entropy_loss(X, y), loss.numpy(), "loss")
    net.backward_propagation(X, y)
    for name, gradient in zip(PARAMETERS, gradients, strict=True):
        assert_same(getattr(net, f"d{name}"), gradient.numpy(), f"d{name}")


@pytest.mark.slow
@settings(deadline=None, max_examples=200, derandomize=True, database=None)
@given(
    n=st.integers(1, 40),
    h=st.integers(1, 30),
    k=st.integers(1, 12),
    m=st.integers(1, 25),
    present=st.integers(1, 12),
    scale=st.floats(-3, 3),
    logits=st.floats(-3, 2.5),
    seed=st.integers(0, 2**32 - 1),
)
def test_agrees_with_gradient_tape(  # noqa: PLR0913  drawn arguments
    tf: ModuleType,
    *,
    n: int,
    h: int,
    k: int,
    m: int,
    present: int,
    scale: float,
    logits: float,
    seed: int,
) -> None:
    """Whatever the sizes and scales, and if classes are absent, TensorFlow says the same."""
    net, X, y = network(
        np.random.default_rng(seed),
        n=n,
        h=h,
        k=k,
        m=m,
        classes=min(present, k),
        scale=10**scale,
        logits=10**logits,
    )
    assert_matches_tape(tf, net, X, y)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("m", "classes"),
    [(1, 10), (1, 1), (7, 9), (64, 10), (300, 3)],
    ids=["one-sample", "one-sample-of-class-0", "no-last-class", "batch", "three-classes-only"],
)
def test_agrees_with_gradient_tape_at_the_size_of_the_homework(
    tf: ModuleType, m: int, classes: int
) -> None:
    """784 inputs, 128 units and 10 classes: TensorFlow says the same."""
    net, X, y = network(np.random.default_rng(m), n=784, h=128, k=10, m=m, classes=classes)
    assert_matches_tape(tf, net, X, y)


def keras_twin(tf: ModuleType, net: NN) -> ModuleType:
    """A Keras model with the weights of net, trained on whole batches by plain descent.

    Everything is said to be float64, the loss too: Keras would round to float32 otherwise.
    """
    keras = tf.keras
    model = keras.Sequential(
        [
            keras.Input((net.input_size,), dtype="float64"),
            keras.layers.Dense(net.hidden_size, activation="relu", dtype="float64"),
            keras.layers.Dense(net.output_size, dtype="float64"),
        ]
    )
    model.set_weights([net.W1.T, net.b1[:, 0], net.W2.T, net.b2[:, 0]])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, dtype="float64")
    model.compile(keras.optimizers.SGD(net.learning_rate), loss)
    return model  # type: ignore[no-any-return]


def assert_same_weights(net: NN, model: ModuleType, when: str) -> None:
    """The four parameters agree."""
    for name, want in zip(PARAMETERS, model.get_weights(), strict=True):
        got = getattr(net, name)
        assert_same(got, want.T if want.ndim > 1 else want[:, None], f"{name} {when}")


# Keras keeps its learning rate in float32: these three are exact there.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("n", "h", "k", "m", "learning_rate"),
    [(784, 128, 10, 50, 0.125), (5, 7, 3, 11, 0.5), (4, 3, 6, 1, 0.25)],
    ids=["homework", "small", "one-sample"],
)
def test_trains_as_keras_does(  # noqa: PLR0913  parametrised sizes
    tf: ModuleType, *, n: int, h: int, k: int, m: int, learning_rate: float
) -> None:
    """After each of eight steps the weights are those of a Keras model that began alike."""
    rng = np.random.default_rng(n)
    net, X, y = network(rng, n=n, h=h, k=k, m=m, learning_rate=learning_rate)
    model = keras_twin(tf, net)
    start = net.W1
    for step in range(1, 9):
        net.gradient_descent(X, y, iters=1)
        model.train_on_batch(X.T, y)
        assert_same_weights(net, model, f"after step {step}")
    assert np.abs(net.W1 - start).max() > 1e-3, "the steps were too small to compare anything"


@pytest.mark.slow
def test_trains_as_keras_does_in_one_call(tf: ModuleType) -> None:
    """gradient_descent(iters=20) is twenty epochs of one whole batch."""
    net, X, y = network(np.random.default_rng(5), n=12, h=9, k=4, m=30, learning_rate=0.25)
    X = X.astype(np.float32).astype(np.float64)  # as fit rounds it
    model = keras_twin(tf, net)
    net.gradient_descent(X, y, iters=20)
    model.fit(X.T, y, batch_size=30, epochs=20, shuffle=False, verbose=0)
    assert_same_weights(net, model, "after 20 steps")


@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize("m", [1, 6])
def test_gradient_is_the_slope_of_the_loss(name: str, m: int) -> None:
    """Every entry of every gradient is the central difference of the loss."""
    net, X, y = network(np.random.default_rng(m), n=5, h=4, k=3, m=m, classes=2)
    net.forward_propagation(X)
    assert np.abs(net.Z1).min() > 1e-3, "a unit sits on the kink: choose another seed"
    net.backward_propagation(X, y)
    got = getattr(net, f"d{name}").copy()

    parameter = getattr(net, name)
    want = np.empty_like(parameter)
    step = 1e-5
    for index in np.ndindex(parameter.shape):
        kept = parameter[index]
        losses = []
        for moved in (kept + step, kept - step):
            parameter[index] = moved
            net.forward_propagation(X)
            losses.append(net.cross_entropy_loss(X, y))
        parameter[index] = kept
        want[index] = (losses[0] - losses[1]) / (2 * step)
    np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-9)


def test_loss_is_the_mean_of_the_surprise() -> None:
    """By hand: probabilities 1/2 and 1/4 of the right class cost (log 2 + log 4) / 2."""
    net = NN(1, 1, 3)
    net.A2 = np.array([[0.5, 0.25], [0.25, 0.25], [0.25, 0.5]])
    loss = net.cross_entropy_loss(np.zeros((1, 2)), np.array([0, 1]))
    assert loss == pytest.approx((np.log(2) + np.log(4)) / 2, rel=1e-15)


def test_softmax_is_finite_at_ten_thousand() -> None:
    """Scores of 1e4 in size, alone or beside small ones, give exact distributions."""
    Z = np.array([[1e4, -1e4, 1e4, 0.0], [-1e4, -1e4, 1e4, 1.0], [0.0, -1e4, -1e4, 2.0]])
    with np.errstate(all="raise", under="ignore"):
        P = softmax(Z)
    third, half = 1 / 3, 0.5
    np.testing.assert_allclose(P[:, :3], [[1, third, half], [0, third, half], [0, third, 0]])
    small = np.exp([0.0, 1.0, 2.0])
    np.testing.assert_allclose(P[:, 3], small / small.sum(), rtol=1e-14)


def test_softmax_and_relu_leave_their_argument_alone() -> None:
    """Neither function writes into the array it is given."""
    Z = np.random.default_rng(0).normal(size=(4, 6))
    kept = Z.copy()
    softmax(Z)
    ReLU(Z)
    np.testing.assert_array_equal(Z, kept)


def test_relu_keeps_the_shape_whatever_it_is() -> None:
    """Scalars, vectors, matrices and deeper arrays: negatives become 0, the rest stay."""
    for shape in [(), (3,), (2, 3), (2, 3, 4)]:
        Z = np.random.default_rng(1).normal(size=shape)
        np.testing.assert_array_equal(ReLU(Z), np.where(Z > 0, Z, 0))


@pytest.mark.parametrize("labels", [[0], [2, 0], [1, 1, 1], [3, 0, 2, 1, 3], []])
def test_one_hot_is_as_tall_as_the_network(labels: list[int]) -> None:
    """Classes that do not occur have a row all the same; each column has its one 1."""
    y = np.array(labels, dtype=np.int64)
    got = NN(2, 3, 4).one_hot(y)
    want = np.zeros((4, len(labels)))
    for j, label in enumerate(labels):
        want[label, j] = 1
    np.testing.assert_array_equal(got, want)
