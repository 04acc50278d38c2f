"""As many images of a data set as one grading uses, as an .npz file of its own."""

import io
from dataclasses import dataclass

import numpy as np

from grader import data
from grader.archive import pack
from grader.data import DataError
from grader.datasets import npz
from grader.errors import UsageError
from grader.exam import set_exam
from grader.rubric import Rubric
from grader.solution import load_reference


@dataclass(frozen=True, slots=True)
class Subset:
    """A part of a data set.

    Attributes:
        content: the bytes of an .npz file with Keras's four keys, compressed.
        train, test: how many images it holds.
    """

    content: bytes
    train: int
    test: int


def subset(spec: str, rubric: Rubric, profile: str) -> Subset | None:
    """The training images of the profile, and all test images.

    A grading on them is the same as on the whole: a network is trained on the first images, and
    the data set is known by its test images. None for the digits that come with the grader.

    Args:
        spec: see data.load.
        rubric: for the sizes of the network.
        profile: for how many images it trains on.

    Raises:
        UsageError: there are no such data, or they do not fit the rubric.
    """
    try:
        whole = data.load(spec)
        if whole.name == "digits":
            return None
        set_exam(whole, rubric.profile(profile), rubric.sizes, load_reference(), rubric.seed, "")
        usable = np.flatnonzero(whole.y_train < rubric.sizes.output_size)
        chosen = usable[: rubric.profile(profile).train_size]
        arrays = {
            "x_train": whole.first_train(int(chosen[-1]) + 1)[chosen],
            "y_train": whole.y_train[chosen],
            "x_test": whole.x_test,
            "y_test": whole.y_test,
        }
        content = pack({f"{name}.npy": _npy(array) for name, array in arrays.items()})
        npz.read(content, f"the part of {whole.source} that the profile {profile} uses")
    except DataError as error:
        raise UsageError(str(error)) from None
    return Subset(content, len(chosen), len(whole.y_test))


def _npy(array: npz.Images) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.ascontiguousarray(array), version=(1, 0))
    return buffer.getvalue()
