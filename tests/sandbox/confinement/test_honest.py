"""Honest code notices nothing: what students write runs behind all the walls."""

from collections.abc import Callable
from typing import Any

import honest
import pytest

Run = Callable[..., dict[str, Any]]
Mother = Callable[[dict[str, Any]], dict[str, Any]]

_EVIDENCE = {
    "draw": "PNG",
    "draw_with_other_fonts": "PNG",
    "linear_algebra": "(128, 1000)",
    "randomness": "8",
    "fourier": "True",
    "big_arrays": "10000000",
    "clocks": "True",
    "locks": "can't start new thread",
    "text": "True",
    "floating_point": "overflow encountered in exp",
    "curiosity": "PermissionError PermissionError nothing raised PermissionError "
    "ModuleNotFoundError /nn.py",
    "questions": "False",
    "signals": "1",
    "recursion": "RecursionError",
    "training": "True",
}


@pytest.mark.parametrize("subject", honest.CORPUS)
def test_honest_code_runs(run: Run, drawing_mother: Mother, subject: str, mode: str) -> None:
    """Each piece of the corpus does behind the walls what it does without them."""
    answer = run(subject, mode, by=drawing_mother)
    assert answer["level"] == "full" or "Landlock" in answer["layers"]["landlock"]
    assert (answer["outcome"], answer["status"]) == ("succeeded", 0), answer
    assert answer["detail"] == _EVIDENCE[subject]
