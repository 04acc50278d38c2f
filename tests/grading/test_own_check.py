"""A check of an instructor's own, as grader/README.md tells how to add one."""

import re

from support.files import REFERENCE, ROOT

from grader import rubric
from grader.judging import judging
from grader.options import Options
from grader.report import Status
from grader.running import run_checks
from grader.submission import Submission

IMPORTS = """
import pytest
from hypothesis import given

from grader.checks.cases import matrices
from grader.compare import assert_close

"""


def outcomes(folder, text, check, warden):
    """What the checks in a folder say of a text."""
    (folder / "test_mine.py").write_text(IMPORTS + check, "utf-8")
    options = Options(rubric.load(), data="digits")
    with judging(Submission("nn.py", text.encode()), options, warden=warden) as opened:
        fault = run_checks(opened.plugin, folder)
        return fault, opened.plugin.outcomes


def test_the_example_works(tmp_path, warden):
    """The README's ten lines are a check: the reference passes it, and a fault fails it."""
    guide = (ROOT / "grader" / "README.md").read_text("utf-8")
    example = re.search(r"```python\n(.*?)```", guide, re.DOTALL).group(1)
    fault, (mine,) = outcomes(tmp_path, REFERENCE, example, warden)
    assert fault is None
    assert (mine.id, mine.method, mine.status) == ("mine::relu_twice", "ReLU", Status.PASSED)
    wrong = REFERENCE.replace("np.maximum(0, Z)", "np.maximum(0, Z) / 2")
    _, (mine,) = outcomes(tmp_path, wrong, example, warden)
    assert mine.status is Status.FAILED


def test_mistakes_in_a_check_are_told(tmp_path, warden):
    """A check without docstring, with a wrong method, or that cannot be imported, is named."""
    for check, says in (
        ("@pytest.mark.check('ReLU', points=1)\ndef test_a(student): pass\n", "no docstring"),
        ("@pytest.mark.check('relu', points=1)\ndef test_a(student):\n    '''T.'''\n", "'relu'"),
        ("def test_a(student):\n    '''T.'''\n", "has no marker"),
        ("import nowhere\n", "nowhere"),
    ):
        fault, judged = outcomes(tmp_path, REFERENCE, check, warden)
        assert says in fault
        assert judged == ()


def test_a_check_that_breaks_is_our_fault(tmp_path, warden):
    """An error in a check itself is a grader_error, and no fault of the student's."""
    check = "@pytest.mark.check('ReLU', points=1)\ndef test_a(student):\n    '''T.'''\n    1 / 0\n"
    _, (mine,) = outcomes(tmp_path, REFERENCE, check, warden)
    assert mine.status is Status.GRADER_ERROR
    assert "ZeroDivisionError" in mine.message
