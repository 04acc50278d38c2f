"""Mechanical mutants: the reference with one expression or statement changed, by its syntax."""

import ast
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

import msgspec

OPERATORS = {"Add": "Sub", "Sub": "Add", "Mult": "Div", "Div": "Mult", "MatMult": "Mult"}
COMPARATORS = {"Gt": "GtE Lt", "GtE": "Gt LtE", "Lt": "LtE Gt", "Eq": "NotEq", "NotEq": "Eq"}
KINDS = ("dW1 dW2", "db1 db2", "dZ1 dZ2", "W1 W2", "b1 b2", "Z1 Z2", "A1 A2", "A1 Z1", "A2 Z2")
"""Names that are easily taken for one another."""

STATEMENTS = (ast.Assign, ast.AugAssign, ast.Expr, ast.For, ast.Return, ast.While)
COMPOUND = (ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.UnaryOp)


class Mutant(msgspec.Struct, frozen=True):
    """A program with one mechanical change; `id` is `method:line within it:what was done`."""

    id: str
    method: str
    source: str


def mutants(source: str, methods: Collection[str]) -> Iterator[Mutant]:
    """Every mutant of these functions and methods, line by line; no two are the same program."""
    text = source.encode()  # ast counts columns in bytes
    starts = [0]
    for line in text.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    seen, count = {text}, Counter[str]()
    functions = (n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef))
    for function in (f for f in functions if f.name in methods):
        for node, new, done in sorted(_changes(function), key=lambda change: change[0].lineno):
            begin = starts[node.lineno - 1] + node.col_offset
            end = starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)
            changed = text[:begin] + new.encode() + text[end:]
            if changed not in seen:
                seen.add(changed)
                name = f"{function.name}:{node.lineno - function.lineno}:{done}"
                count[name] += 1
                name += f"-{count[name]}" if count[name] > 1 else ""
                yield Mutant(name, function.name, changed.decode())


def _changes(function: ast.FunctionDef) -> Iterator[tuple[ast.expr | ast.stmt, str, str]]:
    """What is replaced, by which text, and what that is called."""
    body = function.body[ast.get_docstring(function) is not None :]
    nodes = [node for statement in body for node in ast.walk(statement)]
    # There 0 and 1 name an axis, and the mistake is to take the other one.
    axes = [n.value for n in nodes if isinstance(n, ast.keyword) and n.arg == "axis"]
    axes += [n.slice for n in nodes if isinstance(n, ast.Subscript)]
    whole = [n.value for n in nodes if isinstance(n, ast.Expr)]  # dropped with their statement
    for node in nodes:
        if isinstance(node, STATEMENTS):
            yield node, "pass", "drop-statement"
        elif isinstance(node, ast.expr) and node not in whole:
            yield from ((node, new, done) for new, done in _instead(node, axis=node in axes))


def _instead(node: ast.expr, *, axis: bool) -> Iterator[tuple[str, str]]:
    match node:
        case ast.BinOp(left, op, right):
            yield from ((ast.unparse(ast.BinOp(left, o, right)), d) for o, d in _others(op))
        case ast.Compare(left, [op], rest):
            yield from ((ast.unparse(ast.Compare(left, [o], rest)), d) for o, d in _others(op))
        case ast.Constant(bool(value)):
            yield str(not value), f"{value}-to-{not value}"
        case ast.Constant(int(value)) if value in {0, 1}:
            other = 1 - value if axis else value + 1
            yield str(other), f"{value}-to-{other}"
        case ast.UnaryOp(ast.USub(), operand):
            yield _inner(operand), "drop-minus"
        case ast.Attribute(value, "T"):
            yield _inner(value), "drop-T"
        case ast.Call(ast.Attribute() | ast.Name() as called, arguments):
            kept = arguments[-1] if arguments else getattr(called, "value", called)
            yield _inner(kept), f"drop-{ast.unparse(called).rpartition('.')[2]}"
        case ast.Attribute(value, name):
            yield from ((f"{ast.unparse(value)}.{n}", f"{name}-to-{n}") for n in _alike(name))
        case ast.Name(name):
            yield from ((n, f"{name}-to-{n}") for n in _alike(name))


def _others(old: ast.AST) -> Iterator[tuple[Any, str]]:
    name = type(old).__name__
    others = (OPERATORS | COMPARATORS).get(name, "").split()
    yield from ((getattr(ast, other)(), f"{name}-to-{other}") for other in others)


def _alike(name: str) -> list[str]:
    return [o for kind in KINDS if name in kind.split() for o in kind.split() if o != name]


def _inner(node: ast.expr) -> str:
    """The text of what stays, binding as tightly as what stood around it."""
    return f"({ast.unparse(node)})" if isinstance(node, COMPOUND) else ast.unparse(node)
