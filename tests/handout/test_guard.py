"""The guard at the door, and the scissors: each with faults planted for it to find."""

import pytest
from support.files import REFERENCE, ROOT, SKELETON

from grader import rubric
from grader.errors import GraderError
from grader.handout import guard
from grader.handout.build import build
from grader.handout.cut import cut, reached

SECRETS = guard.lines_of(REFERENCE, SKELETON)

PLANTED = {
    "as it stands": "        self.dW2 = dZ2 @ self.A1.T",
    "without self": "dW2 = dZ2 @ A1.T",
    "in other lines": "E = np.exp(\n    Z - Z.max(\n        axis=0, keepdims=True)\n)",
    "in a comment": "x = 1  # return np.maximum(0, Z)",
    "in a larger expression": "x = 2 * np.exp(Z - Z.max(axis=0, keepdims=True))",
    "without spaces": "self.W1=self.W1-self.learning_rate*self.dW1",
}


@pytest.mark.parametrize("line", PLANTED.values(), ids=PLANTED)
def test_a_planted_line_is_found(line):
    """A line of the solution is found however it is written, and its place is named."""
    files = {"a.py": b"import os\n", "b.md": f"one\n\n{line}\n".encode()}
    with pytest.raises(GraderError, match=r"b\.md, line 3, holds line \d+ of reference/nn\.py"):
        guard.watch(files, SECRETS)


@pytest.mark.parametrize(
    "line",
    ["return self.A2", "m = X.shape[1]", "for _ in range(iters):", "self.A1 = ReLU(self.Z1)"],
)
def test_what_computes_nothing_or_is_told_is_no_secret(line):
    """Trivial lines, and equations of the skeleton's own docstring, may stand anywhere."""
    guard.watch({"a.py": line.encode()}, SECRETS)


def test_every_method_has_secrets():
    """The solution's lines that tell something are of all its graded functions."""
    assert len(SECRETS) > 25
    lines = REFERENCE.splitlines()
    numbers = {int(secret.what.split()[1]) for secret in SECRETS}
    assert {"W1", "b1", "W2", "b2"} <= {
        lines[n - 1].split("=")[0].strip().removeprefix("self.") for n in numbers
    }


def test_a_solved_skeleton_is_refused(tmp_path):
    """A skeleton in which somebody has filled in a method is not packed."""
    for name in ("nn.py", "README.md"):
        (tmp_path / name).write_bytes((ROOT / "student" / name).read_bytes())
    text = SKELETON.replace("raise NotImplementedError", "return np.maximum(0, Z)", 1)
    (tmp_path / "nn.py").write_text(text)
    line = text[: text.index("np.maximum")].count("\n") + 1
    with pytest.raises(GraderError, match=rf"nn\.py, line {line}, holds line"):
        build(rubric.load(), tmp_path)


def test_sentences_are_found():
    """A hint is found in any file, over the ends of lines too."""
    secrets = guard.texts("a hint", ["Average over the samples."])
    with pytest.raises(GraderError, match=r"x\.py, line 2, holds a hint"):
        guard.watch({"x.py": b"#\n# say: Average over\nthe samples."}, secrets)


def test_what_is_no_text_is_left_alone():
    """Binary files are not read."""
    guard.watch({"a.npz": b"\xff\xfe return np.maximum(0, Z)"}, SECRETS)


MODULE = '''"""What it is."""

import os
from math import cos, sin

# About A.
A = 1
"""Of A."""

B = A + 1


def used(x):
    """Uses B."""
    return sin(x) + B


@staticmethod
def unused():
    return cos(os.getpid())
'''


def test_cut_keeps_what_is_reached():
    """The wanted function stays with its constants, comments and imports; nothing else does."""
    found = cut(MODULE, frozenset({"used"}))
    assert found == (
        '"""What it is."""\n\n\nfrom math import sin\n\n\n# About A.\nA = 1\n"""Of A."""\n\n\n'
        'B = A + 1\n\n\ndef used(x):\n    """Uses B."""\n    return sin(x) + B\n'
    )


def test_cut_of_one_constant():
    """Of a module of which one constant is wanted, that is all."""
    assert (
        cut(MODULE, frozenset({"A"})) == '"""What it is."""\n\n\n# About A.\nA = 1\n"""Of A."""\n'
    )


def test_cut_keeps_fixtures_and_marks():
    """A fixture of the file's own, and a mark for all of the file, stay with a check."""
    text = "pytestmark = 1\n\n\ndef thing(): ...\n\n\ndef other(): ...\n\n\ndef check(thing): ...\n"
    found = cut(text, frozenset({"check"}))
    assert "pytestmark" in found
    assert "def thing" in found
    assert "other" not in found


def test_cut_says_what_is_missing():
    """A name that the module does not define is an error that names it."""
    with pytest.raises(KeyError, match="nothing"):
        cut(MODULE, frozenset({"nothing"}))


def test_reached_goes_all_the_way():
    """What a function reaches through a constant is reached."""
    assert {"used", "A", "B", "sin"} <= reached(MODULE, "used")
    assert "cos" not in reached(MODULE, "used")
