"""How to grade: what a caller of the grader chooses."""

from dataclasses import dataclass

from grader import rubric
from grader.rubric import Rubric
from grader.sandbox.confine import Level


@dataclass(frozen=True, slots=True)
class Options:
    """How to grade.

    Attributes:
        rubric: points, limits and thresholds.
        profile: which of the rubric's budgets of training.
        seed: of the cases and the training task.
        data: see data.load.
        require: how high the sandbox's walls must be; None takes what there is.
        exhibits: whether to gather what pictures are drawn from, after the checks.
    """

    rubric: Rubric
    profile: str = "standard"
    seed: int = 0
    data: str | None = None
    require: Level | None = None
    exhibits: bool = False

    @classmethod
    def default(cls) -> "Options":
        """The package's own rubric, and its seed."""
        loaded = rubric.load()
        return cls(loaded, seed=loaded.seed)
