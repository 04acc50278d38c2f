"""Reads labelled images from an .npz file that anybody may have made, without trusting it.

Nothing is inflated or allocated before the file's own declarations have been held to the limits
here, nothing is unpickled, and the training images, which are most of the file, are inflated only
as far as they are asked for: the first thousand of MNIST take 2 ms, all of them 200.
"""

import io
import os
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]
Labels = NDArray[np.uint8]

KEYS = ("x_train", "y_train", "x_test", "y_test")
MIN_SAMPLES = 200
"""In each split: an accuracy over fewer says little."""
MAX_BYTES = 512 * 2**20
"""Of the file, and of its arrays together; MNIST has 11 MB and 55 MB."""
MAX_CLASSES = 256

_LONGEST_HEADER = 16 * 2**10
_ALLOWED = (
    "Allowed: an .npz file with x_train (n, h, w) and x_test (t, h, w), images of uint8 from 0 to "
    "255, and y_train (n,) and y_test (t,), integer labels from 0 to k-1."
)
_WRITE = (
    "Write it with numpy.savez_compressed(FILE, x_train=..., y_train=..., x_test=..., y_test=...)."
)


class DataError(Exception):
    """No data to grade on: names the file, what was found, what is allowed, and the cure."""


def refusal(label: str, found: str, cure: str = _WRITE) -> DataError:
    """The error that says why the file called `label` cannot be used."""
    return DataError(f"{label}: {found}. {_ALLOWED} {cure}")


@dataclass(frozen=True, slots=True)
class Declared:
    """What an array's header declares: its element type, shape, and where its elements begin."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    offset: int

    def __str__(self) -> str:
        """As messages say it."""
        return f"{self.dtype} of shape {self.shape}"


@dataclass(frozen=True, slots=True, eq=False)
class Archive:
    """An .npz file whose declarations have been checked, with all its arrays but x_train read.

    Attributes:
        label: how messages call the file.
        blob: the file's bytes.
        x_train: what the file declares of its training images.
        y_train: (n,) labels.
        x_test: (t, h, w) images.
        y_test: (t,) labels.
    """

    label: str
    blob: bytes
    x_train: Declared
    y_train: Labels
    x_test: Images
    y_test: Labels

    def first_train(self, n: int) -> Images:
        """Inflate the first n training images: (n, h, w), read-only.

        Raises:
            DataError: the file is damaged there.
        """
        return _rows(self.label, self.blob, "x_train", self.x_train, n)


def read_bytes(path: Path) -> bytes:
    """The whole file, if it is one and not too large.

    Raises:
        DataError: there is no such file, it is a directory or a device, unreadable, or too large.
    """
    label = str(path)
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise refusal(label, "a device or pipe, not a file", "Name an .npz file.")
            if status.st_size > MAX_BYTES:
                found = f"{status.st_size} bytes, over the limit of {MAX_BYTES}"
                raise refusal(label, found, "Keep fewer images.")
            return file.read(MAX_BYTES)
    except FileNotFoundError:
        cure = "Check the path, or choose --data mnist, digits or auto."
        raise refusal(label, "there is no such file", cure) from None
    except IsADirectoryError:
        raise refusal(label, "a directory", "Name the .npz file in it.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refusal(label, f"cannot be read: {reason}", "Mend that, or name another.") from None


def _open_at_once(path: str, flags: int) -> int:
    """Open without waiting for the other end, should the path be a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def read(blob: bytes, label: str) -> Archive:
    """Check everything but the training images' own bytes, and read the rest.

    Raises:
        DataError: it is not an .npz file, is damaged, or holds something else than is allowed.
    """
    declared = _headers(blob, label)
    for split in ("train", "test"):
        _check_shapes(label, split, declared[f"x_{split}"], declared[f"y_{split}"])
    if declared["x_train"].shape[1:] != declared["x_test"].shape[1:]:
        found = f"x_train is {declared['x_train']}, x_test {declared['x_test']}"
        raise refusal(label, found, "Bring both to one height and width.")
    y_train, x_test, y_test = (
        _rows(label, blob, key, declared[key], declared[key].shape[0]) for key in KEYS[1:]
    )
    _check_labels(label, y_train, y_test)
    y_train, y_test = y_train.astype(np.uint8), y_test.astype(np.uint8)
    y_train.flags.writeable = y_test.flags.writeable = False
    return Archive(label, blob, declared["x_train"], y_train, x_test, y_test)


def _headers(blob: bytes, label: str) -> dict[str, Declared]:
    if not zipfile.is_zipfile(io.BytesIO(blob)):
        found = "empty" if not blob else "not an .npz file, or cut short"
        raise refusal(label, found, "Fetch or write it anew.")
    with _blaming(label), zipfile.ZipFile(io.BytesIO(blob)) as archive:
        sizes = {info.filename: info.file_size for info in archive.infolist()}
        missing = [key for key in KEYS if f"{key}.npy" not in sizes]
        if missing:
            present = (
                ", ".join(sorted(name.removesuffix(".npy") for name in sizes)[:8]) or "nothing"
            )
            raise refusal(label, f"{' and '.join(missing)} missing; it holds {present[:200]}")
        total = sum(sizes[f"{key}.npy"] for key in KEYS)
        if total > MAX_BYTES:
            found = f"its arrays take {total} bytes, over the limit of {MAX_BYTES}"
            raise refusal(label, found, "Keep fewer images.")
        return {key: _header(archive, key, label) for key in KEYS}


def _header(archive: zipfile.ZipFile, key: str, label: str) -> Declared:
    """What the array declares, if its elements and the archive agree that it has as many bytes."""
    size = archive.getinfo(f"{key}.npy").file_size
    with archive.open(f"{key}.npy") as member:
        # A header may claim to be 4 GB long; it gets no more than this.
        head = io.BytesIO(member.read(_LONGEST_HEADER))
    version = np.lib.format.read_magic(head)
    if version == (1, 0):
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(head)
    elif version == (2, 0):
        shape, fortran, dtype = np.lib.format.read_array_header_2_0(head)
    else:
        raise refusal(label, f"{key} is written in .npy format {version}", _WRITE)
    found = Declared(dtype, shape, head.tell())
    if dtype.hasobject:
        raise refusal(label, f"{key} holds pickled Python objects, which are never loaded")
    if fortran and len(shape) > 1:
        cure = f"Write numpy.ascontiguousarray({key})."
        raise refusal(label, f"{key} is stored in Fortran order", cure)
    elements = 1
    for length in shape:
        elements *= length
    if min(shape, default=1) < 0 or found.offset + elements * dtype.itemsize != size:
        raise refusal(label, f"{key} declares {found} but has {size - found.offset} bytes")
    return found


def _check_shapes(label: str, split: str, x: Declared, y: Declared) -> None:
    if x.dtype != np.uint8:
        if x.dtype.kind == "f":
            cure = f"From 0..1 it becomes that by (255 * x_{split}).round().astype('uint8')."
        else:
            cure = f"If its values are from 0 to 255: x_{split}.astype('uint8')."
        raise refusal(label, f"x_{split} is {x}", cure)
    if len(x.shape) != 3 or 0 in x.shape:  # noqa: PLR2004  n, h, w
        cure = f"x_{split}.reshape(n, h, w), without a channel axis."
        raise refusal(label, f"x_{split} is {x}", cure)
    if y.dtype.kind not in "iu" or len(y.shape) != 1:
        cure = f"One-hot labels become that by y_{split}.argmax(axis=1)."
        raise refusal(label, f"y_{split} is {y}", cure)
    if x.shape[0] != y.shape[0]:
        found = f"x_{split} has {x.shape[0]} images, y_{split} {y.shape[0]} labels"
        raise refusal(label, found, "Give every image one label.")
    if x.shape[0] < MIN_SAMPLES:
        found = f"x_{split} has {x.shape[0]} images"
        raise refusal(label, found, f"Give each split at least {MIN_SAMPLES}.")


def _check_labels(label: str, y_train: NDArray[Any], y_test: NDArray[Any]) -> None:
    classes = int(y_train.max()) + 1
    for key, y in (("y_train", y_train), ("y_test", y_test)):
        if y.min() < 0 or y.max() >= min(classes, MAX_CLASSES):
            found = f"{key} has labels from {y.min()} to {y.max()}"
            cure = (
                f"Number the classes of y_train from 0, {MAX_CLASSES} at most; y_test has no other."
            )
            raise refusal(label, found, cure)
    absent = np.flatnonzero(np.bincount(y_train.astype(np.int64), minlength=classes) == 0)
    if absent.size or classes == 1:
        found = f"y_train has no label {absent[0]}" if absent.size else "y_train has one class only"
        raise refusal(label, found, "Number the classes from 0 without gaps, two at least.")
    # A network is trained on the first images, which would then be of one class.
    if np.all(y_train[:-1] <= y_train[1:]):
        raise refusal(label, "the training samples are sorted by label", "Shuffle them.")


def _rows(label: str, blob: bytes, key: str, member: Declared, n: int) -> NDArray[Any]:
    """The first n entries of an array along its first axis, read-only."""
    per_row = member.dtype.itemsize
    for length in member.shape[1:]:
        per_row *= length
    with _blaming(label), zipfile.ZipFile(io.BytesIO(blob)) as archive:
        with archive.open(f"{key}.npy") as file:
            file.read(member.offset)
            data = file.read(n * per_row)
        return np.frombuffer(data, member.dtype).reshape(n, *member.shape[1:])


@contextmanager
def _blaming(label: str) -> Iterator[None]:
    try:
        yield
    except DataError:
        raise
    except Exception as error:  # whatever a parser raises here, the bytes it was given are at fault
        reason = str(error).partition("\n")[0][:160] or type(error).__name__
        raise refusal(label, f"damaged ({reason})", "Fetch or write it anew.") from error
