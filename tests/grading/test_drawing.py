"""The same seed draws the same cases, whatever else the process has imported."""

import subprocess
import sys

import pytest
from hypothesis.internal.conjecture import providers
from support.files import ROOT

from grader.drawing import same_draws

PROGRAM = """
import sys
from contextlib import nullcontext
import hypothesis
from hypothesis import strategies as st
from grader.drawing import same_draws

if sys.argv[1] == "more":
    sys.path.insert(0, sys.argv[3])
    import numbers_of_mine

drawn = []

@hypothesis.seed(1)
@hypothesis.settings(max_examples=300, database=None, deadline=None)
@hypothesis.given(st.integers(0, 2**31 - 1))
def draw(number):
    drawn.append(number)

with same_draws() if sys.argv[2] == "same" else nullcontext():
    draw()
print(drawn)
"""


def drawn(imports, how, folder):
    """What a process draws that imported more, or not."""
    line = [sys.executable, "-c", PROGRAM, imports, how, folder]
    return subprocess.run(line, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def test_draws_do_not_depend_on_imports(tmp_path):
    """With a module full of numbers or without it; and without our help it is not so."""
    if not hasattr(providers.HypothesisProvider, "_maybe_draw_constant"):
        pytest.skip("this Hypothesis draws no constants")
    numbers = "\n".join(f"n{n} = {1_000_003 * n}" for n in range(1, 200))
    (tmp_path / "numbers_of_mine.py").write_text(numbers, "utf-8")
    assert drawn("no more", "same", tmp_path) == drawn("more", "same", tmp_path)
    assert drawn("no more", "any", tmp_path) != drawn("more", "any", tmp_path)


def test_the_draws_of_others_are_left_alone():
    """After the block Hypothesis is as it was."""
    before = vars(providers.HypothesisProvider).get("_maybe_draw_constant")
    with same_draws():
        assert (
            vars(providers.HypothesisProvider).get("_maybe_draw_constant") != before or not before
        )
    assert vars(providers.HypothesisProvider).get("_maybe_draw_constant") == before
