"""Which checks go into a handout: the visible ones that need no right answers."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import grader
from grader.assignment import GRADED, TRAINING
from grader.handout.cut import cut, reached
from grader.plugin import MARK
from grader.practice.settings import Real
from grader.report import Visibility
from grader.rubric import Rubric
from grader.running import know_checks

HOUSE = Path(grader.__file__).parent
REAL = HOUSE / "checks"
PRACTICE = HOUSE / "practice" / "checks"

RIGHT = frozenset({"reference", "exam"})
"""Fixtures that know right answers, or the training task."""

ANSWERS = frozenset({"encoded"})
"""Helpers of real checks that do the homework themselves: what reaches one stays here."""

STAND_INS: Mapping[str, Path] = MappingProxyType(
    {"grader.checks.margins": HOUSE / "handout" / "margins.py"}
)
"""Modules whose place another takes in a handout: they compute what the homework asks for."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check, as its text has it.

    Attributes:
        path: of its file.
        function: its name there.
        id: as results have it.
        method: that it judges.
        title: the first line of its docstring.
        fixtures: what it takes.
        real: of a practice check: the real checks whose place it takes.
        own: of a practice check: it compares with the submission's own parts.
    """

    path: Path
    function: str
    id: str
    method: str
    title: str
    fixtures: frozenset[str]
    real: tuple[str, ...] = ()
    own: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """What goes into a handout.

    Attributes:
        taken: the checks, real and practice's own.
        left_out: visible real checks that are not among them, and have no full substitute.
        hidden: real checks that students must learn nothing of.
    """

    taken: tuple[Check, ...]
    left_out: tuple[Real, ...]
    hidden: tuple[Check, ...]


def choose(rubric: Rubric, *, trains: bool = True) -> Choice:
    """Choose by the rubric's visibility.

    Args:
        rubric: the instructor's.
        trains: whether practice can train a network of these sizes.

    Raises:
        UsageError: the rubric hides a check that there is none of; the one that was meant would
            go into the handout.
    """
    know_checks(rubric.visibility, REAL)
    real = list(read(REAL))
    hidden = [check for check in real if rubric.seen(check.id) is not Visibility.VISIBLE]
    secret = {check.id for check in hidden}
    visible = [check for check in real if check.id not in secret]
    taken = [check for check in visible if _needs_no_answers(check)]
    practice = [
        check
        for check in read(PRACTICE)
        if not secret & {*check.real} and (trains or "exam" not in check.fixtures)
    ]
    stand_for: dict[str, list[bool]] = {}
    for check in practice:
        for name in check.real:
            stand_for.setdefault(name, []).append(check.own)
    as_good = {c.id for c in taken} | {n for n, own in stand_for.items() if not any(own)}
    left_out = [
        Real(check.method, check.title, check.id in stand_for and check.method != TRAINING)
        for check in visible
        if check.id not in as_good
    ]
    left_out.sort(key=lambda check: GRADED.index(check.method))
    return Choice((*taken, *practice), tuple(left_out), tuple(hidden))


def files(choice: Choice) -> dict[str, str]:
    """The modules of the chosen checks, and the helpers that they reach, cut out; by their names.

    A name is a module's, with dots.
    """
    wanted: dict[str, set[str]] = {}
    for check in choice.taken:
        wanted.setdefault(_module(check.path), set()).add(check.function)
    found: dict[str, str] = {}
    queue = dict(wanted)
    while queue:
        module, names = queue.popitem()
        text = _cut(module, frozenset(names))
        if found.get(module) == text:
            continue
        found[module] = text
        for other, more in _helpers(text):
            before = wanted.setdefault(other, set())
            if not more <= before or other not in found:
                before |= more
                queue[other] = before
    for package in {name.rpartition(".")[0] for name in found}:
        init = HOUSE.parent.joinpath(*package.split("."), "__init__.py")
        found[f"{package}.__init__"] = init.read_text("utf-8") if init.exists() else ""
    return found


def read(folder: Path) -> Iterator[Check]:
    """The checks of a folder, from their texts: nothing is imported."""
    for path in sorted(folder.glob("test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and (marker := _marker(node)) is not None:
                yield _check(path, node, marker)


def _check(path: Path, node: ast.FunctionDef, marker: ast.Call) -> Check:
    given = {keyword.arg: ast.literal_eval(keyword.value) for keyword in marker.keywords}
    title = (ast.get_docstring(node) or "").partition("\n")[0]
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return Check(
        path=path,
        function=node.name,
        id=f"{path.stem.removeprefix('test_')}::{node.name.removeprefix('test_')}",
        method=ast.literal_eval(marker.args[0]),
        title=title,
        fixtures=frozenset(argument.arg for argument in arguments),
        real=given.get("real", ()),
        own=given.get("own", False),
    )


def _marker(node: ast.FunctionDef) -> ast.Call | None:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == f"pytest.mark.{MARK}":
            return decorator
    return None


def _needs_no_answers(check: Check) -> bool:
    if check.fixtures & RIGHT:
        return False
    return not ANSWERS & reached(check.path.read_text("utf-8"), check.function)


def _cut(module: str, names: frozenset[str]) -> str:
    if module in STAND_INS:
        return STAND_INS[module].read_text("utf-8")
    return cut(_path(module).read_text("utf-8"), names)


def _helpers(text: str) -> Iterator[tuple[str, set[str]]]:
    """What a text imports from beside the real checks."""
    package = "grader.checks"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{package}."):
            yield str(node.module), {alias.name for alias in node.names}


def _module(path: Path) -> str:
    return ".".join(path.relative_to(HOUSE.parent).with_suffix("").parts)


def _path(module: str) -> Path:
    return HOUSE.parent.joinpath(*module.split(".")).with_suffix(".py")
