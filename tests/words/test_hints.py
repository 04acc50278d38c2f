"""Every hint and every title, held to the rules for what students read."""

import ast

import pytest
from support.files import ROOT
from support.wording import HINT, TITLE, broken

from grader.diagnosis.exceptions import explained
from grader.diagnosis.observe import Raised
from reference.misconceptions import catalogue

CHECKS = sorted((ROOT / "grader" / "checks").glob("test_*.py"))


@pytest.mark.parametrize("entry", catalogue(), ids=lambda entry: entry.id)
def test_hints(entry):
    """A hint of the catalogue breaks no rule, and names its method or a tensor of it."""
    assert broken(entry.hint, HINT, entry.method) == set()


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("AxisError", "axis 2 is out of bounds for array of dimension 2"),
        ("ValueError", "matmul: Input operand 1 has a mismatch in its core dimension 0"),
        ("ValueError", "operands could not be broadcast together with shapes (4,3) (4,) "),
        ("ValueError", "cannot reshape array of size 12 into shape (128,newaxis)"),
        ("ValueError", "The truth value of an array with more than one element is ambiguous."),
        ("IndexError", "index 10 is out of bounds for axis 0 with size 10"),
        ("NameError", "name 'X_train' is not defined"),
        ("NameError", "name 'soft' is not defined"),
        ("UnboundLocalError", "cannot access local variable 'step' where it is not associated"),
        ("AttributeError", "'NN' object has no attribute 'dW1'"),
        ("AttributeError", "'list' object has no attribute 'T'"),
        ("AttributeError", "'NoneType' object has no attribute 'argmax'"),
        ("TypeError", "unsupported operand type(s) for -: 'NoneType' and 'float'"),
        ("TypeError", "NN.one_hot() takes 2 positional arguments but 3 were given"),
    ],
)
def test_hints_of_exceptions(kind, message):
    """What is said of an exception breaks no rule, and names the method that it is raised in."""
    found = explained("softmax", Raised(kind, message))
    assert broken(found.hint, HINT, "softmax") == set()


def titles():
    """The title of every check: the first line of its docstring."""
    for path in CHECKS:
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                title = (ast.get_docstring(node) or "").partition("\n")[0]
                yield pytest.param(title, id=f"{path.stem}-{node.name}")


def test_there_are_titles():
    """The checks are found."""
    assert len(list(titles())) > 40


@pytest.mark.parametrize("title", list(titles()))
def test_titles(title):
    """The title of a check breaks no rule."""
    assert broken(title, TITLE) == set()
