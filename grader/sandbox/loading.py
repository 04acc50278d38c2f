"""nn.py, from its bytes to a module (in the worker)."""

import __future__

import ast
import io
import linecache
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, ModuleType

from grader.sandbox.blame import FILE

_CONSTANT_CALLS = frozenset(
    {
        *("np", "numpy", "math", "functools", "partial", "logging", "collections", "namedtuple"),
        *("range", "tuple", "list", "dict", "set", "frozenset", "int", "float", "str", "TypeVar"),
    }
)


class NotLoadableError(Exception):
    """The bytes are no Python program; `cause` says why."""

    def __init__(self, cause: BaseException, lines: list[str]) -> None:
        """Carry the reason and the lines as far as they could be read."""
        super().__init__()
        self.cause = cause
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Program:
    """A file that compiles: its lines, its syntax tree, its code."""

    lines: list[str]
    tree: ast.Module
    code: CodeType


def parse(source: bytes) -> Program:
    """Compile a file, and let tracebacks find its lines.

    Raises:
        NotLoadableError: it is no Python program.
    """
    lines: list[str] = []
    try:
        text = _decode(source)
        lines = text.splitlines()
        linecache.cache[FILE] = (len(text), None, text.splitlines(keepends=True), FILE)
        tree = ast.parse(text, FILE)
        return Program(lines, tree, compile(tree, FILE, "exec", dont_inherit=True))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotLoadableError(error, lines) from None


def _decode(source: bytes) -> str:
    if b"\0" in source:
        raise ValueError("this is not a text file: it holds NUL bytes")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        text = source.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        raise ValueError("this is not a Python text file in UTF-8") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def new_module() -> ModuleType:
    """An empty module nn, to be found by imports."""
    module = ModuleType("nn")
    module.__file__ = FILE
    sys.modules["nn"] = module
    return module


def run_all(program: Program, module: ModuleType) -> None:
    """Run the whole file; whatever it raises is raised."""
    exec(program.code, vars(module))  # noqa: S102  the point


def run_definitions(program: Program, module: ModuleType) -> list[str]:
    """Run imports, functions, classes and plain constants; what fails is left out.

    Returns:
        A sentence for every function and class that could not be defined.
    """
    failed: list[str] = []
    for statement, code in _definitions(program.tree):
        try:
            exec(code, vars(module))  # noqa: S102  the point
        except BaseException as error:  # noqa: BLE001  the other definitions are still worth having
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                kind = type(error).__name__
                failed.append(
                    f"{statement.name} (line {statement.lineno}) could not be defined: {kind}."
                )
    return failed


def _definitions(tree: ast.Module) -> Iterator[tuple[ast.stmt, CodeType]]:
    # Annotations are not evaluated: what they name may have been left out.
    flags = __future__.annotations.compiler_flag
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            for alias in statement.names:
                flags |= getattr(__future__, alias.name).compiler_flag
        if _defines(statement):
            lone = ast.Module([statement], [])
            yield statement, compile(lone, FILE, "exec", flags=flags, dont_inherit=True)


def _defines(statement: ast.stmt) -> bool:
    match statement:
        case ast.Import() | ast.ImportFrom():
            return True
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return True
        case ast.Try(body=body):
            return all(isinstance(inner, ast.Import | ast.ImportFrom) for inner in body)
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            return _is_constant(value)
    return False


def _is_constant(value: ast.expr) -> bool:
    """Whether an expression is harmless: literals, names, lambdas, and calls like np.sqrt(2)."""
    match value:
        case ast.Lambda() | ast.Constant() | ast.Name():
            return True
        case ast.Call(func=func, args=arguments, keywords=keywords):
            inner = [*arguments, *(keyword.value for keyword in keywords)]
            return _root(func) in _CONSTANT_CALLS and all(map(_is_constant, inner))
        case ast.Attribute():
            return bool(_root(value))
        case ast.Subscript(value=generic, slice=inside):  # a type: NDArray[np.floating]
            return _is_constant(generic) and _is_constant(inside)
    kinds = (ast.UnaryOp, ast.BinOp, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Starred)
    inner = [child for child in ast.iter_child_nodes(value) if isinstance(child, ast.expr)]
    return isinstance(value, kinds) and all(map(_is_constant, inner))


def _root(dotted: ast.expr) -> str:
    """The first name of a.b.c; empty when it is not of that form."""
    while isinstance(dotted, ast.Attribute):
        dotted = dotted.value
    return dotted.id if isinstance(dotted, ast.Name) else ""
