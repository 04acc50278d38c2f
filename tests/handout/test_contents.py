"""What is in a handout: all that practice needs, and nothing that a student must not see."""

import ast
import io
import tomllib
import zipfile

import msgspec
import pytest
from support.files import REFERENCE, ROOT

from grader import rubric
from grader.errors import UsageError
from grader.handout.build import build
from grader.handout.checks import REAL, choose, read
from grader.handout.closure import imports
from grader.practice.settings import Real
from grader.report import Visibility
from grader.solution import load_catalogue

HIDDEN = {"backward::dW1": "hidden", "one_hot::absent_class": "after_due_date"}


@pytest.fixture(scope="module")
def texts(made):
    """Every file that is text, by its path."""
    binary = ("grader/digits.npz",)
    return {name: content.decode() for name, content in made.files.items() if name not in binary}


def hiding(**visibility):
    """The package's rubric, with these checks not visible."""
    seen = {name: Visibility(when) for name, when in visibility.items()}
    return msgspec.structs.replace(rubric.load(), visibility=seen)


def test_what_a_class_receives(made):
    """At the top are the skeleton, README, licence and project; below, the practice grader."""
    tops = {name.split("/")[0] for name in made.files}
    assert tops == {"nn.py", "README.md", "LICENSE", "pyproject.toml", "grader"}
    assert made.files["nn.py"] == (ROOT / "student" / "nn.py").read_bytes()
    assert b"MIT" in made.files["LICENSE"]


@pytest.mark.parametrize(
    "name", ["solution", "oracle", "exam.", "grade.", "rubric", "diagnosis", "selftest", "scoring"]
)
def test_what_knows_the_answers_stays(made, name):
    """Nothing of the rooms that know right answers, points or mistakes is packed."""
    assert not [path for path in made.files if path.startswith(f"grader/{name}")]


def test_it_imports_only_what_is_packed(texts):
    """Every module of ours that a packed module imports is packed as well."""
    for path, text in texts.items():
        for name in imports(text) if path.endswith(".py") else ():
            base = ROOT.joinpath(*name.split("."))
            if name.startswith("grader") and (base.is_dir() or base.with_suffix(".py").is_file()):
                place = name.replace(".", "/")
                assert {f"{place}.py", f"{place}/__init__.py"} & texts.keys(), f"{path}: {name}"


def test_it_asks_for_what_it_imports(texts):
    """The project names the libraries that the modules and the skeleton import, and no others."""
    project = tomllib.loads(texts["pyproject.toml"])["project"]
    names = {one.split("<")[0].split(">")[0] for one in project["dependencies"]}
    assert names == {
        *("hypothesis", "matplotlib", "msgspec", "numpy"),
        *("pytest", "rich", "threadpoolctl", "typer"),
    }
    assert project["scripts"] == {"grader": "grader.practice.command:main"}


def test_the_same_whenever_it_is_built(made):
    """Two builds give the same bytes, with fixed dates and names in order."""
    packed = made.zip()
    assert packed == build(rubric.load()).zip()
    entries = zipfile.ZipFile(io.BytesIO(packed)).infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert [entry.filename for entry in entries] == sorted(made.files)


def test_no_line_of_the_solution(texts):
    """No statement of the worked solution that computes something stands in any file."""
    lines = set()
    for node in ast.walk(ast.parse(REFERENCE)):
        if isinstance(node, ast.FunctionDef) and node.name not in {"__init__", "show_predictions"}:
            body = node.body[ast.get_docstring(node) is not None :]
            lines |= {line.strip() for part in body for line in ast.unparse(part).splitlines()}
    telling = {line for line in lines if sum(sign in line for sign in "@*-/.(") > 1}
    assert len(telling) > 20
    for path, text in texts.items():
        found = telling & {line.strip() for line in text.splitlines()}
        assert found <= {"self.forward_propagation(X)", "self.update_params()"}, path


def test_no_hint(texts):
    """No hint of the catalogue of mistakes stands in any file."""
    everything = " ".join(" ".join(texts.values()).split())
    assert not [entry.id for entry in load_catalogue() if entry.hint in everything]


def test_hidden_checks_leave_no_trace():
    """A check that is not visible is in no file: neither its title, nor a stand-in, nor a list."""
    chosen = {check.id: check for check in read(REAL)}
    made = build(hiding(**HIDDEN))
    text = b"\n".join(made.files.values()).decode("utf-8", "replace")
    for name in HIDDEN:
        assert chosen[name].title not in text
        assert name not in text
        assert not [check for check in made.choice.taken if name in check.real]
    assert "visibility" not in made.files["grader/practice/settings.json"].decode()
    ids = {check.id for check in made.choice.taken}
    assert {"own_gradient::dW2", "own_one_hot::one_hot"} <= ids
    assert not {"own_gradient::dW1", "own_one_hot::absent_class"} & ids


def test_a_misspelt_hidden_check_is_refused():
    """A name under visibility that no check has would let the meant one out: it is an error."""
    with pytest.raises(UsageError, match="backward::dW9"):
        build(hiding(**{"backward::dW9": "hidden"}))


def test_a_hidden_training_tells_no_threshold():
    """Where the training is hidden, nothing says what accuracy it wants."""
    made = build(hiding(**{"training::training": "hidden"}))
    assert b'"training": null' in made.files["grader/practice/settings.json"]
    assert b"85 %" not in made.files["README.md"]
    assert "grader/practice/checks/test_own_training.py" not in made.files


def test_every_visible_check_is_there_or_named():
    """A visible check is taken over, stood in for, or named as what only the real grader tells."""
    choice = choose(rubric.load())
    stood_for = {name for check in choice.taken for name in check.real}
    known = {check.id for check in choice.taken} | stood_for
    titles = {real.title for real in choice.left_out}
    for check in read(REAL):
        assert check.id in known or check.title in titles, check.id
    assert all(isinstance(real, Real) for real in choice.left_out)


def test_what_stands_for_a_check_names_one_that_exists():
    """The real checks that practice checks name are there, so that hiding them hides these."""
    real = {check.id for check in read(REAL)}
    for check in choose(rubric.load()).taken:
        assert set(check.real) <= real, check.id


def test_points_are_the_rubrics(tmp_path):
    """The table in the README has the points of the rubric in use."""
    own = tmp_path / "own.toml"
    own.write_text("[points]\nReLU = 3\nsoftmax = 9\n")
    text = build(rubric.load(own)).files["README.md"].decode()
    assert "| `ReLU(Z)` | 3 |" in text
    assert "| `softmax(Z)` | 9 |" in text
    assert "| training | 10 |" in text


def test_a_network_that_the_digits_do_not_fit_trains_not(tmp_path):
    """With another number of pixels practice has no training, and everything else."""
    own = tmp_path / "own.toml"
    own.write_text("[network]\ninput_size = 100\n")
    made = build(rubric.load(own))
    assert "grader/practice/checks/test_own_training.py" not in made.files
    assert "grader/practice/checks/test_own_gradient.py" in made.files


def test_the_readme_tells_how_to_start(texts):
    """The README says how to install the practice grader, and keeps how to check by hand."""
    readme = texts["README.md"]
    assert ".venv/bin/pip install ." in readme
    assert ".venv/bin/grader grade nn.py" in readme
    assert "def slope(" in readme
