"""Where results go: every format, whatever happens; none over another or over an input."""

import base64
import json
import os
import sys

import msgspec
import pytest
from support.reports import hidden, partial, perfect, refused

from grader.command import GradeCommand
from grader.errors import GraderError, UsageError
from grader.render import files, github, junit
from grader.render.formats import FORMATS
from grader.render.outputs import Outputs


def test_all_at_once(tmp_path, environment):
    """Every format at one time, each what its renderer makes."""
    places = {name: tmp_path / name for name in FORMATS}
    Outputs(places, environment=environment).write(partial())
    assert {path.name for path in tmp_path.iterdir()} == set(FORMATS)
    assert json.loads(places["github"].read_bytes())["status"] == "fail"
    assert places["markdown"].read_text("utf-8").startswith("## Score 94.67 / 100")


def test_atomic(tmp_path, monkeypatch):
    """When writing fails what stood there still does, and nothing is left beside it."""
    path = tmp_path / "out"
    path.write_text("old", "utf-8")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match=r"cannot write the result to .*: No space left"):
        Outputs({"junit": path}).write(perfect())
    assert [(p.name, p.read_text("utf-8")) for p in tmp_path.iterdir()] == [("out", "old")]


def test_a_link_is_followed(tmp_path):
    """A result behind a link goes where the link leads."""
    (tmp_path / "link").symlink_to(tmp_path / "real")
    files.write(b"x", tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"x"


def test_one_failure_costs_no_other(tmp_path, environment):
    """A place that cannot be written is an error; all other formats are there."""
    places = {name: tmp_path / name for name in FORMATS}
    places["json"] = tmp_path / "none" / "json"
    with pytest.raises(UsageError, match="cannot write the result"):
        Outputs(places, environment=environment).write(partial())
    assert {path.name for path in tmp_path.iterdir()} == set(FORMATS) - {"json"}


def test_a_broken_renderer_is_our_fault(tmp_path, monkeypatch):
    """A bug of a renderer is a fault of the grader, and costs the other formats nothing."""
    monkeypatch.setattr(junit, "render", lambda *_: 1 / 0)
    with pytest.raises(GraderError, match="a fault of the grader: --junit") as error:
        Outputs({"junit": tmp_path / "j", "markdown": tmp_path / "m"}).write(perfect())
    assert not isinstance(error.value, UsageError)
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


def test_places_that_make_no_sense(tmp_path):
    """Two on standard output, two on one file, one on an input: refused, and named."""
    source = tmp_path / "nn.py"
    source.write_text("x", "utf-8")
    out = tmp_path / "out"
    for places, says in (
        ({"json": files.STDOUT, "junit": files.STDOUT}, "--json and --junit cannot both"),
        ({"markdown": out, "junit": tmp_path / "." / "out"}, "--markdown and --junit name"),
        ({"junit": source}, "is what is to be read"),
    ):
        outputs = Outputs(places, inputs=(source,))
        with pytest.raises(UsageError, match=says):
            outputs.check()
        outputs.write(refused())
        assert source.read_text("utf-8") == "x"
    Outputs({"json": files.STDOUT, "junit": out}, inputs=(source,)).check()


def run(tmp_path, monkeypatch, report, **results):
    """Run the command with the grading replaced; returns its exit code."""
    path = tmp_path / "nn.py"
    path.write_text("import numpy as np\n\nclass NN:\n    def softmax(self): ...\n", "utf-8")
    if isinstance(report, Exception):

        def graded(_self, _check):
            raise report

    else:

        def graded(_self, _check):
            return report, None

    monkeypatch.setattr(GradeCommand, "_graded", graded)
    return GradeCommand(
        file=path,
        data=None,
        profile="quick",
        seed=None,
        rubric=None,
        fail_under=None,
        require_sandbox=None,
        timeout=None,
        results=results,
    ).run()


def test_a_result_from_the_beginning(tmp_path, monkeypatch, environment):
    """Before anything is graded each file says that it was not; a pipe waits for the end."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    before = {}

    def graded(_self, _check):
        before.update({path.name: path.read_text("utf-8") for path in tmp_path.glob("r-*")})
        raise KeyboardInterrupt

    places = {name: tmp_path / f"r-{name}" for name in FORMATS}
    monkeypatch.setattr(GradeCommand, "_graded", graded)
    command = GradeCommand(
        tmp_path / "nn.py", None, "quick", None, None, None, None, None, results=places
    )
    assert command.run() == 130
    assert len(before) == len(FORMATS)
    for name, text in before.items():
        assert "the grading did not finish" in text, name
        assert "the grading was interrupted" in (tmp_path / name).read_text("utf-8")


def test_one_on_standard_output(tmp_path, monkeypatch, capfdbinary):
    """A format on standard output is alone there, once; words and annotations go to the other."""
    out = tmp_path / "out"
    assert run(tmp_path, monkeypatch, partial(), junit=files.STDOUT, github=out) == 0
    told = capfdbinary.readouterr()
    assert told.out.startswith(b"<?xml")
    assert told.out.count(b"<testsuites") == 1
    assert b"Score 94.67 / 100" in told.err
    assert b"\n::error file=student/nn.py,line=1,title=softmax" in told.err


def test_all_or_none_is_graded(tmp_path, monkeypatch):
    """Where one place fails at the end the others say not graded, as the command does."""
    good, bad = tmp_path / "good", tmp_path / "folder" / "bad"
    bad.parent.mkdir()

    def graded(_self, _check):
        bad.unlink()
        bad.parent.rmdir()
        return perfect(), None

    path = tmp_path / "nn.py"
    path.write_text("", "utf-8")
    monkeypatch.setattr(GradeCommand, "_graded", graded)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    results = {"markdown": good, "junit": bad, "github": tmp_path / "g"}
    command = GradeCommand(path, None, "quick", None, None, None, None, None, results=results)
    assert command.run() == 2
    assert "Not graded" in good.read_text("utf-8")
    summary = (tmp_path / "summary").read_text("utf-8")
    assert "Not graded" in summary
    assert "Score" not in summary


def test_classroom50_without_its_runner(tmp_path, monkeypatch, capsys, environment):
    """Missing variables are told before anything is graded; the other formats say so too."""
    for name in environment:
        monkeypatch.delenv(name, raising=False)
    places = {"classroom50": tmp_path / "c", "markdown": tmp_path / "m"}
    never = AssertionError("graded all the same")
    assert run(tmp_path, monkeypatch, never, **places) == 2
    assert "CLASSROOM" in capsys.readouterr().err
    assert "CLASSROOM" in (tmp_path / "m").read_text("utf-8")
    assert not (tmp_path / "c").exists()


def test_step_output_and_summary(tmp_path):
    """The last output `result` is the payload in base64, on one line; the summary is Markdown."""
    out, summary = tmp_path / "out", tmp_path / "summary"
    out.write_text("other=1\n", "utf-8")
    files_of = {"GITHUB_OUTPUT": str(out), "GITHUB_STEP_SUMMARY": str(summary)}
    github.publish(refused(), files_of, final=False)
    assert not summary.exists()
    github.publish(partial(), files_of)
    lines = out.read_text("utf-8").splitlines()
    assert lines[0] == "other=1"
    assert [line.partition("=")[0] for line in lines[1:]] == ["result", "result"]
    payloads = [base64.b64decode(line.removeprefix("result=")) for line in lines[1:]]
    assert [json.loads(payload)["status"] for payload in payloads] == ["error", "fail"]
    assert summary.read_text("utf-8").startswith("## Score 94.67 / 100")
    github.publish(partial(), {})


SOURCE = b"""def backward_propagation():
    pass

def softmax(Z):
    return Z

class NN:
    def softmax(self):
        pass

    def  backward_propagation(self, X, y):
        pass
"""


def test_annotations_stand_at_the_definition():
    """A function is found at the margin, a method in the class, anything else at line 1."""
    made = partial()
    assert "line=4,title=softmax%3A 2.67 of 8 points::" in github.annotations(made, SOURCE)
    assert "line=1,title=softmax" in github.annotations(made, b"\xff\xfe def softmax")
    failing = tuple(
        msgspec.structs.replace(f, status="failed", message="100% wrong\nhere: a, b")
        if f.method == "backward_propagation"
        else f
        for f in made.checks
    )
    told = github.annotations(msgspec.structs.replace(made, checks=failing), SOURCE)
    assert "line=11,title=backward_propagation" in told
    assert "::100%25 wrong%0Ahere: a, b\n" in told
    assert github.annotations(perfect()) == ""
    assert github.annotations(refused("a\nb")).startswith(
        "::error title=nn-grader::not graded: a b"
    )


def test_annotations_only_in_the_file_that_was_judged(tmp_path, monkeypatch, capsys):
    """The lines come from the bytes that were judged; a file that has changed gives line 1."""
    report = partial()
    source = tmp_path / "nn.py"
    text = "import numpy as np\n\nclass NN:\n    def softmax(self): ...\n"
    for digest, line in ((report.submission.sha256, 1), (None, 4)):
        if digest is None:
            import hashlib  # noqa: PLC0415  one use

            digest = hashlib.sha256(text.encode()).hexdigest()  # noqa: PLW2901  of the true file
        info = msgspec.structs.replace(report.submission, sha256=digest, bytes=len(text))
        made = msgspec.structs.replace(report, submission=info)
        run(tmp_path, monkeypatch, made, github=tmp_path / "g")
        assert source.read_text("utf-8") == text
        assert f",line={line},title=softmax" in capsys.readouterr().out


def test_annotations_on_a_stream_without_unicode(tmp_path, monkeypatch, capfd):
    """A log that knows only ASCII gets escapes, and no error."""
    made = partial()
    checks = tuple(
        msgspec.structs.replace(f, message="größer \u2713") if f.message else f for f in made.checks
    )
    made = msgspec.structs.replace(made, checks=checks, methods=(), reason=None)
    monkeypatch.setattr(sys, "stdout", open(1, "w", encoding="ascii", closefd=False))  # noqa: SIM115
    monkeypatch.setattr("grader.render.terminal.render", lambda *_: None)
    assert run(tmp_path, monkeypatch, made, github=tmp_path / "g") == 0
    sys.stdout.flush()
    assert r"gr\xf6\xdfer \u2713" in capfd.readouterr().out


def test_examples_of_hidden_checks_are_not_written(tmp_path):
    """--examples writes the programs of visible checks only."""
    folder = tmp_path / "examples"
    command = GradeCommand(
        tmp_path / "nn.py", None, "quick", None, None, None, None, None, examples=folder
    )
    command._write_examples(hidden())  # noqa: SLF001  the step alone
    assert not folder.exists()
    command._write_examples(partial())  # noqa: SLF001  likewise
    assert [path.name for path in folder.iterdir()] == ["softmax.py"]


def test_a_fault_of_printing_is_no_low_score(tmp_path, monkeypatch, capsys):
    """Whatever breaks while the result is printed, the exit code is not that of a low score."""

    def broken(*_):
        raise RuntimeError("no paper")

    monkeypatch.setattr("grader.render.terminal.render", broken)
    assert run(tmp_path, monkeypatch, perfect(), json=tmp_path / "r.json") == 3
    assert "no paper" in capsys.readouterr().err
    assert msgspec.json.decode((tmp_path / "r.json").read_bytes())["status"] == "graded"
