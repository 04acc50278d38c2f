"""What of the rubric goes into a handout: sizes, limits, and the training on the digits."""

from grader.assignment import TRAINING
from grader.handout.checks import Choice
from grader.practice.settings import Limits, Settings, Training
from grader.practice.task import fits
from grader.rubric import Rubric

PROFILE = "standard"
DATASET = "digits"


def trains(rubric: Rubric) -> bool:
    """Whether practice can train: on digits that fit the network, to a threshold that is known."""
    return fits(rubric.sizes) and DATASET in rubric.profile(PROFILE).threshold


def settings(rubric: Rubric, choice: Choice) -> Settings:
    """The settings of a handout with these checks; nothing of hidden ones.

    Args:
        rubric: the instructor's.
        choice: of checks; where none of them trains, no threshold is told.
    """
    limits, profile = rubric.limits, rubric.profile(PROFILE)
    training = None
    if any(check.method == TRAINING for check in choice.taken):
        training = Training(
            train_size=profile.train_size,
            iters=profile.iters,
            learning_rate=profile.learning_rate[DATASET],
            threshold=profile.threshold[DATASET],
            deadline_s=profile.deadline_s,
        )
    return Settings(
        seed=rubric.seed,
        examples=rubric.examples,
        sizes=rubric.sizes,
        limits=Limits(
            call_s=limits.call_s,
            load_s=limits.load_s,
            check_s=limits.check_s,
            submission_s=limits.submission_s,
            memory_mb=limits.memory_mb,
            file_kb=limits.file_kb,
        ),
        training=training,
        left_out=choice.left_out,
    )
