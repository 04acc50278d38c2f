"""The worked solution and what belongs to it, loaded from beside this package; its networks."""

import importlib.util
from collections.abc import Mapping
from copy import copy
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import numpy as np

import grader
from grader.assignment import CLASS, Sizes
from grader.errors import GraderError, UsageError

FOLDER = Path(grader.__file__).parent.parent / "reference"
"""Beside this package, whatever the current folder holds."""


class Misconception(Protocol):
    """A typical mistake, as reference/misconceptions.py lists them."""

    @property
    def id(self) -> str:
        """Its name, the only one of its kind."""

    @property
    def method(self) -> str:
        """The part of the contract that it is in."""

    @property
    def hint(self) -> str:
        """What a student who made it is told."""

    def apply(self, source: str) -> str:
        """The reference's source with the mistake in it; a ValueError where that cannot be."""


class Style(Protocol):
    """A right program in another style, as reference/styles.py lists them."""

    @property
    def name(self) -> str:
        """What is different."""

    @property
    def costs(self) -> frozenset[str]:
        """The checks that it fails all the same."""

    def apply(self, reference: str) -> bytes:
        """The program, made from the reference's source; a ValueError where that cannot be."""


def load_reference() -> ModuleType:
    """The worked solution."""
    return _load("nn.py")


def load_catalogue() -> tuple[Misconception, ...]:
    """The typical mistakes; raises UsageError where the file does not hold what it should."""
    try:
        return tuple(_load("misconceptions.py").catalogue())
    except ValueError as error:
        raise UsageError(str(error)) from None


def load_styles() -> tuple[Style, ...]:
    """The right programs in other styles."""
    return tuple(_load("styles.py").styles())


def read_reference(name: str = "nn.py") -> str:
    """The text of a file beside the worked solution; raises GraderError when it is missing."""
    try:
        return FOLDER.joinpath(name).read_text("utf-8")
    except OSError as error:
        raise GraderError(f"{FOLDER / name} cannot be read: {error.strerror or error}") from None


def _load(name: str) -> ModuleType:
    path = FOLDER / name
    spec = importlib.util.spec_from_file_location(f"reference.{path.stem}", path)
    if spec is None or spec.loader is None or not path.exists():
        raise GraderError(f"the reference solution is missing: {path}; install nn-grader again")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@lru_cache(maxsize=32)
def _blank(reference: ModuleType, sizes: Sizes) -> Any:  # noqa: ANN401  an instructor's module
    return getattr(reference, CLASS)(**asdict(sizes))


def network_of(reference: ModuleType, sizes: Sizes, state: Mapping[str, object]) -> Any:  # noqa: ANN401  an instructor's module has no type
    """A network of the reference with these attributes.

    Drawing 100 000 initial weights takes longer than a forward pass, so that networks are copies
    of one that was made before. Arrays of `state` are copied, too: a reference of one's own may
    step by `self.W1 -= ...`, and they are the caller's.
    """
    network = copy(_blank(reference, sizes))
    for name, value in state.items():
        setattr(network, name, value.copy() if isinstance(value, np.ndarray) else value)
    return network
