"""Where a result goes: each format to its place, all of them or a reason why not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from grader.errors import GraderError, UsageError
from grader.exhibits.records import Exhibits
from grader.render import github
from grader.render.files import STDOUT, write, written_once
from grader.render.formats import FORMATS, Surroundings
from grader.report import Report

_MOST = 300


@dataclass(frozen=True, slots=True)
class Outputs:
    """The places of a result.

    Attributes:
        places: by the name of the format; "-" is standard output.
        inputs: what is never overwritten.
        environment: the environment variables, for the formats that need some.
    """

    places: Mapping[str, Path] = field(default_factory=dict)
    inputs: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def take_stdout(self) -> bool:
        """Whether standard output is one of the places, so that words must go elsewhere."""
        return STDOUT in self.places.values()

    def check(self) -> None:
        """Refuse places that make no sense.

        Raises:
            UsageError: a result would overwrite an input, or another result.
        """
        before: dict[str, Path] = {}
        for name, path in self.places.items():
            if self._is_input(path):
                raise UsageError(f"--{name} {path} is what is to be read; name another file")
            for other, place in before.items():
                if path == STDOUT == place:
                    raise UsageError(
                        f"--{other} and --{name} cannot both go to standard output; name a file "
                        f"for one of them"
                    )
                if _same(path, place):
                    raise UsageError(f"--{other} and --{name} name the same file, {path}; name two")
            before[name] = path

    def write(
        self, report: Report, *, exhibits: Exhibits | None = None, final: bool = True
    ) -> None:
        """Write every format; one that cannot be written does not keep the others from it.

        Args:
            report: the result.
            exhibits: what there is to look at, for the formats that have pictures.
            final: whether there will be no other; what cannot be replaced waits for that one.

        Raises:
            UsageError: a place cannot be written, or a format misses what it needs.
            GraderError: a renderer broke.
        """
        surroundings = Surroundings(self.environment, datetime.now(UTC), exhibits)
        errors: list[GraderError] = []
        for name, path in self._writable():
            try:
                content = _rendered(name, report, surroundings)
                if final or not written_once(path):
                    write(content, path)
            except GraderError as error:
                errors.append(error)
            except OSError as error:
                errors.append(UsageError(_cannot(f"the result to {path}", error)))
        # A verdict that is taken back, for want of a place, is not announced.
        if "github" in self.places and not (errors and report.graded):
            try:
                github.publish(report, self.environment, final=final)
            except OSError as error:
                errors.append(UsageError(_cannot("what GitHub reads", error)))
        if errors:
            raise errors[0]

    def _writable(self) -> Iterator[tuple[str, Path]]:
        """What may be written at all; of two formats with one place, the first."""
        taken: list[Path] = []
        for name, path in self.places.items():
            if not self._is_input(path) and not any(_same(path, other) for other in taken):
                taken.append(path)
                yield name, path

    def _is_input(self, path: Path) -> bool:
        return any(_same(path, other) for other in self.inputs)


def _rendered(name: str, report: Report, surroundings: Surroundings) -> bytes:
    try:
        return FORMATS[name](report, surroundings)
    except GraderError:
        raise
    except Exception as error:
        raise GraderError(f"a fault of the grader: --{name}: {error!r}"[:_MOST]) from error


def _cannot(what: str, error: OSError) -> str:
    return f"cannot write {what}: {error.strerror or error}"


def _same(one: Path, other: Path) -> bool:
    try:
        return one.resolve() == other.resolve() or one.samefile(other)
    except (OSError, RuntimeError):  # there is none, or links that lead in a circle
        return one == other
