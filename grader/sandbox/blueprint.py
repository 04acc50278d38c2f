"""Copies of a network in place of further runs of its constructor (in the worker).

Drawing 100 000 initial weights takes longer than a forward pass, and every request asks for a new
network. Where the syntax of `__init__` shows that it does nothing but set attributes of self from
its arguments and NumPy, the first network it made is kept, and copied.
"""

import ast
import random
from collections.abc import Iterator
from copy import deepcopy

import numpy as np

_CALLED = frozenset(
    {
        *("np", "numpy", "math", "random"),
        *("int", "float", "str", "bool", "tuple", "list", "dict", "set"),
        *("len", "range", "zip", "enumerate", "min", "max", "sum", "abs", "round", "print"),
    }
)
_NEVER = (
    *(ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.Await, ast.Import, ast.ImportFrom),
    *(ast.Lambda, ast.FunctionDef, ast.ClassDef, ast.NamedExpr),
)
_HARMLESS = frozenset({"__init__", "__repr__", "__str__"})


class Blueprint:
    """A network as its constructor left it, and the random generators with it."""

    def __init__(self, network: object) -> None:
        """Keep a copy of a network that was made just now."""
        self._network = deepcopy(network)
        self._numpy = np.random.get_state()  # noqa: NPY002  the generator that students use
        self._random = random.getstate()

    def build(self) -> object:
        """What the constructor would make again."""
        np.random.set_state(self._numpy)  # noqa: NPY002
        random.setstate(self._random)
        return deepcopy(self._network)


def is_plain(tree: ast.Module, cls: str) -> bool:
    """Whether the class `cls` of a module can be copied in place of being made.

    It can when it is defined once, without bases, decorators or special ways to be made or
    copied, and its `__init__` hands self to nobody, calls nothing of the file's own, uses no name
    of the file's, and stores nothing outside.
    """
    found = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == cls]
    if len(found) != 1 or found[0].bases or found[0].keywords or found[0].decorator_list:
        return False
    methods = [node for node in found[0].body if isinstance(node, ast.FunctionDef)]
    special = {node.name for node in methods if node.name.startswith("__")}
    constructors = [node for node in methods if node.name == "__init__"]
    return (
        len(constructors) == 1
        and special <= _HARMLESS
        and not _bound(tree) & _CALLED
        and _keeps_to_itself(constructors[0])
    )


def _bound(tree: ast.AST) -> set[str]:
    """The names that are assigned or defined anywhere in it; imports aside."""
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and not _loads(n)}
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return names | {n.name for n in ast.walk(tree) if isinstance(n, kinds)}


def _loads(node: ast.Name | ast.Attribute | ast.Subscript) -> bool:
    return isinstance(node.ctx, ast.Load)


def _keeps_to_itself(constructor: ast.FunctionDef) -> bool:
    signature = constructor.args
    if constructor.decorator_list or signature.vararg or signature.kwarg or not signature.args:
        return False
    body = [node for statement in constructor.body for node in _without_annotations(statement)]
    return (
        not any(isinstance(node, _NEVER) for node in body)
        and all(
            isinstance(d, ast.Constant | None)
            for d in (*signature.defaults, *signature.kw_defaults)
        )
        and _Scope(constructor, body).holds()
    )


class _Scope:
    """The names in a constructor, and whether every use of them stays inside."""

    def __init__(self, constructor: ast.FunctionDef, body: list[ast.AST]) -> None:
        signature = constructor.args
        self._body = body
        self._me = signature.args[0].arg
        given = {argument.arg for argument in (*signature.args, *signature.kwonlyargs)}
        local = {node.id for node in body if isinstance(node, ast.Name) and not _loads(node)}
        self._own = given | local
        self._owners = {id(node.value) for node in body if isinstance(node, ast.Attribute)}
        drawn = [n for n in body if isinstance(n, ast.Assign) and isinstance(n.value, ast.Call)]
        self._generators = {
            target.id
            for node in drawn
            for target in node.targets
            if isinstance(target, ast.Name) and _root(node.value) in {"np", "numpy", "random"}
        }

    def holds(self) -> bool:
        rebound = {n.id for n in self._body if isinstance(n, ast.Name) and not _loads(n)}
        return self._me not in rebound and all(map(self._allows, self._body))

    def _allows(self, node: ast.AST) -> bool:
        match node:
            case ast.Name(id=name):
                free = name != self._me or id(node) in self._owners
                return free and name in self._own | _CALLED
            case ast.Call(func=function):
                return _root(function) in _CALLED | self._generators
            case ast.Attribute(attr=name) if name.startswith("__"):
                return False
            case ast.Attribute() | ast.Subscript():
                return _loads(node) or _root(node) in self._own
        return True


def _without_annotations(statement: ast.AST) -> Iterator[ast.AST]:
    yield statement
    for field, value in ast.iter_fields(statement):
        if field == "annotation":
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _without_annotations(child)


def _root(expression: ast.expr) -> str:
    """The first name of a.b[c].d(); empty when it does not begin with one."""
    while isinstance(expression, ast.Attribute | ast.Subscript | ast.Call):
        expression = expression.func if isinstance(expression, ast.Call) else expression.value
    return expression.id if isinstance(expression, ast.Name) else ""
