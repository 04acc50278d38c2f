"""What else a file defines: names beside the contract's, read off its syntax tree (in the worker).

Nothing is run for it, and it is read before the file is: the file has no say in it.
"""

import ast
from collections.abc import Iterable, Iterator

from grader.assignment import ACTIVATIONS, CLASS, GRADIENTS, METHODS, PARAMETERS
from grader.sandbox.request import MAX_IDENTIFIER, MAX_NAMES, MAX_PARAMETERS, Value

_KNOWN = frozenset((*PARAMETERS, *ACTIVATIONS, *GRADIENTS))
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def contents(tree: ast.Module) -> dict[str, Value]:
    """The names in a file, in the form that messages.read_loaded reads; see Loaded.

    Args:
        tree: of the whole file.
    """
    functions = [node for node in tree.body if isinstance(node, _FUNCTIONS)]
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    # Methods of other classes are no network's, unless the network inherits them or has no name.
    ours = [node for node in classes if node.name == CLASS and not node.bases] or classes
    methods = [node for cls in ours for node in cls.body if isinstance(node, _FUNCTIONS)]
    every = [*functions, *methods]
    others = [(node.name, node.lineno) for node in every] + list(_lambdas(tree.body))
    attributes = [place for node in every for place in _set_by(node)]
    attributes += [place for cls in ours for place in _fields(cls)]
    return {
        "classes": _first_lines((cls.name, cls.lineno) for cls in classes if cls.name != CLASS),
        "others": _first_lines(
            (name, line) for name, line in others if name not in METHODS and name[:2] != "__"
        ),
        "attributes": _first_lines(attributes),
        "parameters": {
            **{node.name: _parameters(node) for node in functions if node.name in METHODS},
            **{
                node.name: _parameters(node)[not _has(node, "staticmethod") :]
                for node in methods
                if node.name in METHODS
            },
        },
    }


def _first_lines(places: Iterable[tuple[str, int]]) -> Value:
    """Names with their first lines; the contract's own are the last to be cut off."""
    found: dict[str, int] = {}
    for name, line in sorted(places, key=lambda place: (place[0] not in _KNOWN, place[1])):
        if len(found) < MAX_NAMES and _fits(name):
            found.setdefault(name, line)
    return dict(found)


def _fits(name: str) -> bool:
    return name.isascii() and len(name) <= MAX_IDENTIFIER


def _parameters(function: _Function) -> list[Value]:
    spec = function.args
    names: list[Value] = [
        one.arg for one in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs) if _fits(one.arg)
    ]
    return names[:MAX_PARAMETERS]


def _has(function: _Function, decorator: str) -> bool:
    return any(isinstance(d, ast.Name) and d.id == decorator for d in function.decorator_list)


def _lambdas(body: list[ast.stmt]) -> Iterator[tuple[str, int]]:
    """Functions written as `relu = lambda Z: ...`."""
    for node in body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.lineno


def _fields(cls: ast.ClassDef) -> Iterator[tuple[str, int]]:
    """Names that the class itself gives a value or a type: fields and properties."""
    for node in cls.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        for target in targets:
            if isinstance(target, ast.Name):
                yield target.id, node.lineno
        if isinstance(node, _FUNCTIONS) and _has(node, "property"):
            yield node.name, node.lineno


def _set_by(function: _Function) -> Iterator[tuple[str, int]]:
    """The attributes that a function gives a value to, of its first argument; None is no value."""
    first = [*function.args.posonlyargs, *function.args.args][:1]
    if not first:
        return
    idle: set[int] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                idle.update(map(id, _given_none(target, node.value)))
        elif isinstance(node, ast.AnnAssign):
            idle.update(map(id, _given_none(node.target, node.value or ast.Constant(None))))
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
            and node.value.id == first[0].arg
            and id(node) not in idle
        ):
            yield node.attr, node.lineno


def _given_none(target: ast.expr, value: ast.expr) -> Iterator[ast.expr]:
    if isinstance(value, ast.Constant) and value.value is None:
        yield target
    elif isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
        for one, its in zip(target.elts, value.elts, strict=False):
            yield from _given_none(one, its)
