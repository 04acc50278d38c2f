"""What many tests share: the real MNIST where there is one, and a quick way to grade a text."""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from grader import rubric
from grader.grade import grade
from grader.options import Options
from grader.report import Report
from grader.sandbox.warden import Warden
from grader.submission import Submission

pytest_plugins = ["support.browsers"]

Grade = Callable[..., Report]


@pytest.fixture(scope="session")
def mnist() -> Path:
    """The file that GRADER_TEST_MNIST names: MNIST under Keras's four keys."""
    named = os.environ.get("GRADER_TEST_MNIST")
    if not named:
        pytest.skip("set GRADER_TEST_MNIST to an mnist.npz to run this test on the real MNIST")
    return Path(named)


@pytest.fixture(scope="session")
def warden():
    """One warden for many gradings, with everything imported."""
    with Warden.start(preload=("numpy", "matplotlib")) as started:
        yield started


@pytest.fixture(scope="session")
def grade_text(warden) -> Grade:
    """Grades a text as nn.py, quickly: on the digits, with little training."""
    rules = msgspec.structs.replace(rubric.load(), examples=4)

    def run(text: str | bytes, *, seed: int = rules.seed, profile: str = "quick") -> Report:
        source = text.encode() if isinstance(text, str) else text
        options = Options(rules, profile=profile, seed=seed, data="digits")
        return grade(Submission("nn.py", source), options, warden=warden)

    return run
