"""The contract of a submission, as data: its names, shapes, and who calls whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

PARAMETERS = ("W1", "b1", "W2", "b2")
ACTIVATIONS = ("A0", "Z1", "A1", "Z2", "A2")
GRADIENTS = ("dW1", "db1", "dW2", "db2")

CLASS = "NN"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large a network is."""

    input_size: int = 784
    hidden_size: int = 128
    output_size: int = 10


ASSIGNED = Sizes()
"""The network of the assignment itself."""


@dataclass(frozen=True, slots=True)
class Method:
    """One graded part of the contract.

    Attributes:
        name: as the student defines it.
        arguments: what the contract hands to it; a call binds them by name (see ALIASES).
        reads: attributes of the network that it may rely on.
        sets: attributes of the network that it must set.
        collaborators: parts it may call; a fault in one of them is not its own.
        optional: a submission may leave it out.
    """

    name: str
    arguments: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    collaborators: tuple[str, ...] = ()
    optional: bool = False


FUNCTIONS = ("ReLU", "softmax")
"""Defined at the top of the module; every other method belongs to the class."""

_FORWARD = ("ReLU", "softmax", "forward_propagation")

METHODS: Mapping[str, Method] = MappingProxyType(
    {
        method.name: method
        for method in (
            Method("ReLU", ("Z",)),
            Method("softmax", ("Z",)),
            Method("forward_propagation", ("X",), PARAMETERS, ACTIVATIONS, ("ReLU", "softmax")),
            Method("one_hot", ("y",), optional=True),
            Method(
                "cross_entropy_loss",
                ("X", "y"),
                (*PARAMETERS, *ACTIVATIONS),
                collaborators=(*_FORWARD, "one_hot"),
                optional=True,
            ),
            Method(
                "backward_propagation",
                ("X", "y"),
                (*PARAMETERS, *ACTIVATIONS),
                GRADIENTS,
                (*_FORWARD, "one_hot", "cross_entropy_loss"),
            ),
            Method("update_params", (), (*PARAMETERS, *GRADIENTS), PARAMETERS),
            Method("get_predictions", ("X",), (*PARAMETERS, *ACTIVATIONS), (), _FORWARD),
            Method(
                "get_accuracy",
                ("X", "y"),
                (*PARAMETERS, *ACTIVATIONS),
                (),
                (*_FORWARD, "one_hot", "get_predictions"),
            ),
            Method(
                "gradient_descent",
                ("X", "y", "iters"),
                PARAMETERS,
                PARAMETERS,
                (
                    *_FORWARD,
                    "one_hot",
                    "cross_entropy_loss",
                    "backward_propagation",
                    "update_params",
                    "get_predictions",
                    "get_accuracy",
                ),
            ),
            Method(
                "show_predictions",
                ("X", "y", "num_samples"),
                PARAMETERS,
                (),
                (*_FORWARD, "get_predictions"),
            ),
        )
    }
)
"""In the order in which they are judged: nothing comes before what it calls."""

TRAINING = "training"
"""Not a method: the network as a whole, trained and held to the accuracy threshold."""

GRADED = (*METHODS, TRAINING)

ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Z": ("z", "x", "a", "inputs", "scores", "logits"),
        "X": ("x", "inputs", "data", "images", "samples", "a0", "x_train", "x_test", "features"),
        "y": ("y", "labels", "targets", "y_true", "y_train", "y_test", "label", "target"),
        "iters": (
            "iters",
            "iterations",
            "epochs",
            "n_iters",
            "num_iters",
            "num_iterations",
            "n_iterations",
            "num_epochs",
            "n_epochs",
            "steps",
            "max_iters",
            "iter",
        ),
        "learning_rate": ("learning_rate", "lr", "alpha", "eta", "rate", "step_size"),
        "num_samples": ("num_samples", "n_samples", "n", "samples", "num"),
        "num_classes": (
            "num_classes",
            "n_classes",
            "classes",
            "output_size",
            "k",
            "num_labels",
            "n_labels",
            "depth",
        ),
        "m": ("m", "batch_size_total", "num_examples", "n_examples"),
        "A2": (
            *("a2", "y_pred", "y_hat", "yhat", "probs", "probabilities", "output", "outputs"),
            *("predictions", "preds", "al"),
        ),
        "predictions": ("predictions", "preds", "y_pred", "y_hat", "yhat", "predicted"),
        "gradients": ("gradients", "grads", "gradient", "grad"),
        "one_hot_y": ("one_hot_y", "y_one_hot", "y_onehot", "onehot_y", "y_oh", "y_hot", "one_hot"),
        "input_size": ("input_size", "n_inputs", "num_inputs", "input_dim", "n_x", "n_in"),
        "hidden_size": ("hidden_size", "n_hidden", "num_hidden", "hidden_dim", "n_h", "hidden"),
        "output_size": ("output_size", "n_outputs", "num_outputs", "output_dim", "n_y", "n_out"),
    }
)
"""What a parameter may be called, in lower case, for it to be given each thing a call offers.

Attributes of the network (W1, A2, dW1 ...) are offered under their own names as well.
"""
