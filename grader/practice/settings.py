"""How a handout's practice runs: numbers of the instructor's rubric, and what it leaves out."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from grader.assignment import Sizes
from grader.errors import GraderError

FILE = Path(__file__).with_name("settings.json")
"""Written when the handout is made; the grader itself has none."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a submission may use; see the rubric."""

    call_s: float
    load_s: float
    check_s: float
    submission_s: float
    memory_mb: int
    file_kb: int


@dataclass(frozen=True, slots=True)
class Training:
    """How practice trains on the embedded digits.

    Attributes:
        train_size: how many images.
        iters: how many steps.
        threshold: the fraction of unseen images that must be recognised.
        deadline_s: seconds for the whole training.
    """

    train_size: int
    iters: int
    learning_rate: float
    threshold: float
    deadline_s: float


@dataclass(frozen=True, slots=True)
class Real:
    """A check of the real grader that practice does not run as it is.

    Attributes:
        method: that it judges.
        title: its first line.
        own: whether practice compares with the submission's own parts instead.
    """

    method: str
    title: str
    own: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it.

    Attributes:
        seed: of the cases.
        examples: how many cases are drawn for a check.
        sizes: of the assignment's network.
        training: None: practice does not train.
        left_out: what only the real grader can tell, in its order.
    """

    seed: int
    examples: int
    sizes: Sizes
    limits: Limits
    training: Training | None
    left_out: tuple[Real, ...] = ()


def dumps(settings: Settings) -> str:
    """The settings as JSON."""
    return json.dumps(asdict(settings), indent=1) + "\n"


def load(path: Path = FILE) -> Settings:
    """Read what `dumps` wrote.

    Raises:
        GraderError: the file is not there, or holds something else.
    """
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        training = found["training"]
        return Settings(
            seed=found["seed"],
            examples=found["examples"],
            sizes=Sizes(**found["sizes"]),
            limits=Limits(**found["limits"]),
            training=None if training is None else Training(**training),
            left_out=tuple(Real(**real) for real in found["left_out"]),
        )
    except (OSError, ValueError, TypeError, KeyError):
        raise GraderError(
            f"{path.name} is missing or damaged: unpack the handout again, and install it again"
        ) from None
