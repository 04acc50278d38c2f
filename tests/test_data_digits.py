"""The embedded digits are scikit-learn's, enlarged alike on every machine."""

import hashlib
import io
from importlib import resources

import numpy as np
import pytest

from grader import data
from grader.datasets import digits


def make_digits() -> bytes:
    """Remake grader/digits.npz: Path("grader/digits.npz").write_bytes(make_digits())."""
    source = pytest.importorskip("sklearn.datasets").load_digits()
    file = io.BytesIO()
    np.savez_compressed(
        file,
        images=source.images.astype(np.uint8),
        labels=source.target.astype(np.uint8),
        order=np.random.default_rng(0).permutation(len(source.target)).astype(np.uint16),
    )
    return file.getvalue()


def test_digits_are_scikit_learns_bit_for_bit() -> None:
    """grader/digits.npz is what make_digits() makes, small, and its images are all integers."""
    blob = resources.files("grader").joinpath("digits.npz").read_bytes()
    assert len(blob) <= 150_000
    made = np.load(io.BytesIO(make_digits()))
    held = np.load(io.BytesIO(blob))
    source = pytest.importorskip("sklearn.datasets").load_digits()
    assert set(held) == {"images", "labels", "order"}
    assert np.array_equal(held["images"], source.images)
    assert np.array_equal(held["labels"], source.target)
    assert held["images"].dtype == held["labels"].dtype == np.uint8
    assert np.array_equal(np.sort(held["order"]), np.arange(1797))
    assert np.array_equal(made["images"], held["images"])


def test_digits_are_the_same_everywhere() -> None:
    """Images, labels and split are frozen: a threshold measured on one machine holds on another."""
    got = data.load("digits")
    assert got.x_train.shape == (1297, 28, 28)
    assert got.x_test.shape == (500, 28, 28)
    assert got.fingerprint.startswith("486a4c9de3f46bdeebc70c7a8d446ec4")
    digest = hashlib.sha256(got.x_train.tobytes() + got.y_train.tobytes()).hexdigest()
    assert digest.startswith("1f2cc4c8e46af1a01db1ba687f9d496d")
    for labels in (got.y_train, got.y_test[:200], got.y_train[:200]):
        assert set(labels.tolist()) == set(range(10))


def test_enlarging_interpolates() -> None:
    """To half a grey level it is linear interpolation, with MNIST's margin of 4 around it."""
    rng = np.random.default_rng(0)
    small = rng.integers(0, 17, (20, 8, 8), np.uint8)
    small[0] = 16
    large = digits.enlarge(small)
    middles = (np.arange(20) + 0.5) * 8 / 20 - 0.5
    rows = np.apply_along_axis(lambda v: np.interp(middles, np.arange(8), v), 1, small)
    both = np.apply_along_axis(lambda v: np.interp(middles, np.arange(8), v), 2, rows)
    assert np.abs(large[:, 4:24, 4:24] - both * 255 / 16).max() <= 0.5 + 1e-9
    assert np.all(large[0, 4:24, 4:24] == 255)
    assert large.sum() == large[:, 4:24, 4:24].sum()
