"""Counterexamples: short programs that show a mistake beside the nn.py that makes it."""

import ast
import io
import re
import subprocess
import sys

import msgspec
import numpy as np
import pytest
from rich.console import Console
from support.files import REFERENCE, ROOT

from grader import rubric
from grader.assemble import not_graded
from grader.counterexample import script
from grader.example import Example
from grader.grade import grade
from grader.judging import judging
from grader.options import Options
from grader.plugin import MOST_TRIES
from grader.render import scripts
from grader.render.terminal import render
from grader.report import Finding, Status, Visibility
from grader.running import run_checks
from grader.submission import Submission

_SLOW = pytest.mark.slow

FAULTS = [
    pytest.param("ReLU", "return np.maximum(0, Z)", "return Z", id="ReLU", marks=_SLOW),
    pytest.param(
        "ReLU", "return np.maximum(0, Z)", "Z[Z < 0] = 0\n    return Z", id="in place", marks=_SLOW
    ),
    pytest.param("softmax", "E.sum(axis=0, keepdims=True)", "E.sum()", id="softmax", marks=_SLOW),
    pytest.param(
        "forward_propagation",
        "self.W1 @ self.A0 + self.b1",
        "self.W1 @ self.A0",
        id="forward",
        marks=_SLOW,
    ),
    pytest.param(
        "one_hot",
        "np.eye(self.output_size, dtype=self.W2.dtype)[:, y]",
        "np.eye(self.output_size)[y]",
        id="one_hot",
        marks=_SLOW,
    ),
    pytest.param(
        "cross_entropy_loss",
        "np.arange(m)]).mean()",
        "np.arange(m)]).sum()",
        id="loss",
        marks=_SLOW,
    ),
    pytest.param("backward_propagation", " * (self.Z1 > 0)", "", id="no mask"),
    pytest.param(
        "backward_propagation",
        "dZ2.sum(axis=1, keepdims=True)",
        "dZ2.sum()",
        id="scalar",
        marks=_SLOW,
    ),
    pytest.param(
        "backward_propagation", "dZ1.sum(axis=1, keepdims=True)", "dZ1.sum(2)", id="raises"
    ),
    pytest.param(
        "update_params", "self.learning_rate * self.dW1", "0.01 * self.dW1", id="rate", marks=_SLOW
    ),
    pytest.param("get_predictions", ".argmax(axis=0)", ".argmin(axis=0)", id="least", marks=_SLOW),
    pytest.param("get_accuracy", "== y)", "== y) * 100", id="percent", marks=_SLOW),
    pytest.param(
        "gradient_descent", "range(iters)", "range(iters + 1)", id="a step more", marks=_SLOW
    ),
]
"""The method, and what of the reference becomes what."""


def planted(right, wrong):
    """The reference with a mistake."""
    assert REFERENCE.count(right) == 1
    return REFERENCE.replace(right, wrong)


def ran(folder, text, program):
    """What a program beside this nn.py prints: got, want and the error's last line."""
    (folder / "nn.py").write_text(text, "utf-8")
    (folder / "example.py").write_text(program, "utf-8")
    done = subprocess.run(
        [sys.executable, "-E", "-s", "-B", "example.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    got, _, want = done.stdout.partition("want:\n")
    return got.removeprefix("got:\n"), want, done.stderr.strip().rpartition("\n")[2]


@pytest.mark.parametrize(("method", "right", "wrong"), FAULTS)
def test_it_shows_the_mistake(grade_text, tmp_path, method, right, wrong):
    """Beside the faulty nn.py got and want differ or it raises; beside the reference they agree."""
    text = planted(right, wrong)
    shown = [c for c in grade_text(text).checks if c.counterexample]
    assert shown
    for check in shown:
        assert check.method == method
        lines = check.counterexample.splitlines()
        assert len(lines) < 30
        assert max(map(len, lines)) <= 100
        got, want, error = ran(tmp_path, text, check.counterexample)
        if check.status is Status.RAISED:
            assert error.startswith("numpy.exceptions.AxisError")
        else:
            assert not error
            assert got != want
        got, want, error = ran(tmp_path, REFERENCE, check.counterexample)
        assert got == want
        assert not error


CHECK = """
import numpy as np
import pytest
from hypothesis import given

from grader.checks.cases import matrices
from grader.compare import assert_close


@pytest.mark.check("ReLU", points=1)
@given(Z=matrices(-9, 9))
def test_relu(student, reference, Z):
    \'\'\'ReLU is right.\'\'\'
    with open({tried!r}, "a") as file:
        file.write(f"{{Z.size}} {{np.abs(Z).sum()}}\\n")
    assert_close(student.ReLU(Z).result, reference.ReLU(Z))
"""

LARGE = "return np.maximum(0, Z) + (np.abs(Z).sum() > 8)"
"""Wrong for matrices whose elements add up to more than 8."""


def judged(folder, warden, returns):
    """The outcome of CHECK for this ReLU, and size and sum of what was tried."""
    folder.mkdir()
    tried = folder / "tried"
    (folder / "test_mine.py").write_text(CHECK.format(tried=str(tried)), "utf-8")
    text = planted("return np.maximum(0, Z)", returns).encode()
    options = Options(rubric.load(), data="digits")
    with judging(Submission("nn.py", text), options, warden=warden) as opened:
        assert run_checks(opened.plugin, folder) is None
        (outcome,) = opened.plugin.outcomes
    lines = tried.read_text("utf-8").splitlines()
    return outcome, [(int(size), float(total)) for size, total in map(str.split, lines)]


def test_the_smallest_case_that_was_tried_is_shown(tmp_path, warden):
    """Shrinking ends after a number of tries; what is shown is the smallest, each time the same."""
    outcome, tried = judged(tmp_path / "once", warden, LARGE)
    again, same = judged(tmp_path / "twice", warden, LARGE)
    assert outcome.status is Status.FAILED
    assert (outcome.message, outcome.counterexample) == (again.message, again.counterexample)
    assert tried == same
    failed = [total > 8 for _, total in tried]
    assert len(tried) - failed.index(True) - 1 == MOST_TRIES
    sizes = [size for (size, _), bad in zip(tried, failed, strict=True) if bad]
    literal = re.search(r"^Z = np.array\(([^()]*)\)$", outcome.counterexample, re.MULTILINE)
    assert np.size(ast.literal_eval(literal.group(1))) == min(sizes) < sizes[0]


def test_what_differs_from_call_to_call_is_called_so(tmp_path, warden):
    """A ReLU that is wrong once, and never again, is told to be random, not shown."""
    once = """R = np.maximum(0, Z)
    globals().setdefault('calls', []).append(1)
    return R + (len(calls) == 3)"""
    outcome, _ = judged(tmp_path / "once", warden, once)
    assert outcome.status is Status.FAILED
    assert "different answers at different times" in outcome.message
    assert outcome.counterexample is None


def test_hidden_checks_show_none(warden):
    """What students may not see yet gives no case away, in the report or in a file."""
    rules = msgspec.structs.replace(
        rubric.load(), examples=1, visibility={"update::learning_rate": Visibility.AFTER_DUE_DATE}
    )
    text = planted("self.learning_rate * self.dW1", "0.01 * self.dW1").encode()
    options = Options(rules, profile="quick", data="digits")
    report = grade(Submission("nn.py", text), options, warden=warden)
    check = next(c for c in report.checks if c.id == "update::learning_rate")
    assert check.status is Status.FAILED
    assert check.counterexample is None
    assert not scripts.scripts(report)


PARAMETERS = {
    "W1": np.array([[0.5], [0.25]]),
    "b1": np.array([[0.1], [-0.1]]),
    "W2": np.array([[1.0, -1.0], [0.5, 2.0], [0.25, 0.0]]),
    "b2": np.zeros((3, 1)),
}
X = np.array([[1.0, -2.0]])
Z = np.array([[1.0, -2.0], [-0.0, 4.0]])


def of_function(**changes):
    """A case of ReLU."""
    case = Example((("ReLU", {"Z": Z}),), shows="result", want=np.maximum(0, Z))
    return Example(**{name: getattr(case, name) for name in case.__slots__} | changes)


def test_a_script_word_for_word():
    """It says what is wrong, makes the network and the calls, and prints got and want."""
    calls = (("forward_propagation", {"X": -X}), ("get_predictions", {"X": X}))
    case = Example(calls, PARAMETERS, shows="result", want=np.array([0, 1]))
    assert script(case) == (
        '''"""The result of get_predictions is wrong.

Save beside your nn.py as example.py and run: python example.py
"""

import numpy as np

from nn import NN

net = NN(1, 2, 3, 0.01)
net.W1 = np.array([[0.5], [0.25]])
net.b1 = np.array([[0.1], [-0.1]])
net.W2 = np.array([[1.0, -1.0], [0.5, 2.0], [0.25, 0.0]])
net.b2 = np.array([[0.0], [0.0], [0.0]])
X = np.array([[1.0, -2.0]])
net.forward_propagation(-X)
result = net.get_predictions(X)
want = np.array([0, 1])
np.set_printoptions(precision=6, suppress=True)
print("got:", np.atleast_1d(result), sep="\\n")
print("want:", want, sep="\\n")
'''
    )


def test_an_argument_that_is_changed():
    """What the argument was is kept before the call."""
    text = script(of_function(shows="Z", want=Z))
    assert "ReLU changes its argument Z." in text
    assert text.index("want = Z.copy()") < text.index("\nReLU(Z)\n") < text.index("atleast_1d(Z)")


def test_a_shape():
    """Of a wrong shape the shapes are shown."""
    text = script(of_function(want=(2, 2), of_shape=True))
    assert 'print("got:", np.shape(result), sep="\\n")' in text
    assert 'print("want:", (2, 2), sep="\\n")' in text


def test_with_helpers_it_says_so():
    """Where it was judged with other parts made right, the script says what to do first."""
    assert "mend that first" in script(of_function(), helped=True)
    assert "mend that first" not in script(of_function())


@pytest.mark.parametrize(
    "case",
    [
        None,
        of_function(want=None),
        of_function(want=np.array([[np.nan, 0.0], [0.0, 4.0]])),
        of_function(calls=(("ReLU", {"Z": np.ones((13, 13))}),)),
        of_function(calls=(("ReLU", {"Z": np.full((10, 10), 1 / 3)}),)),
        of_function(calls=(("ReLU", {"Z": np.full((2, 9), 1 / 3)}), ("ReLU", {"Z": Z}))),
        Example((("show_predictions", {"X": X}),), PARAMETERS),
    ],
    ids=["none", "nothing expected", "not finite", "large", "long", "wide", "drawing"],
)
def test_what_cannot_be_shown_is_not(case):
    """Nothing to show, or too much, gives no script."""
    assert script(case) is None


@pytest.mark.parametrize("scale", [1e-9, 1e-3, 1.0, 1e4])
@pytest.mark.parametrize("at", range(4))
def test_what_the_comparison_catches_can_be_seen(tmp_path, scale, at):
    """An error just above the tolerance shows in the numbers printed, at any scale."""
    want = scale * np.array([1.0, 0.1, 0.003, 3e-5])
    error = np.zeros(4)
    error[at] = 1.1 * (1e-4 * want[at] + 2e-6 * scale)
    text = f"import numpy as np\ndef ReLU(Z):\n    return np.array({(want + error).tolist()})\n"
    got, wanted, _ = ran(tmp_path, text, script(of_function(want=want)))
    assert got != wanted
    right = text.replace(str((want + error).tolist()), str(want.tolist()))
    got, wanted, _ = ran(tmp_path, right, script(of_function(want=want)))
    assert got == wanted


def finding(method, counterexample):
    """A failed check."""
    return Finding(
        id=f"{method}::a",
        method=method,
        title="A check.",
        status=Status.FAILED,
        points=0,
        max_points=1,
        visibility=Visibility.VISIBLE,
        message="Wrong.",
        diagnosis=None,
        counterexample=counterexample,
        duration_s=0,
    )


def test_files(tmp_path):
    """A file a method; what the grader did not write is never overwritten, its own is."""
    report = msgspec.structs.replace(
        not_graded("", tmp_path / "nn.py", 0, "quick"),
        status="graded",
        checks=(finding("ReLU", None), finding("ReLU", "1\n"), finding("ReLU", "2\n")),
    )
    path = tmp_path / "new" / "folder" / "ReLU.py"
    done = scripts.write(report, path.parent)
    assert (done.files, done.kept) == ({"ReLU": path}, {})
    assert path.read_text("utf-8") == f"{scripts.HEADER}\n1\n"
    path.write_text(f"{scripts.HEADER}\nolder", "utf-8")
    scripts.write(report, path.parent)
    assert path.read_text("utf-8") == f"{scripts.HEADER}\n1\n"
    for others in ("mine", f"{scripts.HEADER} mine\n", ""):
        path.write_text(others, "utf-8")
        done = scripts.write(report, path.parent)
        assert (done.files, done.kept) == ({}, {"ReLU": path})
        assert path.read_text("utf-8") == others


def printed(report, written):
    """What the terminal's renderer prints."""
    console = Console(file=io.StringIO(), width=80)
    render(report, console, written)
    return console.file.getvalue()


def test_the_terminal_points_at_them(tmp_path):
    """It names the files, or the option that writes them; nothing, where there are none."""
    report = msgspec.structs.replace(
        not_graded("", tmp_path / "nn.py", 0, "quick"),
        status="graded",
        checks=(finding("ReLU", "1\n"), finding("softmax", "2\n"), finding("one_hot", None)),
    )
    assert "then: python " in printed(report, None)
    assert "ReLU.py, likewise softmax\n" in printed(report, None)
    (tmp_path / "softmax.py").write_text("mine", "utf-8")
    text = printed(report, scripts.write(report, tmp_path))
    assert f"    A small case to run beside nn.py: {tmp_path / 'ReLU.py'}\n" in text
    assert f"    {tmp_path / 'softmax.py'} is not the grader's: left as it is\n" in text
    assert "--examples" not in text
    assert "mall case" not in printed(msgspec.structs.replace(report, checks=()), None)


def command(*arguments):
    """Run `grader grade`."""
    return subprocess.run(
        [sys.executable, "-m", "grader", "grade", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.slow
def test_the_option(tmp_path):
    """--examples DIR writes them beside nn.py, and they run there; the names are printed."""
    file = tmp_path / "nn.py"
    file.write_text(planted("E.sum(axis=0, keepdims=True)", "E.sum()"), "utf-8")
    done = command(file, "--data", "digits", "--profile", "quick", "--examples", tmp_path)
    assert done.returncode == 0
    assert f"A small case to run beside nn.py: {tmp_path / 'softmax.py'}" in done.stdout
    program = (tmp_path / "softmax.py").read_text("utf-8")
    got, want, error = ran(tmp_path, file.read_text("utf-8"), program)
    assert got != want
    assert not error


def test_examples_into_a_file(tmp_path):
    """A file where the folder is to be: exit 2, the file as it was, nothing graded."""
    file = tmp_path / "nn.py"
    file.write_text(REFERENCE, "utf-8")
    done = command(file, "--examples", file)
    assert done.returncode == 2
    assert "is a file; name a folder" in " ".join(done.stderr.split())
    assert file.read_text("utf-8") == REFERENCE


def test_no_examples_no_folder(tmp_path):
    """Where nothing is to be shown no folder is made."""
    report = not_graded("", tmp_path / "nn.py", 0, "quick")
    assert scripts.write(report, tmp_path / "new") == scripts.Written()
    assert not (tmp_path / "new").exists()
