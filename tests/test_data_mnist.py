"""MNIST itself, where GRADER_TEST_MNIST names an .npz file of it."""

import os
from pathlib import Path

import numpy as np
import pytest

from grader import data


@pytest.fixture(scope="session")
def real() -> Path:
    """MNIST itself, if this machine has it."""
    path = os.environ.get("GRADER_TEST_MNIST")
    if not path:
        pytest.skip("GRADER_TEST_MNIST does not name an .npz of MNIST")
    return Path(path)


def test_real_mnist(real: Path) -> None:
    """The real file is recognised, has its published mean and deviation, and is read in order."""
    got = data.load(str(real))
    assert (got.name, got.classes, got.pixels) == ("mnist", 10, 784)
    s = got.standardised(dtype=np.float32)
    assert s.X_train.shape == (784, 60000)
    assert s.X_test.shape == (784, 10000)
    assert round(s.mean / 255, 4) == 0.1307
    assert round(s.std / 255, 4) == 0.3081
    assert np.array_equal(got.first_train(1000), got.x_train[:1000])
    with np.load(real) as file:
        assert np.array_equal(got.x_train, file["x_train"])
        assert np.array_equal(got.y_train, file["y_train"])
