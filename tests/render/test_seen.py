"""What is hidden from students is in no output that they see."""

import base64
import io
import json
import re

import msgspec
import pytest
from rich.console import Console
from support.reports import (
    REPORTS,
    SECRETS,
    all_hidden,
    finding,
    hidden,
    hidden_fault,
    partial,
    perfect,
    refused,
)

from grader import rubric
from grader.errors import UsageError
from grader.render import github, gradescope, terminal
from grader.render.formats import FORMATS
from grader.render.seen import FAULT, LEFT_OUT, out_of, seen
from grader.report import MethodStatus, Status, Visibility
from grader.running import know_checks

FOR_STUDENTS = sorted(set(FORMATS) - {"json", "gradescope"})
LEAKING = {"hidden": hidden, "hidden fault": hidden_fault, "all hidden": all_hidden}


def printed(report):
    """What the terminal shows."""
    console = Console(file=io.StringIO(), width=80)
    terminal.render(report, console)
    return console.file.getvalue()


def words(text):
    """The distinctive words in a text."""
    return {word for word in SECRETS if word in text}


def test_the_words_are_there(rendered):
    """The instructor's JSON holds every word that the tests below look for."""
    assert words(rendered("json", hidden()).decode()) == set(SECRETS)
    assert words(rendered("json", hidden_fault()).decode()) == set(SECRETS)


@pytest.mark.parametrize("which", LEAKING)
@pytest.mark.parametrize("name", FOR_STUDENTS)
def test_formats(name, which, rendered):
    """No format for students holds a word of a hidden check, in any field of any kind."""
    assert not words(rendered(name, LEAKING[which]()).decode())


@pytest.mark.parametrize("which", LEAKING)
def test_terminal_and_github(which, tmp_path):
    """Nor do terminal, annotations, step output and job summary."""
    report = LEAKING[which]()
    assert not words(printed(report))
    assert not words(github.annotations(report))
    files = {"GITHUB_OUTPUT": tmp_path / "out", "GITHUB_STEP_SUMMARY": tmp_path / "summary"}
    github.publish(report, {name: str(path) for name, path in files.items()})
    payload = (tmp_path / "out").read_text("utf-8").removeprefix("result=")
    assert not words(base64.b64decode(payload).decode())
    assert not words((tmp_path / "summary").read_text("utf-8"))


def test_gradescope_marks_them():
    """Gradescope gets hidden checks, each marked; nothing else there holds a word of theirs."""
    told = json.loads(gradescope.render(hidden()))
    shown = [t for t in told["tests"] if t["visibility"] == "visible"]
    kept = [t for t in told["tests"] if t["visibility"] != "visible"]
    assert {t["visibility"] for t in kept} == {"hidden", "after_due_date", "after_published"}
    assert words(json.dumps(kept)) >= {SECRETS[1], SECRETS[2], SECRETS[7], SECRETS[10]}
    assert not words(json.dumps({**told, "tests": shown}))
    assert told["score"] == hidden().score
    assert "unseen images" not in told["output"]
    numbers = [t["number"] for t in shown if t["name"].startswith("softmax")]
    assert [number.split(".")[1] for number in numbers] == ["1", "2"]
    assert not any("number" in t for t in kept)
    assert not words(gradescope.render(hidden_fault()).decode())


def test_totals_are_of_visible_checks(rendered):
    """Points and totals are those of what is shown, and the rest is one number."""
    shown = seen(hidden())
    softmax = next(m for m in shown.methods if m.name == "softmax")
    assert (softmax.points, softmax.max_points) == (4.0, 5.0)
    assert softmax.status is MethodStatus.PARTIAL
    assert "one_hot" not in {m.name for m in shown.methods}
    assert "training" not in {m.name for m in shown.methods}
    assert shown.training is None
    # Hidden are 3 of softmax, 5 of one_hot and 10 of training; 1 visible point is lost.
    assert (shown.score, out_of(shown)) == (81, 82)
    for text in (rendered("markdown", hidden()).decode(), printed(hidden())):
        assert "81 / 82" in text
        assert text.count("18 points are for checks that are not shown here") == 1
        assert "one_hot " not in text
    told = json.loads(rendered("github", hidden()))
    assert (sum(t["score"] for t in told["tests"]), told["max_score"]) == (81, 82)
    assert "18 points are" in rendered("junit", hidden()).decode()
    assert json.loads(rendered("prairielearn", hidden()))["score"] == round(81 / 82, 4)


def test_what_a_hidden_check_did_is_unsaid():
    """A visible check neither repeats a hidden one's message nor blames what only it has shown."""
    shown = {f.id: f for f in seen(hidden()).checks}
    loop = shown["softmax::check3"]
    assert loop.message == f"Not called again: in an earlier check, {LEFT_OUT}"
    assert loop.diagnosis is None, "it may come from what hidden checks have seen"
    assert not shown["backward_propagation::check1"].message


def test_a_visible_fault_may_be_blamed():
    """Where a visible check has shown the fault as well, blame stays; so does a shared message."""
    base = hidden()
    another = finding("one_hot", 2, Status.FAILED, message="one_hot is wrong for all to see")
    shown = seen(msgspec.structs.replace(base, checks=(*base.checks, another)))
    assert "one_hot" in next(f for f in shown.checks if f.method == "backward_propagation").message
    same = tuple(
        msgspec.structs.replace(f, message="The same.") if f.method == "softmax" else f
        for f in base.checks
    )
    shown = seen(msgspec.structs.replace(base, checks=same))
    assert [f.message for f in shown.checks if f.method == "softmax"] == ["The same."] * 2


@pytest.mark.parametrize("make", [perfect, partial])
def test_nothing_hidden_nothing_changed(make):
    """Where all is visible a student sees the Report as it is."""
    assert seen(make()) == make()
    assert "not shown" not in printed(make())


def test_own_merit_is_not_told_of_hidden_checks():
    """Whether a hidden check passed only with help is not told."""
    base = hidden()
    methods = tuple(msgspec.structs.replace(m, own_merit=True) for m in base.methods)
    shown = seen(msgspec.structs.replace(base, methods=methods))
    merits = {m.name: m.own_merit for m in shown.methods}
    assert not merits["softmax"]
    assert merits["ReLU"]


def test_a_reason_that_names_a_check(tmp_path):
    """A refused rubric is explained to whoever ran the command, and to no student."""
    file = tmp_path / "r.toml"
    file.write_text("[visibility]\n'softmax::zqidwordqz' = 'hiden'\n", "utf-8")
    with pytest.raises(UsageError) as wrong_value:
        rubric.load(file)
    rules = msgspec.structs.replace(
        rubric.load(), visibility={"softmax::zqidwordqz": Visibility.HIDDEN}
    )
    with pytest.raises(UsageError) as wrong_name:
        know_checks(rules.visibility)
    for error in (wrong_value, wrong_name):
        report = refused(str(error.value))
        assert words(printed(report)) == {SECRETS[0]}
        assert seen(report).reason == FAULT
    assert seen(refused("there is no file nn.py")).reason == "there is no file nn.py"


@pytest.mark.parametrize("which", REPORTS)
def test_lines_are_no_commands(which, rendered):
    """Nothing that may stand on standard output is a command to a runner, but our annotations."""
    report = REPORTS[which]()
    texts = [rendered(name, report).decode() for name in FORMATS if name != "json"]
    for line in re.split(r"[\n\r]", "\n".join([*texts, printed(report)])):
        assert not line.lstrip().startswith("::"), line
        assert "##[" not in line, line
    ours = github.annotations(report, b"").splitlines()
    assert all(re.match(r"::error (file=[^:,\n]+,line=\d+,)?title=[^:,]+::", line) for line in ours)
    assert "##[" not in "".join(ours)
