"""What the maker of a Gradescope package tells the autograder inside it."""

import msgspec

SETTINGS = "autograder.json"
RUBRIC = "rubric.toml"
DATA = "data.npz"


class Settings(msgspec.Struct, frozen=True):
    """How to grade.

    Attributes:
        profile: of the training.
        rubric: whether there is a file RUBRIC, to be used in place of the grader's own.
        data: whether there is a file DATA; otherwise the embedded digits are used.
    """

    profile: str
    rubric: bool
    data: bool
