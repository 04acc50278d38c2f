"""The training task: secret weights and permutations, a budget, and a threshold to reach.

The test images never enter the worker: the trained parameters are read back and scored here.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import ModuleType

import numpy as np

from grader.assignment import CLASS, PARAMETERS, Sizes
from grader.compare import Floats, Got
from grader.data import Dataset
from grader.errors import UsageError
from grader.network import Labels
from grader.rubric import Profile

INITIAL_SCALE = 0.01
"""Of the initial weights: the skeleton's own."""


@dataclass(frozen=True, slots=True)
class Exam:
    """What a submission is trained on, and how it is marked.

    Attributes:
        dataset: "mnist", "digits" or "file".
        parameters: the initial W1, b1, W2, b2.
        X_train, X_test: (input_size, m), standardised, pixels permuted.
        y_train, y_test: (m,), labels permuted.
        threshold: the fraction of X_test that must be recognised.
        deadline_s: seconds for the whole training.
        secret: a seed that nobody can know before the file is handed in.
        pixels: (input_size,) the permutation: row i of X_test is pixel pixels[i] of an image.
        labels: (output_size,) the permutation: a digit d is labelled labels[d].
        image: height and width of an image.
    """

    dataset: str
    parameters: Mapping[str, Floats]
    X_train: Floats
    y_train: Labels
    X_test: Floats
    y_test: Labels
    iters: int
    learning_rate: float
    threshold: float
    deadline_s: float
    secret: int
    pixels: Labels
    labels: Labels
    image: tuple[int, int]

    def accuracy(self, trained: Mapping[str, Got]) -> float:
        """The fraction of unseen digits that the trained parameters recognise.

        Raises:
            Mismatch: a parameter is no array of its shape.
        """
        value: dict[str, Floats] = {}
        for name, initial in self.parameters.items():
            value[name] = trained[name].array()
            if value[name].shape != initial.shape:
                raise trained[name].wrong(
                    f"has shape {value[name].shape} after training; {initial.shape} is expected."
                )
        with np.errstate(all="ignore"):
            Z2 = logits(value, self.X_test)
        finite = np.isfinite(Z2).all(axis=0)
        return float(np.mean((Z2.argmax(axis=0) == self.y_test) & finite))

    def loss(self, parameters: Mapping[str, Floats], most: int | None = None) -> float:
        """The mean cross-entropy of the training images, of the first `most`, in nats."""
        with np.errstate(all="ignore"):
            Z2 = logits(parameters, self.X_train[:, :most])
            Z2 -= Z2.max(axis=0)
            right = Z2[self.y_train[:most], np.arange(Z2.shape[1])]
            return float(np.mean(np.log(np.exp(Z2).sum(axis=0)) - right))


def logits(parameters: Mapping[str, Floats], X: Floats) -> Floats:
    """Z2 (output_size, m) of samples X (input_size, m)."""
    A1 = np.maximum(0, parameters["W1"] @ X + parameters["b1"])
    return np.asarray(parameters["W2"] @ A1 + parameters["b2"])


def set_exam(  # noqa: PLR0913, PLR0917  what an exam depends on
    dataset: Dataset,
    profile: Profile,
    sizes: Sizes,
    reference: ModuleType,
    seed: int,
    sha256: str,
) -> Exam:
    """Draw the training task from the seed and the submission's own bytes.

    Nobody can know the weights or the permutations before the file is handed in, and the same
    file always gets the same task.

    Raises:
        UsageError: the data do not fit the network.
    """
    for found, wanted, what in (
        (dataset.pixels, sizes.input_size, "pixels an image, and network.input_size"),
        (dataset.classes, sizes.output_size, "classes, and network.output_size"),
    ):
        if found < wanted or (found > wanted and found == dataset.pixels):
            raise UsageError(
                f"{dataset.source} has {found} {what} in the rubric is {wanted}; "
                "give other data with --data, or another size in the rubric"
            )
    digest = hashlib.sha256(f"{seed}:{sha256}".encode()).digest()
    rng = np.random.default_rng(list(digest))
    pixels = rng.permutation(sizes.input_size)
    labels = rng.permutation(sizes.output_size)
    usable = np.flatnonzero(dataset.y_train < sizes.output_size)
    data = dataset.standardised(usable[: profile.train_size])
    X_train, X_test = (np.asarray(X, np.float64) for X in (data.X_train, data.X_test))
    unseen = data.y_test < sizes.output_size
    parameters = {
        "W1": INITIAL_SCALE * rng.standard_normal((sizes.hidden_size, sizes.input_size)),
        "b1": np.zeros((sizes.hidden_size, 1)),
        "W2": INITIAL_SCALE * rng.standard_normal((sizes.output_size, sizes.hidden_size)),
        "b2": np.zeros((sizes.output_size, 1)),
    }
    exam = Exam(
        dataset=dataset.name,
        parameters=parameters,
        X_train=X_train[pixels],
        y_train=labels[data.y_train],
        X_test=X_test[pixels][:, unseen],
        y_test=labels[data.y_test[unseen]],
        iters=profile.iters,
        learning_rate=profile.learning_rate[dataset.name],
        threshold=profile.threshold.get(dataset.name, 0.0),
        deadline_s=profile.deadline_s,
        secret=int(rng.integers(2**31)),
        pixels=pixels,
        labels=labels,
        image=(dataset.x_test.shape[1], dataset.x_test.shape[2]),
    )
    if dataset.name in profile.threshold:
        return exam
    reached = exam.accuracy(train(exam, reference))
    return replace(exam, threshold=max(0.0, reached - profile.margin))


def train(exam: Exam, reference: ModuleType) -> dict[str, Got]:
    """The reference's parameters after the exam."""
    hidden, inputs = exam.parameters["W1"].shape
    outputs = exam.parameters["W2"].shape[0]
    network = getattr(reference, CLASS)(inputs, hidden, outputs, exam.learning_rate)
    for name, value in exam.parameters.items():
        setattr(network, name, value.copy())
    network.gradient_descent(exam.X_train, exam.y_train, exam.iters)
    return {name: Got(getattr(network, name), name, "the reference") for name in PARAMETERS}
