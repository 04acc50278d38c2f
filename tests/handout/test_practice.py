"""Practice on right, wrong, empty and hostile files, in this process."""

import io
import json

import pytest
from rich.console import Console
from support.files import REFERENCE, SKELETON, ZEROS

from grader.errors import GraderError
from grader.exits import NOT_GRADED, USAGE
from grader.practice.command import run
from grader.practice.run import Practised
from grader.practice.settings import dumps, load
from grader.practice.show import lines, render
from grader.report import Outcome, Status
from reference.misconceptions import catalogue

ENTRIES = {entry.id: entry for entry in catalogue()}

CAUGHT = {
    "leaky": "own_activations",
    "whole-matrix": "own_activations",
    "no-b1": "own_forward",
    "as-tall-as-the-batch": "own_one_hot",
    "percent": "own_predictions",
    "wrong-axis": "own_predictions",
    "fixed-rate-w1": "update",
    "a-step-short": "own_descent",
}
"""Mistakes, and the file of the checks that catch them; the slow tests try all there are."""


def said(practised, left_out=(), *, width=80, terminal=False):
    """What is printed."""
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=terminal, highlight=False)
    render(practised, left_out, console)
    return out.getvalue()


def failing(practised):
    """The methods that something fails of."""
    return {o.method for o in practised.outcomes if o.status is not Status.PASSED}


def outcome(status=Status.FAILED, method="softmax", **more):
    """An outcome made by hand."""
    message = more.pop("message", "softmax is wrong.")
    return Outcome(
        id=f"{method}::x",
        method=method,
        title="A title.",
        status=status,
        weight=1,
        message="" if status is Status.PASSED else message,
        **more,
    )


@pytest.mark.parametrize(("name", "file"), CAUGHT.items(), ids=CAUGHT)
def test_a_mistake_is_found_without_right_answers(practise_text, name, file):
    """A typical mistake fails a practice check of the method that it is in."""
    entry = ENTRIES[name]
    assert entry.method in failing(practise_text(entry.apply(REFERENCE), file))


@pytest.mark.parametrize("name", ["no-mask", "scalar-db1"])
def test_a_wrong_gradient_is_held_against_the_own_loss(practise_text, name):
    """A wrong gradient is not the slope of the file's own loss; the message has both numbers."""
    practised = practise_text(ENTRIES[name].apply(REFERENCE), "own_gradient")
    assert failing(practised) == {"backward_propagation"}


@pytest.mark.slow
def test_a_right_file_passes_all(practise_text, settings):
    """The worked solution passes every check; what only the real grader tells is named."""
    practised = practise_text(REFERENCE)
    assert failing(practised) == set()
    text = said(practised, settings.left_out)
    assert "4 of 4 practice checks pass" in text
    assert "Practice cannot check" in text
    assert "everything that practice can see is right" in text
    assert "100" not in text


def test_a_skeleton_is_told_where_to_begin(practise_text, settings):
    """Of the skeleton nothing is wrong: it is not written yet, and one begins with ReLU."""
    text = said(practise_text(SKELETON), settings.left_out)
    assert text.count("not written yet") == 10
    assert "Next: write ReLU." in text


def test_nothing_by_triviality(practise_text):
    """A file that returns zeros has no practice check that counts, shapes and purity neither."""
    practised = practise_text(ZEROS, "activations", "own_activations", "forward", "own_forward")
    found = {line.name: line.passed for line in lines(practised.outcomes)}
    assert found == {"ReLU": 0, "softmax": 0, "forward_propagation": 0}


def test_what_rests_on_another_fault_says_so(practise_text):
    """Where what a method calls fails, the message says to mend that first."""
    wrong = REFERENCE.replace("np.maximum(0, Z)", "-np.maximum(0, Z)")
    practised = practise_text(wrong, "own_activations", "own_predictions", "own_gradient")
    told = [o.message for o in practised.outcomes if o.method == "backward_propagation"]
    assert "ReLU" in failing(practised)
    assert any("This may be because of ReLU" in message for message in told)


def test_an_own_wrong_relu_is_not_the_forward_pass_s_fault(practise_text):
    """A1 may be what the file's own ReLU makes of Z1: a wrong ReLU fails ReLU, not A1."""
    wrong = ENTRIES["leaky"].apply(REFERENCE)
    practised = practise_text(wrong, "own_activations", "own_forward")
    assert failing(practised) == {"ReLU"}


def test_samples_in_rows_are_told_in_a_sentence(practise_text):
    """A network of rows is recognised without a right answer."""
    rows = REFERENCE.replace("self.W1 @ self.A0 + self.b1", "self.A0 @ self.W1.T + self.b1.T")
    rows = rows.replace("self.W2 @ self.A1 + self.b2", "self.A1 @ self.W2.T + self.b2.T")
    rows = rows.replace("axis=0, keepdims", "axis=1, keepdims")
    practised = practise_text(rows, "own_forward")
    assert any("one sample a row" in o.message for o in practised.outcomes)


@pytest.mark.parametrize(
    ("body", "status"), [("while True: pass", "timed_out"), ("import os; os._exit(3)", "crashed")]
)
def test_a_file_that_hangs_or_dies_costs_its_own_method(practise_text, body, status):
    """What hangs or ends the process is stopped, told, and not called again."""
    hostile = REFERENCE.replace("return np.maximum(0, Z)", body)
    practised = practise_text(hostile, "own_activations", call_s=1.0)
    assert {o.status for o in practised.outcomes if o.method == "ReLU"} == {status}
    assert {o.status for o in practised.outcomes if o.method == "softmax"} == {"passed"}


def test_a_file_that_is_no_python_is_told_once(practise_text):
    """A syntax error is the whole message."""
    text = said(practise_text("def ReLU(Z)\n", "own_activations"))
    assert text.startswith("nn.py cannot be run: SyntaxError")
    assert "practice checks" not in text


@pytest.mark.parametrize("terminal", [False, True])
def test_text_of_the_students_is_text(terminal):
    """A message is shown as it is: no markup, no control characters; 80 columns on a terminal."""
    hostile = outcome(message="[bold]x[/bold] \x1b[31m " + "word " * 60)
    text = said(Practised((hostile,), "", "", "full"), terminal=terminal)
    assert "[bold]x[/bold]" in text
    assert "\x1b[31m" not in text.replace("\x1b[31m✗", "").replace("\x1b[31m0 of", "")
    if not terminal:
        assert len([line for line in text.splitlines() if "word" in line]) == 1


def test_low_walls_are_told():
    """Where there are no walls, one line says what that means."""
    right = (outcome(Status.PASSED),)
    assert "without the walls" in said(Practised(right, "", "", "degraded"))
    assert "without the walls" not in said(Practised(right, "", "", "strong"))


def test_what_is_left_out_is_no_fault():
    """An optional method that is missing, beside others that pass, is allowed to be."""
    found = lines((outcome(Status.PASSED), outcome(Status.MISSING, "one_hot")))
    assert [line.word for line in found] == ["", "left out, which is allowed"]


@pytest.mark.parametrize(
    ("message", "word"),
    [
        ("softmax is not written yet.", "not written yet"),
        ("nn.py does not define softmax; soft_max (line 9) looks like it: rename it.", ""),
        ("softmax(Z) with Z = [[1]]: the result is None.", ""),
    ],
)
def test_what_is_missing_for_a_reason_says_it(message, word):
    """What is not written needs no message; another name, or no return, is told."""
    practised = Practised((outcome(Status.MISSING, message=message),), "", "", "full")
    assert [line.word for line in lines(practised.outcomes)] == [word]
    text = said(practised)
    assert (message in text) == (not word)
    assert ("Next: write softmax." in text) == bool(word)


def test_settings_survive_and_damage_is_told(settings, tmp_path):
    """Settings are read as they were written; a damaged file is told, with the cure."""
    path = tmp_path / "settings.json"
    path.write_text(dumps(settings))
    assert load(path) == settings
    for damage in ("", "{}", json.dumps({"seed": 1})):
        path.write_text(damage)
        with pytest.raises(GraderError, match="unpack the handout again"):
            load(path)


def test_exit_codes(tmp_path, settings, capsys):
    """A file that is not there is a usage error; a damaged handout is practice's own fault."""
    assert run(tmp_path / "none.py", lambda: settings) == USAGE
    (tmp_path / "nn.py").write_text(SKELETON)
    assert run(tmp_path / "nn.py", lambda: load(tmp_path / "none.json")) == NOT_GRADED
    assert "there is no file" in capsys.readouterr().err
