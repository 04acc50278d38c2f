"""Makes a handout: which files are in it, with the guard before the door."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.archive import pack
from grader.errors import GraderError
from grader.handout import guard
from grader.handout.checks import Choice, choose
from grader.handout.checks import files as check_files
from grader.handout.closure import ROOT, STARTED, libraries, modules
from grader.handout.project import license_text, pyproject
from grader.handout.readme import readme
from grader.handout.values import settings, trains
from grader.practice import settings as records
from grader.rubric import Rubric
from grader.solution import load_catalogue, read_reference

COMMAND = "grader.practice.command"
STUDENT = ROOT / "student"

DATA = ("grader/digits.npz", "grader/py.typed")

BY_NAME = ("matplotlib", "numpy")
"""Libraries that the sandbox loads by their names."""


@dataclass(frozen=True, slots=True)
class Handout:
    """What a class receives.

    Attributes:
        files: the content of each, by its path.
        choice: the checks that are in it, and those that are not.
    """

    files: Mapping[str, bytes]
    choice: Choice

    def zip(self) -> bytes:
        """The files as a zip: the same bytes whenever they are the same."""
        return pack(self.files)


def build(rubric: Rubric, student: Path = STUDENT) -> Handout:
    """Put a handout together.

    Args:
        rubric: the instructor's: its sizes, limits and points, and what is visible.
        student: the folder of the skeleton nn.py and its README.md.

    Raises:
        GraderError: a line of the worked solution, a hint or the title of a hidden check would be
            in it, or a file is missing; nothing is to be written then.
    """
    choice = choose(rubric, trains=trains(rubric))
    checks = check_files(choice)
    texts = {_place(name): text for name, text in checks.items()}
    skeleton = _read(student / "nn.py")
    needed = modules(checks, (COMMAND, *STARTED))
    for name, path in needed.items():
        texts.setdefault(_place(name, package=path.name == "__init__.py"), _read(path))
    wanted = libraries([*(t for n, t in texts.items() if n.endswith(".py")), skeleton])
    texts |= {
        "nn.py": skeleton,
        "README.md": readme(_read(student / "README.md"), rubric, choice),
        "LICENSE": license_text(),
        "pyproject.toml": pyproject(wanted | set(BY_NAME)),
        "grader/practice/settings.json": records.dumps(settings(rubric, choice)),
    }
    files = {name: text.encode() for name, text in texts.items()}
    files |= {name: (ROOT / name).read_bytes() for name in DATA}
    guard.watch(files, _secrets(choice, skeleton))
    return Handout(dict(sorted(files.items())), choice)


def _secrets(choice: Choice, skeleton: str) -> tuple[guard.Secret, ...]:
    """What must not leave: the solution, the hints, and what is hidden."""
    shown = {check.title for check in choice.taken} | {real.title for real in choice.left_out}
    return (
        *guard.lines_of(read_reference(), skeleton),
        *guard.texts("a hint of the catalogue of mistakes", (m.hint for m in load_catalogue())),
        *guard.texts(
            "the title of a check that the rubric hides",
            (check.title for check in choice.hidden if check.title not in shown),
        ),
    )


def _place(module: str, *, package: bool = False) -> str:
    return f"{module.replace('.', '/')}{'/__init__' if package else ''}.py"


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise GraderError(f"{path} cannot be read: {error.strerror or error}") from None
