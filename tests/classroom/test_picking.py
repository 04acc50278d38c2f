"""Which of a student's files is the one, and what is said where that is not plain."""

import pytest
from support.classes import notebook, packed, write

from grader.classroom.layouts import collect


def entry(tmp_path, made, key="ada"):
    """What is read of one student's files, beside somebody else's."""
    files = {f"{key}/{name}": content for name, content in made.items()}
    root = write(files | {"zoe/nn.py": b"zoe = 1\n"}, tmp_path / "class")
    return {one.key: one for one in collect(root, limit_kb=64).entries}[key]


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (["nn.py", "helper.py"], "nn.py"),
        (["NN.Py", "helper.py"], "NN.Py"),
        (["nn.py", "old/nn.py", "old/older/nn.py"], "nn.py"),
        (["hw/nn.py", "hw/old/nn.py"], "hw/nn.py"),
        (["student/nn.py", "reference/nn.py", "tests/nn.py"], "student/nn.py"),
        (["hw/student/nn.py", "hw/reference/nn.py"], "hw/student/nn.py"),
        (["nn.py", "student/nn.py"], "nn.py"),
        (["attempt_1/nn.py", "attempt_2/nn.py", "attempt_10/nn.py"], "attempt_10/nn.py"),
        (["2024-05-01/nn.py", "2024-04-30/nn.py"], "2024-05-01/nn.py"),
        (["nn-1.py", "nn-2.py", "nn-10.py"], "nn-10.py"),
        (["nn (1).py", "notes.py"], "nn (1).py"),
        (["nn.py", "nn-1.py"], "nn.py"),
        (["deep/er/nn.py", "main.py"], "deep/er/nn.py"),
        (["main.py"], "main.py"),
        (["main.py", ".main.py"], "main.py"),
        (["src/main.py", "data.csv"], "src/main.py"),
        (["nn.py", "__MACOSX/._nn.py", "._nn.py", ".ipynb_checkpoints/nn.py"], "nn.py"),
        (["nn.py", "__pycache__/nn.py", ".git/nn.py"], "nn.py"),
    ],
)
def test_a_rule_decides(names, taken, tmp_path):
    """The file that a rule names is read, and the note says so where there was a choice."""
    found = entry(tmp_path, {name: name.encode() for name in names})
    assert found.submission.source == taken.encode()
    assert found.submission.path.endswith(f"class/ada/{taken}")
    rivals = [n for n in names if n.rpartition("/")[2].lower() == "nn.py" and "_" not in n]
    if len(rivals) > 1 and "nn-" not in "".join(names) and not any(n[0] == "." for n in rivals):
        assert taken in found.note


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["a/nn.py", "b/nn.py"], ["a/nn.py", "b/nn.py", "2 files"]),
        (["model.py", "train.py"], ["model.py", "train.py"]),
        (["main.py", "lib/net.py"], ["main.py", "lib/net.py"]),
        (["attempt_1/nn.py", "final/nn.py"], ["attempt_1/nn.py", "final/nn.py"]),
        (["report.pdf", "data.csv"], ["no nn.py", "report.pdf"]),
        (["one.zip", "two.zip"], ["one.zip", "two.zip"]),
        ([f"m{at}.py" for at in range(9)], ["9 files", "5 more"]),
    ],
)
def test_no_rule_decides(names, said, tmp_path):
    """Then nothing is graded, and the problem names what was found."""
    found = entry(tmp_path, {name: name.encode() for name in names})
    assert found.submission is None
    assert all(part in found.problem for part in said), found.problem


def test_the_same_file_twice_is_no_question(tmp_path):
    """Several files that are equal byte for byte are as good as one."""
    found = entry(tmp_path, {"a/nn.py": b"x = 1\n", "b/nn.py": b"x = 1\n"})
    assert found.submission.source == b"x = 1\n"
    assert "the same" in found.note


def test_the_number_of_an_attempt(tmp_path):
    """The highest number is the last attempt, and counts from nn.py as the first."""
    found = entry(tmp_path, {"nn-1.py": b"1", "nn-3.py": b"3"})
    assert (found.submission.source, found.attempt) == (b"3", 4)


def test_a_python_file_of_another_name_is_noted(tmp_path):
    """It is graded, and a note says that it was not called nn.py."""
    assert "no nn.py" in entry(tmp_path, {"main.py": b"x = 1\n"}).note


@pytest.mark.parametrize("inner", ["nn.py", "hw/nn.py", "a/b/NN.py", "main.py"])
def test_an_archive_among_the_files_is_looked_into(inner, tmp_path):
    """Where there is no code beside it."""
    made = {"hw.zip": packed({inner: b"x = 1\n", "data.csv": b"1,2"}), "report.pdf": b""}
    assert entry(tmp_path, made).submission.source == b"x = 1\n"


def test_code_comes_before_archives(tmp_path):
    """A file beside an archive is the one that counts."""
    made = {"old.zip": packed({"nn.py": b"old\n"}), "nn.py": b"new\n"}
    assert entry(tmp_path, made).submission.source == b"new\n"


def test_an_archive_in_an_archive_in_an_archive_is_not(tmp_path):
    """One level is looked into, and the problem is that student's."""
    made = {"a.zip": packed({"b.zip": packed({"nn.py": b""})})}
    assert "no nn.py" in entry(tmp_path, made).problem


def test_nn_py_comes_before_a_notebook_and_that_before_another_file(tmp_path):
    """The order in which kinds of files are looked for."""
    made = {"hw.ipynb": notebook("n = 1"), "main.py": b"m = 1\n"}
    assert b"n = 1" in entry(tmp_path, made).submission.source
    assert entry(tmp_path, made | {"nn.py": b"x = 1\n"}).submission.source == b"x = 1\n"


def test_a_notebook_handed_in_again(tmp_path):
    """Numbered copies of one notebook are attempts."""
    made = {"hw.ipynb": notebook("n = 1"), "hw-1.ipynb": notebook("n = 2")}
    found = entry(tmp_path, made)
    assert b"n = 2" in found.submission.source
    assert "last" in found.note


def test_the_limit_is_the_rubric_s(tmp_path):
    """A file of the allowed size is read; a byte more is too much, and says which limit it is."""
    assert entry(tmp_path, {"nn.py": b"#" * 65536}).submission
    assert "limits.file_kb" in entry(tmp_path, {"nn.py": b"#" * 65537}).problem


def test_an_empty_folder_is_somebody_s(tmp_path):
    """Who handed in nothing is in the class, with that as the problem."""
    root = write({"zoe/nn.py": b"z\n"}, tmp_path / "class")
    (root / "ada").mkdir()
    found = collect(root, limit_kb=64).entries[0]
    assert found.key == "ada"
    assert "no files at all" in found.problem
