"""What grader.data promises: which data is chosen, and what a network is handed."""

import hashlib
import importlib.util
import io
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from grader import data
from grader.datasets import mnist

Arrays = dict[str, NDArray[Any]]


def arrays(n: int = 300, t: int = 250, classes: int = 3) -> Arrays:
    """Noise in the shape of a data set, 5 x 4 pixels an image."""
    rng = np.random.default_rng(5)
    return {
        "x_train": rng.integers(0, 256, (n, 5, 4), np.uint8),
        "y_train": np.arange(n, dtype=np.uint8)[::-1] % classes,
        "x_test": rng.integers(0, 256, (t, 5, 4), np.uint8),
        "y_test": np.arange(t, dtype=np.uint8) % classes,
    }


def packed(content: Arrays) -> bytes:
    """The bytes of an .npz file."""
    file = io.BytesIO()
    np.savez_compressed(file, **content)  # type: ignore[arg-type]
    return file.getvalue()


@pytest.fixture(autouse=True)
def keras_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home for Keras, and no GRADER_DATA."""
    home = tmp_path / "keras"
    monkeypatch.setenv("KERAS_HOME", str(home))
    monkeypatch.delenv("GRADER_DATA", raising=False)
    return home


@pytest.fixture
def cached(keras_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache that verifies: noise, declared to be MNIST."""
    blob = packed(arrays())
    path = keras_home / "datasets" / "mnist.npz"
    path.parent.mkdir(parents=True)
    path.write_bytes(blob)
    monkeypatch.setattr(mnist, "BYTES", len(blob))
    monkeypatch.setattr(mnist, "SHA256", hashlib.sha256(blob).hexdigest())
    test = arrays()
    fingerprint = hashlib.sha256(test["x_test"].tobytes() + test["y_test"].tobytes()).hexdigest()
    monkeypatch.setattr(mnist, "TEST_FINGERPRINT", fingerprint)
    return path


# Choosing


def test_auto_prefers_a_verified_cache(cached: Path) -> None:
    """With a right cache, auto is MNIST and has nothing to explain."""
    chosen = data.load("auto")
    assert (chosen.name, chosen.note) == ("mnist", None)
    assert np.array_equal(chosen.x_train, arrays()["x_train"])
    assert np.array_equal(chosen.y_test, arrays()["y_test"])
    assert cached.exists()


def test_auto_falls_back_aloud(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a cache, auto is the digits, says so, tells the cure, and starts no download."""
    monkeypatch.setattr(subprocess, "Popen", None)
    chosen = data.load("auto")
    assert chosen.name == "digits"
    assert chosen.note
    for words in ("MNIST is not here", "digits", "grader data --fetch", "pip install tensorflow"):
        assert words in chosen.note


def test_a_home_that_cannot_even_be_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A KERAS_HOME that the system refuses to look up is a fault in words like any other."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / ("x" * 300)))
    with pytest.raises(data.DataError, match="cannot be used: cannot be read: "):
        data.load("mnist")
    assert data.load("auto").name == "digits"


@pytest.mark.parametrize("harm", ["one byte changed", "cut short", "a directory"])
def test_a_corrupt_cache_is_never_used(cached: Path, harm: str) -> None:
    """With auto it falls back and says what is wrong with it; with mnist an error."""
    blob = bytearray(cached.read_bytes())
    if harm == "one byte changed":
        blob[-1] ^= 1
        cached.write_bytes(blob)
    elif harm == "cut short":
        cached.write_bytes(blob[:-1])
    else:
        cached.unlink()
        cached.mkdir()
    said = {"one byte changed": "SHA-256", "cut short": "bytes where", "a directory": "not a file"}
    fallen = data.load("auto")
    assert fallen.name == "digits"
    assert fallen.note
    assert "cannot be used" in fallen.note
    assert said[harm] in fallen.note
    with pytest.raises(data.DataError, match=said[harm]):
        data.load("mnist")


def test_mnist_that_is_absent_is_an_error() -> None:
    """--data mnist is never answered with something else."""
    with pytest.raises(data.DataError, match=r"MNIST is not here.*grader data --fetch"):
        data.load("mnist")


def test_the_variable_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GRADER_DATA chooses when nothing else does, and is named in its errors; empty is unset."""
    path = tmp_path / "mine.npz"
    path.write_bytes(packed(arrays()))
    monkeypatch.setenv("GRADER_DATA", str(path))
    assert data.load().source == "mine.npz"
    assert data.load("digits").name == "digits"
    monkeypatch.setenv("GRADER_DATA", "")
    assert data.load().name == "digits"
    monkeypatch.setenv("GRADER_DATA", str(tmp_path / "gone.npz"))
    with pytest.raises(data.DataError, match=r"gone\.npz.*no such file.*GRADER_DATA="):
        data.load()


@pytest.mark.parametrize("spec", ["minst", "", "MNIST"])
def test_a_word_that_means_nothing_is_refused(spec: str) -> None:
    """A misspelt name is told from a missing file, and the names there are get listed."""
    with pytest.raises(data.DataError, match=r"No data is called.*mnist, digits, auto"):
        data.load(spec)


def test_mnist_is_known_by_its_test_split(cached: Path, tmp_path: Path) -> None:
    """A file with the official test split is "mnist" whatever it trains on; another is "file"."""
    content = arrays()
    content["x_train"] = content["x_train"][:, ::-1].copy()
    (tmp_path / "same.npz").write_bytes(packed(content))
    content["x_test"][0, 0, 0] ^= 1
    (tmp_path / "other.npz").write_bytes(packed(content))
    assert data.load(str(tmp_path / "same.npz")).name == "mnist"
    assert data.load(str(tmp_path / "same.npz")).source == "same.npz"
    assert data.load(str(tmp_path / "other.npz")).name == "file"
    assert cached.exists()


def test_reading_imports_neither_tensorflow_nor_rich() -> None:
    """The grading path pays for NumPy alone."""
    program = (
        "import sys; from grader import data; data.load(); data.status();"
        "print(sorted({'tensorflow', 'keras', 'rich', 'sklearn'} & set(sys.modules)))"
    )
    run = [sys.executable, "-c", program]
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_right_copy_is_found_behind_a_wrong_one(
    cached: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the places that Keras may have used the one that verifies counts, else the faulty one."""
    (tmp_path / "half").write_bytes(b"half")
    monkeypatch.setattr(mnist, "cache_paths", lambda: (tmp_path / "half", cached))
    assert mnist.find().path == cached
    monkeypatch.setattr(mnist, "cache_paths", lambda: (tmp_path / "gone", tmp_path / "half"))
    assert mnist.find().fault


def test_keras_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """KERAS_HOME, else the home folder, else the one for temporary files, as Keras has it."""
    tail = Path("datasets", "mnist.npz")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", "~/elsewhere")
    assert mnist.cache_paths() == (tmp_path / "elsewhere" / tail,)
    monkeypatch.delenv("KERAS_HOME")
    assert mnist.cache_paths() == (tmp_path / ".keras" / tail,)
    (tmp_path / ".keras").mkdir()
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) == tmp_path)
    first, last = mnist.cache_paths()
    assert first == tmp_path / ".keras" / tail
    assert last.parts[-3:] == (".keras", *tail.parts)
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    assert tmp_path not in mnist.cache_paths()[0].parents


def test_the_hash_is_the_one_keras_asks_for() -> None:
    """The installed Keras verifies its download by the very same SHA-256."""
    keras = importlib.util.find_spec("keras")
    if keras is None or keras.origin is None:
        pytest.skip("Keras is not installed")
    source = Path(keras.origin).parent / "src" / "datasets" / "mnist.py"
    assert mnist.SHA256 in source.read_text(encoding="utf-8")


def test_status_tells_what_there_is(
    cached: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One row a source, whatever state it is in; it raises nothing."""

    def states() -> list[tuple[str, str]]:
        return [(row.spec, row.state) for row in data.status()]

    usual = [("digits", "ready"), ("auto", "ready")]
    assert states() == [("mnist", "ready"), *usual]
    assert data.status()[2].where == "MNIST (Keras's cache)"
    cached.write_bytes(b"half")
    assert states() == [("mnist", "corrupt"), *usual]
    cached.unlink()
    assert states() == [("mnist", "absent"), *usual]
    assert data.status()[0].where == str(cached)
    assert "1297 training and 500 test images of 28 x 28, 10 classes" in data.status()[2].detail
    monkeypatch.setenv("GRADER_DATA", str(tmp_path / "gone.npz"))
    assert states()[3][1] == "corrupt"
    assert "no such file" in data.status()[3].detail


# Handing over


def test_standardised_by_the_training_images() -> None:
    """Columns in order, by the mean and deviation of the training images that were asked for."""
    got = data.load("digits")
    for n in (1, 300, None):
        s = got.standardised(n)
        x = got.x_train[:n].reshape(-1, 784).T.astype(float)
        mean, std = x.mean(), x.std() + 1e-7
        np.testing.assert_allclose(s.X_train, (x - mean) / std, rtol=0, atol=1e-12)
        test = got.x_test.reshape(-1, 784).T
        np.testing.assert_allclose(s.X_test, (test - mean) / std, rtol=0, atol=1e-12)
        assert np.array_equal(s.y_train, got.y_train[:n])
        assert np.array_equal(s.y_test, got.y_test)
        assert abs(s.mean - mean) < 1e-12
        assert s.y_train.dtype == s.y_test.dtype == np.int64
        assert s.X_train.dtype == np.float64
        assert s.X_train.flags.c_contiguous
        assert s.X_test.flags.c_contiguous


def test_standardised_takes_indices_and_float32() -> None:
    """An index array picks the training images in its order, and the statistics are theirs."""
    got = data.load("digits")
    pick = np.array([7, 3, 3, 900], np.uint16)
    s = got.standardised(pick, np.float32)
    x = got.x_train[pick].reshape(4, -1).T.astype(float)
    np.testing.assert_allclose(s.X_train, (x - x.mean()) / x.std(), rtol=1e-5, atol=1e-5)
    assert np.array_equal(s.y_train, got.y_train[pick])
    assert s.X_train.dtype == s.X_test.dtype == np.float32


@pytest.mark.parametrize(
    "wrong", [0, -1, np.array([], int), np.array([0.5]), np.array([[1]]), np.array([-1, 2])]
)
def test_asking_for_no_images_is_an_error(wrong: int | NDArray[np.integer[Any]]) -> None:
    """What does not name training images is refused, not read from the other end."""
    with pytest.raises(ValueError, match="n_train"):
        data.load("digits").standardised(wrong)


@pytest.mark.parametrize("many", [1298, np.array([1297])])
def test_asking_for_too_many_names_the_cure(many: int | NDArray[np.integer[Any]]) -> None:
    """A profile that wants more images than there are says so, rather than training on fewer."""
    with pytest.raises(
        data.DataError, match=r"has 1297 training images, 1298 are asked for\. Lower"
    ):
        data.load("digits").standardised(many)


def test_a_dataset_is_frozen(cached: Path) -> None:
    """No check can change what the next one is given, in the arrays or in the object."""
    for got in (data.load("digits"), data.load(str(cached))):
        for array in (got.x_test, got.y_test, got.y_train, got.first_train(5), got.x_train):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0
        with pytest.raises(AttributeError):
            got.name = "mnist"  # type: ignore[misc]


@pytest.mark.parametrize("choose", [lambda _: "digits", str])
def test_a_dataset_crosses_processes(cached: Path, choose: Callable[[Path], str]) -> None:
    """It can be pickled for a pool of workers, training images included."""
    got = data.load(choose(cached))
    again = pickle.loads(pickle.dumps(got))  # noqa: S301  its own bytes
    assert np.array_equal(got.x_train, again.x_train)
    assert np.array_equal(got.x_test, again.x_test)
    assert got.fingerprint == again.fingerprint
