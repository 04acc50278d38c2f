"""What is in the zip: all that is needed, checked, and the same bytes every time."""

import io
import json
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from support.files import REFERENCE, ROOT
from support.packages import checkout
from typer.testing import CliRunner

from grader import data, rubric
from grader.archive import pack
from grader.cli import app
from grader.datasets import digits
from grader.errors import UsageError
from grader.exam import set_exam
from grader.packages import autograder, gradescope
from grader.packages.autograder import Autograder
from grader.packages.gradescope import GradescopePackage
from grader.packages.settings import Settings
from grader.packages.sources import requirements, without_wheel
from grader.packages.subset import subset
from grader.solution import load_reference

PROFILE = "quick"


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """A data file of more images than a grading uses, of eleven classes."""
    x_train, y_train, x_test, y_test = digits.load()
    y_train = y_train.astype(int)
    y_train[::50] = 10
    path = tmp_path_factory.mktemp("images") / "images.npz"
    np.savez(path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    return path


@pytest.fixture(scope="module")
def some_wheels(tmp_path_factory):
    """A folder of files that are named as wheels are."""
    folder = tmp_path_factory.mktemp("wheels")
    for name in requirements((ROOT / "pyproject.toml").read_bytes()):
        wheel = name.partition(">")[0].replace("-", "_")
        (folder / f"{wheel}-1.0-py3-none-any.whl").write_bytes(b"wheel")
    (folder / "notes.txt").write_text("no wheel", "utf-8")
    return folder


def opened(content):
    """The zip."""
    return zipfile.ZipFile(io.BytesIO(content))


def test_contents(tmp_path, hold):
    """At the root stand both scripts, the project and its licence; nothing of a working tree."""
    out = tmp_path / "a.zip"
    result = CliRunner().invoke(app, ["package", "gradescope", str(out)])
    assert result.exit_code == 0
    assert "the digits that come with the grader" in result.stdout
    with opened(out.read_bytes()) as made:
        names = made.namelist()
        assert {n for n in names if "/" not in n} == {
            *("setup.sh", "run_autograder", "requirements.txt", "not_graded.json"),
            *("autograder.json", "pyproject.toml", "LICENSE", "README.md"),
        }
        assert {n.partition("/")[0] for n in names if "/" in n} == {
            "grader",
            "reference",
            "student",
        }
        for name in ("grader/rubric.toml", "grader/digits.npz", "reference/nn.py", "student/nn.py"):
            assert made.read(name) == (ROOT / name).read_bytes()
        assert not [n for n in names if n.endswith(".pyc") or "/." in n or "__pycache__" in n]
        assert b"numpy>=1.26,<3\n" in made.read("requirements.txt")
        hold("gradescope", made.read("not_graded.json"))
        assert b"no verdict" in made.read("not_graded.json")
        for name in names:
            executable = made.getinfo(name).external_attr >> 16 & 0o111
            assert bool(executable) == (name in {"setup.sh", "run_autograder"}), name
        for script in ("setup.sh", "run_autograder"):
            assert made.read(script).startswith(b"#!/usr/bin/env bash\n")
            assert b"\r" not in made.read(script)


def test_the_same_bytes(tmp_path, some_wheels, monkeypatch):
    """Made twice, the zip is the same; it holds no time of making."""
    folder = checkout(tmp_path / "checkout")
    monkeypatch.setattr(gradescope, "home", lambda: folder)
    made = [GradescopePackage(tmp_path / "x", wheels=some_wheels).build()[0] for _ in range(2)]
    assert made[0] == made[1]
    with opened(made[0]) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist() == sorted(archive.namelist())
        assert "wheels/numpy-1.0-py3-none-any.whl" in archive.namelist()
        assert "wheels/notes.txt" not in archive.namelist()


def test_order_makes_no_difference():
    """Files given in another order make the same zip."""
    assert pack({"a": b"1", "b/c": b"2"}, ["a"]) == pack({"b/c": b"2", "a": b"1"}, {"a"})


@pytest.mark.slow
def test_a_grading_on_the_part_is_one_on_the_whole(tmp_path, images):
    """The images that are taken along make the same training task as the whole file."""
    rules = rubric.load()
    part = subset(str(images), rules, PROFILE)
    assert part.train == rules.profile(PROFILE).train_size == 500
    assert part.test == 500
    assert subset(str(images), rules, PROFILE) == part
    small = tmp_path / "small.npz"
    small.write_bytes(part.content)
    assert small.stat().st_size < images.stat().st_size / 5
    exams = [
        set_exam(
            data.load(str(path)),
            rules.profile(PROFILE),
            rules.sizes,
            load_reference(),
            rules.seed,
            "0" * 64,
        )
        for path in (images, small)
    ]
    for name in ("X_train", "y_train", "X_test", "y_test"):
        one, other = (getattr(exam, name) for exam in exams)
        np.testing.assert_array_equal(one, other)
    assert exams[0].threshold == exams[1].threshold


def test_the_part_of_mnist(mnist, tmp_path):
    """Of MNIST a grading takes all test images, so that it is known as MNIST, and 1000 others."""
    part = subset(str(mnist), rubric.load(), "standard")
    small = tmp_path / "small.npz"
    small.write_bytes(part.content)
    assert data.load(str(small)).name == "mnist"
    assert (part.train, part.test) == (1000, 10_000)
    assert len(part.content) < 2.5e6


def test_digits_are_not_taken_twice():
    """The embedded digits are in the grader already."""
    assert subset("digits", rubric.load(), PROFILE) is None


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"rubric": "[points]\nReLU = 5\n"}, "they add up to 101"),
        ({"rubric": None, "profile": "long"}, "no profile 'long'"),
        ({"rubric": "[network]\ninput_size = 100\n", "data": "images"}, "784 pixels"),
        ({"data": "/none.npz"}, "no such file"),
        ({"wheels": "empty"}, "no wheel of numpy, "),
    ],
)
def test_mistakes_are_told_when_it_is_made(tmp_path, images, capsys, options, says):
    """What could not be graded with is not packed: nothing is written, and the message says why."""
    given = {"out": tmp_path / "a.zip", **options}
    if given.get("rubric"):
        (tmp_path / "mine.toml").write_text(given["rubric"], "utf-8")
        given["rubric"] = tmp_path / "mine.toml"
    if given.get("data") == "images":
        given["data"] = str(images)
    if given.get("wheels"):
        given["wheels"] = tmp_path / "wheels"
    assert GradescopePackage(**given).run() == 2
    assert says in capsys.readouterr().err
    assert not given["out"].exists()


def test_it_writes_over_no_input(tmp_path, capsys):
    """The rubric is not replaced by the zip; a folder that is not there is told."""
    mine = tmp_path / "mine.toml"
    mine.write_text("seed = 3\n", "utf-8")
    assert GradescopePackage(mine, rubric=mine).run() == 2
    assert mine.read_text("utf-8") == "seed = 3\n"
    assert GradescopePackage(tmp_path / "none" / "a.zip").run() == 2
    assert "cannot write" in capsys.readouterr().err


def test_without_a_checkout(tmp_path, monkeypatch):
    """Where the project's own files are not there, the message says what to use."""
    monkeypatch.setattr(gradescope, "home", lambda: tmp_path)
    with pytest.raises(UsageError, match=r"has no pyproject\.toml.*made from a checkout"):
        GradescopePackage(tmp_path / "a.zip").build()


def test_wheels_are_told_apart():
    """A wheel is known by its project's name, however that is spelt."""
    needed = ["numpy>=1", "Msgspec_Extra<2", "rich"]
    assert without_wheel(needed, ["numpy-1-x.whl", "msgspec_extra-1-y.whl"]) == ("rich",)


@pytest.fixture
def unpacked(tmp_path):
    """A package, unpacked beside an empty folder of a submission."""
    source = tmp_path / "source"
    for name in ("submission", "results"):
        (tmp_path / name).mkdir()
    with opened(GradescopePackage(tmp_path / "a.zip").build()[0]) as archive:
        archive.extractall(source)
    return Autograder.at(source)


def test_no_file_is_told_in_the_result(unpacked, hold):
    """Where nothing can be graded a valid result says why, and that it is no verdict."""
    assert unpacked.chosen() is None
    hold("gradescope", unpacked.results.read_bytes())
    result = json.loads(unpacked.results.read_bytes())
    assert "there is no nn.py; hand in" in result["output"]
    assert "no verdict" in result["output"]


def test_how_a_file_is_graded(unpacked):
    """With Python's isolated mode, walls of level strong, and only what the package holds."""
    source = unpacked.source
    (source.parent / "submission" / "nn.py").write_text(REFERENCE, "utf-8")
    command = unpacked.command(unpacked.chosen(), unpacked.results)
    assert command[:5] == [sys.executable, "-I", "-m", "grader", "grade"]
    assert command[command.index("--require-sandbox") + 1] == "strong"
    assert command[command.index("--data") + 1] == "digits"
    assert command[-2:] == ["--", str(source.parent / "submission" / "nn.py")]
    assert "--rubric" not in command
    own = Autograder(source, Settings("quick", rubric=True, data=True))
    command = own.command(source, unpacked.results)
    assert command[command.index("--rubric") + 1] == str(source / "rubric.toml")
    assert command[command.index("--data") + 1] == str(source / "data.npz")


def test_a_broken_image_is_told(unpacked, monkeypatch, capsys):
    """The trial fails where one of its steps does, and names it; each step is tried."""
    tried = []

    def run(command, **_options):
        tried.append(command)
        code = int("--fail-under" in command)
        return subprocess.CompletedProcess(command, code)

    monkeypatch.setattr(autograder.subprocess, "run", run)
    monkeypatch.setattr(autograder, "home", lambda: unpacked.source)
    assert autograder.main(["check"]) == 3
    assert "full marks for the worked solution did not work" in capsys.readouterr().err
    assert [command[4] for command in tried] == ["doctor", "grade", "grade"]
