"""The images a network is trained and tested on: MNIST, the embedded digits, or a file.

load() chooses, Dataset holds them as they were stored, Dataset.standardised() hands them to a
network. Where each comes from is in grader/datasets/.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grader.datasets import digits, mnist, npz
from grader.datasets.fetch import INSTALL, fetch
from grader.datasets.npz import DataError, Images, Labels
from grader.datasets.scale import Standardised, standardise

__all__ = ["Availability", "DataError", "Dataset", "Standardised", "fetch", "load", "status"]

VARIABLE = "GRADER_DATA"
_FETCH = f"`grader data --fetch` gets MNIST; it needs TensorFlow: {INSTALL}."


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Labelled images in two splits, as they were stored. All arrays are read-only.

    Attributes:
        name: which thresholds hold: "mnist" for the official test split, wherever it was read.
        source: for people, e.g. "MNIST (Keras's cache)" or a file's name.
        note: what a reader of the result must know, e.g. that this is not MNIST; else None.
        y_train: (n,) labels from 0 to classes - 1.
        x_test: (t, h, w) images from 0 to 255.
        y_test: (t,) labels.
        fingerprint: SHA-256 over the bytes of x_test and y_test as uint8, in hexadecimal.
        first_train: inflates the first so many training images.
    """

    name: Literal["mnist", "digits", "file"]
    source: str
    note: str | None
    y_train: Labels
    x_test: Images
    y_test: Labels
    fingerprint: str
    first_train: Callable[[int], Images]

    @property
    def x_train(self) -> Images:
        """All training images (n, h, w); inflated anew each time, 0.2 s for MNIST.

        Raises:
            DataError: the file is damaged there.
        """
        return self.first_train(len(self.y_train))

    @property
    def classes(self) -> int:
        """How many different labels there are: the network's output size."""
        return int(self.y_train.max()) + 1

    @property
    def pixels(self) -> int:
        """How many pixels an image has: the network's input size, d."""
        return int(self.x_test[0].size)

    def standardised(
        self,
        n_train: int | NDArray[np.integer[Any]] | None = None,
        dtype: type[np.floating[Any]] = np.float64,
    ) -> Standardised:
        """All test images and some training images, by the mean and deviation of the latter.

        Args:
            n_train: how many training images, from the first; or the indices (n,) of those to
                take, in that order; None takes all. Only what is asked for is converted, and of a
                file nothing after the last of it is read.
            dtype: of X_train and X_test.

        Raises:
            DataError: there are not so many training images, or the file is damaged there.
            ValueError: n_train asks for none, or is no list of indices.
        """
        return standardise(self._chosen(n_train), (self.x_test, self.y_test), dtype)

    def _chosen(self, n_train: int | NDArray[np.integer[Any]] | None) -> tuple[Images, Labels]:
        if n_train is None:
            n_train = len(self.y_train)
        if isinstance(n_train, int | np.integer):
            least, wanted = int(n_train) - 1, int(n_train)
            pick: slice | NDArray[np.integer[Any]] = slice(None)
        else:
            pick = np.asarray(n_train)
            if pick.dtype.kind not in "iu" or pick.ndim != 1 or not pick.size:
                raise ValueError(f"n_train is {pick.dtype} {pick.shape}; indices are integers (n,)")
            least, wanted = int(pick.min()), int(pick.max()) + 1
        if least < 0:
            raise ValueError("n_train asks for no image, or for one before the first")
        if wanted > len(self.y_train):
            raise DataError(
                f"{self.source} has {len(self.y_train)} training images, {wanted} are asked for. "
                "Lower the number of training images, or choose larger data with --data."
            )
        return self.first_train(wanted)[pick], self.y_train[:wanted][pick]


def load(spec: str | None = None) -> Dataset:
    """The data that is asked for.

    Args:
        spec: "mnist": Keras's cache, which must be there and right. "digits": the embedded set.
            "auto": the first if it can be had, else the second, with a note that says so. Anything
            else is the path of an .npz file with Keras's four keys. None: what GRADER_DATA says,
            else "auto". Nothing is ever downloaded.

    Raises:
        DataError: it cannot be had.
    """
    if spec is not None:
        return _load(spec)
    spec = os.environ.get(VARIABLE)
    try:
        return _load(spec or "auto")
    except DataError as error:
        raise DataError(f"{error} (It was asked for by {VARIABLE}={spec}.)") from error


def _load(spec: str) -> Dataset:
    if spec == "digits":
        return _digits(None)
    if spec not in ("mnist", "auto"):
        return _file(spec)
    cache = mnist.find()
    if cache.blob is not None:
        return _archive(npz.read(cache.blob, str(cache.path)), "MNIST (Keras's cache)")
    if cache.fault is None:
        lack = f"MNIST is not here ({cache.path})"
    else:
        lack = f"The copy of MNIST in {cache.path} cannot be used: {cache.fault}"
    if spec == "mnist":
        raise DataError(f"{lack}. {_FETCH} Or choose --data digits, or --data FILE.npz.")
    return _digits(
        f"{lack}. So the embedded digits are used, fewer and smaller than MNIST's. {_FETCH}"
    )


def _digits(note: str | None) -> Dataset:
    x_train, y_train, x_test, y_test = digits.load()
    return Dataset(
        "digits",
        "UCI digits (embedded)",
        note,
        y_train,
        x_test,
        y_test,
        _fingerprint(x_test, y_test),
        partial(_head, x_train),
    )


def _file(spec: str) -> Dataset:
    path = Path(spec)
    if not spec or not (path.suffix or os.sep in spec or path.exists()):
        raise DataError(
            f"No data is called {spec!r}. "
            "Allowed: mnist, digits, auto, or the path of an .npz file with Keras's four keys."
        )
    return _archive(npz.read(npz.read_bytes(path), spec), path.name)


def _archive(archive: npz.Archive, source: str) -> Dataset:
    """Called MNIST if its test split is, for then MNIST's thresholds are the right ones."""
    fingerprint = _fingerprint(archive.x_test, archive.y_test)
    official = fingerprint == mnist.TEST_FINGERPRINT
    return Dataset(
        "mnist" if official else "file",
        source,
        None,
        archive.y_train,
        archive.x_test,
        archive.y_test,
        fingerprint,
        archive.first_train,
    )


def _head(images: Images, n: int) -> Images:
    return images[:n]


def _fingerprint(x_test: Images, y_test: Labels) -> str:
    digest = hashlib.sha256(np.ascontiguousarray(x_test).data)
    digest.update(np.ascontiguousarray(y_test).data)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Availability:
    """One row of `grader data`.

    Attributes:
        spec: what to write after --data, or "GRADER_DATA=..." for what that variable asks for.
        state: "corrupt" also covers what is there but cannot be read or used.
        where: a path, or words.
        detail: sizes if ready, else what is wrong and the cure.
    """

    spec: str
    state: Literal["ready", "absent", "corrupt"]
    where: str
    detail: str


def status() -> tuple[Availability, ...]:
    """What there is: MNIST, the digits, what auto would choose, and GRADER_DATA if it is set."""
    cache = mnist.find()
    if cache.blob is not None:
        first = Availability("mnist", "ready", str(cache.path), "verified")
    elif cache.fault is None:
        first = Availability("mnist", "absent", str(cache.path), _FETCH)
    else:
        first = Availability("mnist", "corrupt", str(cache.path), f"{cache.fault}. {_FETCH}")
    rows = [first]
    named = os.environ.get(VARIABLE)
    asked = [("digits", "digits"), ("auto", "auto")]
    asked += [(named, f"{VARIABLE}={named}")] if named else []
    for spec, title in asked:
        try:
            data = _load(spec)
        except DataError as error:
            rows.append(Availability(title, "corrupt", spec, str(error)))
        else:
            rows.append(Availability(title, "ready", data.source, _sizes(data)))
    return tuple(rows)


def _sizes(data: Dataset) -> str:
    height, width = data.x_test.shape[1:]
    return (
        f"{len(data.y_train)} training and {len(data.y_test)} test images of {height} x {width}, "
        f"{data.classes} classes"
    )
