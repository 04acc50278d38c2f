"""Who a Student deals with: what limits it, what knows the right answers, who watches."""

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, Protocol

from grader.assignment import Sizes
from grader.sandbox.request import Serve, Value

Watcher = Callable[[int, int, Mapping[str, Value]], None]
"""Hears of a step, of how many there are, and of W1, b1, W2, b2 as far as they are known."""


class Limits(Protocol):
    """What a submission may use, as the rubric says it."""

    @property
    def call_s(self) -> float:
        """Seconds for one call."""

    @property
    def submission_s(self) -> float:
        """Seconds for all calls together."""


class Solution(Protocol):
    """The worked solution, as oracle.py serves it."""

    @property
    def reference(self) -> ModuleType:
        """Its module."""

    def serve(
        self,
        sizes: Sizes,
        learning_rate: float,
        *,
        stubs: frozenset[str],
        samples: int,
        budget_s: float,
    ) -> Serve:
        """What answers stubs."""

    def network(self, sizes: Sizes, state: Mapping[str, object]) -> Any:  # noqa: ANN401  an instructor's module has no type
        """A network of its own."""
