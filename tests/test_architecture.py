"""The house: which module may import which, how long they are, and what stands at the top."""

import ast
import subprocess
from pathlib import Path

import pytest
from support.files import ROOT

import grader
from grader.answers import After
from grader.cli import app
from grader.compare import Got
from grader.exam import Exam
from grader.network import Network
from grader.student import Student

LAYERS = (
    {"grader"},
    {
        "grader.archive",
        "grader.assignment",
        "grader.datasets",
        "grader.differences",
        "grader.drawing",
        "grader.errors",
        "grader.example",
        "grader.exits",
        "grader.interrupts",
        "grader.pool",
    },
    {"grader.sandbox", "grader.data"},
    {"grader.ending", "grader.parties"},
    {
        "grader.compare",
        "grader.conventions",
        "grader.counterexample",
        "grader.report",
        "grader.solution",
        "grader.submission",
    },
    {"grader.answers", "grader.oracle", "grader.progress", "grader.rubric"},
    {"grader.network"},
    {"grader.scoring", "grader.student"},
    {"grader.assemble", "grader.exam", "grader.options", "grader.probing", "grader.walls"},
    {"grader.earlier", "grader.judge"},
    {"grader.diagnosis", "grader.exhibits"},
    {"grader.plugin"},
    {"grader.judging", "grader.running"},
    {"grader.grade", "grader.render"},
    {
        "grader.by_hand",
        "grader.calibrate",
        "grader.classroom",
        "grader.command",
        "grader.inspect",
        "grader.packages",
        "grader.practice",
        "grader.selftest",
    },
    {"grader.handout"},
    {"grader.cli"},
    {"grader.__main__"},
)
"""From the bottom up: a room imports only from rooms below it, or from within itself."""

CHECKS_MAY_USE = {"grader.assignment", "grader.compare", "grader.errors", "grader.solution"}

TOP = {"student", "grader", "reference", "tests", "pyproject.toml", "README.md", "LICENSE"}


def room(module):
    """The room that a module belongs to: itself, or the package under grader."""
    parts = module.split(".")
    return ".".join(parts[:2])


def imports(path):
    """The modules of ours that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if is_module(name) else node.module for name in whole]
        yield from (n for n in names if n.split(".")[0] in {"grader", "reference", "student"})


def is_module(name):
    """Whether this dotted name is a file or folder of ours."""
    path = ROOT / Path(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def modules(package):
    """The files of a package, with their dotted names."""
    for path in sorted((ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield path, ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


GRADER = [pytest.param(path, name, id=name) for path, name in modules("grader")]


@pytest.mark.parametrize(("path", "name"), GRADER)
def test_imports_run_downward(path, name):
    """A module of the grader imports only from rooms below its own."""
    height = {member: floor for floor, layer in enumerate(LAYERS) for member in layer}
    for imported in imports(path):
        if room(name) == "grader.checks":
            assert room(imported) in CHECKS_MAY_USE | {"grader.checks"}, imported
            continue
        if name.startswith("grader.practice.checks"):
            continue  # they are checks as well, and belong to practice
        assert room(imported) != "grader.checks", "only pytest imports the checks"
        assert imported.split(".")[0] == "grader", f"{imported} is loaded as data, not imported"
        if room(imported) != room(name):
            assert height[room(imported)] < height[room(name)], f"{name} imports {imported}"


def test_layers_name_every_room():
    """Every room of the grader stands in LAYERS, once, and no other does."""
    rooms = {room(name) for _, name in modules("grader")} - {"grader.checks"}
    listed = [member for layer in LAYERS for member in layer]
    assert sorted(listed) == sorted(rooms)


def test_the_reference_stands_alone():
    """The worked solution imports nothing of the grader; only its program asks for data."""
    for path, name in modules("reference"):
        ours = {i for i in imports(path) if i.split(".")[0] != "reference"}
        assert ours <= ({"grader.data"} if name == "reference.__main__" else set()), name


@pytest.mark.parametrize("package", ["grader", "reference", "student"])
def test_modules_are_small_and_say_what_they_are_for(package):
    """No module has more than 300 lines, and each begins with a docstring."""
    for path, name in modules(package):
        text = path.read_text("utf-8")
        assert len(text.splitlines()) <= 300, name
        assert ast.get_docstring(ast.parse(text)), name


def test_top_level():
    """At the top stand the agreed names and dot-files, and nothing else."""
    listed = subprocess.run(
        ["git", "ls-files"],  # noqa: S607  whichever git there is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    tops = {line.split("/")[0] for line in listed.stdout.splitlines()}
    assert {top for top in tops if not top.startswith(".")} <= TOP


def test_no_folder_of_tests_hides_a_package():
    """tests/ is on the path: a folder there named `grader` would be imported in its stead."""
    assert not {path.name for path in (ROOT / "tests").iterdir()} & {
        "grader",
        "reference",
        "student",
    }


def test_version_is_said_once():
    """The version comes from the package; pyproject reads it there."""
    assert grader.__version__
    assert 'attr = "grader.__version__"' in (ROOT / "pyproject.toml").read_text("utf-8")


SURFACE = {
    "Student": "ReLU softmax network run takes_samples helped seeded ban banned trust sound asked "
    "called stubs defined load_error loaded reference solution probabilities spent_s watch",
    "Network": "student parameters learning_rate sizes forward_propagation one_hot "
    "cross_entropy_loss backward_propagation update_params get_predictions get_accuracy "
    "gradient_descent show_predictions call",
    "After": "call reply example result argument left",
    "Got": "value what call example array shaped derived expecting wrong",
    "Exam": "dataset parameters X_train y_train X_test y_test iters learning_rate threshold "
    "deadline_s secret pixels labels image accuracy loss",
}
"""What an instructor's own checks may use: to take a name away breaks them."""


@pytest.mark.parametrize(
    "thing", [Student, Network, After, Got, Exam], ids=lambda thing: thing.__name__
)
def test_public_surface(thing):
    """What checks hold has these public names, and no others."""
    public = {name for name in dir(thing) if not name.startswith("_")}
    assert public == set(SURFACE[thing.__name__].split())


def test_commands():
    """The commands are these, and the group package."""
    names = {command.name for command in app.registered_commands}
    assert names == {
        "grade",
        "batch",
        "gradebook",
        "report",
        "data",
        "doctor",
        "selftest",
        "handout",
    }
    assert {group.name for group in app.registered_groups} == {"package"}
