"""A stranger's .npz is read right or refused with one clear error, and never harms the reader."""

import io
import os
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader import data
from grader.datasets import npz

Content = np.ndarray[Any, Any] | np.generic | bytes | None
Arrays = dict[str, Any]


def arrays() -> Arrays:
    """Noise in the shape of a data set: 300 and 250 images of 5 x 4, three classes."""
    rng = np.random.default_rng(5)
    return {
        "x_train": rng.integers(0, 256, (300, 5, 4), np.uint8),
        "y_train": np.arange(300, dtype=np.uint8)[::-1] % 3,
        "x_test": rng.integers(0, 256, (250, 5, 4), np.uint8),
        "y_test": np.arange(250, dtype=np.uint8) % 3,
    }


def packed(content: Arrays) -> bytes:
    """The bytes of an .npz file; a value of bytes becomes the member as it is."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for key, value in content.items():
            if isinstance(value, bytes):
                archive.writestr(f"{key}.npy", value)
            else:
                with archive.open(f"{key}.npy", "w") as member:
                    np.save(member, value)
    return file.getvalue()


def npy(header: str, body: bytes, version: tuple[int, int] = (1, 0)) -> bytes:
    """An .npy file that declares what it likes."""
    length = len(header).to_bytes(2 if version == (1, 0) else 4, "little")
    return b"\x93NUMPY" + bytes(version) + length + header.encode() + body


GOOD = packed(arrays())


def refused(blob: bytes) -> str:
    """The one error that the file is worth; it always names the file and what is allowed."""
    with pytest.raises(data.DataError) as caught:
        npz.read(blob, "some.npz")
    message = str(caught.value)
    assert message.startswith("some.npz: ")
    assert "Allowed: an .npz file with x_train (n, h, w)" in message
    assert "\n" not in message
    assert len(message) < 1200
    return message


def changed(**new: Content) -> bytes:
    """A good file with some arrays replaced, or left out (None)."""
    content = {**arrays(), **new}
    return packed({key: value for key, value in content.items() if value is not None})


def test_a_good_file_is_read() -> None:
    """Images of any height and width, any number of classes, labels of any integer type, extras."""
    for labels in (np.int64, np.uint16, ">i4", np.int8, np.uint64):
        blob = changed(
            y_train=arrays()["y_train"].astype(labels),
            y_test=arrays()["y_test"].astype(labels),
            extra=np.zeros(3),
        )
        got = npz.read(blob, "some.npz")
        for key in ("y_train", "x_test", "y_test"):
            assert np.array_equal(getattr(got, key), arrays()[key])
            assert getattr(got, key).dtype == np.uint8
        for n in (1, 17, 300):
            assert np.array_equal(got.first_train(n), arrays()["x_train"][:n])


def test_uncompressed_files_and_headers_of_version_2_are_read() -> None:
    """What numpy.savez writes is as good as what savez_compressed writes."""
    file = io.BytesIO()
    np.savez(file, **arrays())
    assert np.array_equal(npz.read(file.getvalue(), "f").x_test, arrays()["x_test"])
    member = io.BytesIO()
    np.lib.format.write_array(member, arrays()["x_test"], version=(2, 0))
    assert np.array_equal(
        npz.read(changed(x_test=member.getvalue()), "f").x_test, arrays()["x_test"]
    )


X, Y = arrays()["x_train"], arrays()["y_train"]
BAD: dict[str, tuple[bytes, str]] = {
    "no y_test": (changed(y_test=None), "y_test missing; it holds x_test, x_train, y_train"),
    "other keys": (packed({"arr_0": X}), "x_train and y_train and x_test and y_test missing"),
    "float images": (changed(x_train=X / 255), r"x_train is float64 .*\(255 \* x_train\)"),
    "wide integers": (changed(x_test=arrays()["x_test"].astype(int)), r"x_test is int64.*astype"),
    "flat images": (changed(x_train=X.reshape(300, 20)), r"x_train is uint8 of shape \(300, 20\)"),
    "a channel axis": (changed(x_train=X[..., None]), "without a channel axis"),
    "images of no pixels": (changed(x_train=X[:, :0], x_test=X[:250, :0]), r"\(300, 0, 4\)"),
    "two sizes": (changed(x_test=X[:250, :, :3]), "one height and width"),
    "one-hot labels": (changed(y_train=np.eye(3)[Y]), r"y_train is float64.*argmax\(axis=1\)"),
    "one-hot integers": (changed(y_train=np.eye(3, dtype=int)[Y]), r"argmax\(axis=1\)"),
    "float labels": (changed(y_test=np.zeros(250)), "y_test is float64"),
    "more images than labels": (changed(y_train=Y[:-1]), "300 images, y_train 299 labels"),
    "few images": (changed(x_test=X[:199], y_test=Y[:199]), "x_test has 199 images.*least 200"),
    "a negative label": (changed(y_train=Y.astype(int) - 1), "labels from -1 to 1"),
    "a gap": (changed(y_train=Y * 2, y_test=Y[:250] * 2), "no label 1.*without gaps"),
    "labels from 1": (changed(y_train=Y + 1, y_test=Y[:250] + 1), "no label 0"),
    "a class that is only tested": (changed(y_test=np.full(250, 3)), "y_test has labels from 3"),
    "too many classes": (changed(y_train=Y.astype(int) + 254), "256 at most"),
    "a label as large as there is": (changed(y_train=np.full(300, 2**64 - 1, np.uint64)), "256 at"),
    "one class": (changed(y_train=Y * 0, y_test=Y[:250] * 0), "one class only"),
    "sorted": (changed(y_train=np.sort(Y)), "sorted by label. .*Shuffle"),
    "Fortran order": (changed(x_train=np.asfortranarray(X)), "Fortran order.*ascontiguousarray"),
    "structures": (changed(y_test=np.zeros(250, [("a", "u1")])), r"y_test is \[\('a'"),
    "a scalar": (changed(y_test=np.uint8(3)), r"y_test is uint8 of shape \(\)"),
    "an empty file": (b"", "empty"),
    "text": (b"x,y\n1,2\n" * 99, "not an .npz file"),
    "an .npy file": (npy("{}", b""), "not an .npz file"),
    "half a file": (GOOD[: len(GOOD) // 2], "cut short"),
    "no arrays": (packed(dict.fromkeys(npz.KEYS, b"hello")), "damaged"),
    "a format of the future": (changed(y_test=npy("", b"", (9, 0))), r"y_test .* \(9, 0\)"),
    "a header that is code": (changed(y_test=npy("__import__('os')", b"")), "damaged"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_said(name: str) -> None:
    """Every mistake gets one error: the file, what was found, what is allowed, and the cure."""
    blob, said = BAD[name]
    assert re.search(said, refused(blob))


class Trap:
    """Unpickling it makes a folder."""

    def __init__(self, folder: Path) -> None:
        """Make none yet."""
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Path]]:
        """Be a call of mkdir."""
        return os.mkdir, (self.folder,)


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    """Object arrays are refused and their pickles not run; the control shows that they would."""
    blob = changed(y_test=np.array([Trap(tmp_path / "sprung")] + [None] * 249, object))
    assert "pickled Python objects" in refused(blob)
    assert not (tmp_path / "sprung").exists()
    np.load(io.BytesIO(blob), allow_pickle=True)["y_test"]
    assert (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    "shape", ["(10**9,)", "(1000000000, 28, 28)", "(-250, -5, 4)", "(249, 5, 4)", "(251, 5, 4)"]
)
def test_declared_sizes_must_be_the_real_ones(shape: str) -> None:
    """A header that promises other elements than follow is refused before anything is allocated."""
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}}}"
    tracemalloc.start()
    message = refused(changed(x_test=npy(header, bytes(5000))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert ("damaged" if "*" in shape else "declares") in message
    assert peak < 2**20


def test_a_header_of_many_megabytes_is_not_read() -> None:
    """A small file can unpack to a huge header; only its first kilobytes are looked at."""
    bomb = changed(y_test=npy(" " * 30_000_000, b"", (2, 0)))
    assert len(bomb) < 100_000
    tracemalloc.start()
    assert "damaged" in refused(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


def test_a_bomb_is_refused_by_what_it_declares(monkeypatch: pytest.MonkeyPatch) -> None:
    """Arrays over the limit together are not inflated, not even to read their headers."""
    monkeypatch.setattr(npz, "MAX_BYTES", 11_000)
    monkeypatch.setattr(zipfile.ZipFile, "open", None)
    assert "over the limit of 11000" in refused(GOOD)


def test_files_over_the_limit_are_not_read(tmp_path: Path) -> None:
    """A sparse file of 1 GB is refused by its size."""
    path = tmp_path / "big.npz"
    with path.open("wb") as file:
        file.truncate(2**30)
    with pytest.raises(data.DataError, match="over the limit"):
        data.load(str(path))


def test_damage_in_the_training_images_is_told_when_they_are_read() -> None:
    """They are inflated last and in part: load() may pass what first_train() then refuses."""
    many = np.random.default_rng(0).integers(0, 256, (3000, 5, 4), np.uint8)
    blob = bytearray(changed(x_train=many, y_train=np.arange(3000)[::-1] % 3))
    with zipfile.ZipFile(io.BytesIO(blob)) as archive:
        info = archive.getinfo("x_train.npy")
    blob[info.header_offset + info.compress_size - 100] ^= 0xFF
    got = npz.read(bytes(blob), "some.npz")
    assert np.array_equal(got.first_train(1000), many[:1000])
    with pytest.raises(data.DataError, match=r"some\.npz: damaged"):
        got.first_train(3000)


@settings(max_examples=300, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(
    cut=st.integers(0, len(GOOD)) | st.just(len(GOOD)),
    flips=st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(1, 255)), max_size=4),
    tail=st.booleans(),
)
def test_no_damage_gets_past(
    cut: int,
    flips: list[tuple[int, int]],
    tail: bool,  # noqa: FBT001
) -> None:
    """However a file is cut and overwritten, it is read as it was or refused in our words."""
    blob = bytearray(GOOD)
    for position, mask in flips:
        blob[position] ^= mask
    damaged = bytes(blob[:cut]) + (bytes(blob[-600:]) if tail else b"")
    try:
        got: Any = npz.read(damaged, "some.npz")
        x_train = got.first_train(len(got.y_train))
    except data.DataError:
        return
    assert np.array_equal(x_train, arrays()["x_train"])
    assert np.array_equal(got.x_test, arrays()["x_test"])


def test_paths_that_are_no_file(tmp_path: Path) -> None:
    """Missing, a directory, a pipe, a loop, a path through a file, a NUL: each says so at once."""
    os.mkfifo(tmp_path / "pipe.npz")
    (tmp_path / "loop.npz").symlink_to(tmp_path / "loop.npz")
    (tmp_path / "file").write_bytes(GOOD)
    for name, said in {
        "gone.npz": "there is no such file",
        "": "a directory",
        "pipe.npz": "a device or pipe",
        "loop.npz": "cannot be read",
        "file/x.npz": "cannot be read",
        "x" * 300 + ".npz": "cannot be read",
        "nul\0.npz": "cannot be read",
    }.items():
        with pytest.raises(data.DataError, match=said):
            data.load(f"{tmp_path}/{name}")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    """Permission is named as the cause."""
    path = tmp_path / "secret.npz"
    path.write_bytes(GOOD)
    path.chmod(0)
    with pytest.raises(data.DataError, match="cannot be read: Permission denied"):
        data.load(str(path))
