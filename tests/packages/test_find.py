"""Which file is graded: one that is clearly meant, inside what was handed in, or none."""

import os

import pytest

from grader.errors import UsageError
from grader.packages import find as finding
from grader.packages.find import find, within


def handed_in(folder, *names):
    """A folder with these files, each holding its own name."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["nn.py"], "nn.py"),
        (["NN.PY", "helper.py", "data.csv"], "NN.PY"),
        (["a/b/nn.py", "a/plot.py"], "a/b/nn.py"),
        (["homework.py", "notes.txt", "hw.ipynb"], "homework.py"),
        (["nn.py", "__MACOSX/._nn.py", "__MACOSX/nn.py", ".git/nn.py", "._nn.py"], "nn.py"),
        (["homework.py", "._homework.py", ".venv/x.py"], "homework.py"),
        (["nn.py", "conftest.py", "grader/__init__.py", "setup.py"], "nn.py"),
    ],
)
def test_the_one_that_is_meant(tmp_path, names, found):
    """The only nn.py, in any folder and any case; else the only Python file; never a hidden one."""
    assert find(handed_in(tmp_path, *names)).read_text("utf-8") == found


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ([], r"there is no nn\.py; hand in"),
        (["x.txt"], r"no nn\.py among the files \(x\.txt\)"),
        (["hw.ipynb"], r"a notebook \(hw\.ipynb\)"),
        (["nn.py", "old/nn.py"], r"2 files called nn\.py \(nn\.py, old/nn\.py\)"),
        (["a.py", "b.py"], r"of the 2 Python files .*\(a\.py, b\.py\); call it nn\.py"),
        ([f"{i}.py" for i in range(9)], r"\(0\.py, 1\.py, 2\.py, 3\.py and 5 more\)"),
    ],
)
def test_none_that_is_meant(tmp_path, names, says):
    """None, or several: the message says what was found, and what to do."""
    with pytest.raises(UsageError, match=says):
        find(handed_in(tmp_path, *names))


def test_links(tmp_path):
    """A link is followed inside the folder; out of it, to nothing or in a circle it is refused."""
    secret = handed_in(tmp_path / "secret", "solution.py") / "solution.py"
    folder = handed_in(tmp_path / "in", "src/net.txt")
    link = folder / "nn.py"
    link.symlink_to("src/net.txt")
    assert find(folder).read_text("utf-8") == "src/net.txt"
    for target, says in (
        (secret, "leads out"),
        ("../secret/solution.py", "leads out"),
        ("none", "leads nowhere"),
        ("nn.py", "leads nowhere"),
        ("/dev/zero", "leads out"),
        (".", "there is no nn"),
    ):
        link.unlink()
        link.symlink_to(target)
        with pytest.raises(UsageError, match=says):
            find(folder)


def test_a_link_to_a_folder(tmp_path):
    """Links to folders are not followed: nothing is found through them, and no circle is walked."""
    outside = handed_in(tmp_path / "outside", "nn.py")
    folder = handed_in(tmp_path / "in", "notes.txt")
    (folder / "a").symlink_to(outside)
    (folder / "b").symlink_to(folder)
    with pytest.raises(UsageError, match=r"no nn\.py"):
        find(folder)
    with pytest.raises(UsageError, match="leads out"):
        within(folder, folder / "a" / "nn.py")


def test_a_pipe(tmp_path):
    """What is no file is not waited for."""
    os.mkfifo(tmp_path / "nn.py")
    with pytest.raises(UsageError, match="not a regular file"):
        find(tmp_path)


def test_names_are_text(tmp_path):
    """A name with control characters, a workflow command or no UTF-8 is shown harmlessly."""
    for name in (b"\x1b[31m\n::error::x.txt", b"\xff.txt", b"n" * 200 + b".txt"):
        (tmp_path / os.fsdecode(name)).touch()
    with pytest.raises(UsageError) as error:
        find(tmp_path)
    said = str(error.value)
    assert said.isprintable()
    assert "\\x1b" in said
    assert len(said) < 400


def test_too_many_files(tmp_path, monkeypatch):
    """The search ends."""
    monkeypatch.setattr(finding, "_MOST", 10)
    with pytest.raises(UsageError, match="more than 10 files"):
        find(handed_in(tmp_path, *(f"{i}.txt" for i in range(11))))
