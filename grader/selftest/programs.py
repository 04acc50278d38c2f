"""What is graded: programs made from the reference whose right verdicts are known."""

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Literal, get_args
from zlib import crc32

import msgspec

from grader.assignment import METHODS
from grader.errors import GraderError
from grader.selftest.mutate import mutants
from grader.solution import Misconception, load_catalogue, load_styles, read_reference

Group = Literal["catalogue", "pairs", "mechanical", "right"]
GROUPS: tuple[Group, ...] = get_args(Group)

GIVEN = "show_predictions"
"""The skeleton has it, so nobody writes it wrong."""

FEW = 1
"""Programs of each group and method that a quick run takes."""

FEW_RIGHT = 8
FEW_EQUIVALENT = 2


class Program(msgspec.Struct, frozen=True):
    """One program.

    Attributes:
        id: unique within its group.
        methods: the parts that must lose points, and no other may; none for a right program.
        source: its bytes, as a student would hand them in.
        mistakes: ids of the misconceptions in it.
        costs: checks that a right program fails all the same.
        equivalent: why a mutant is as right as the reference, and must not be caught.
    """

    id: str
    group: Group
    methods: tuple[str, ...]
    source: bytes
    mistakes: tuple[str, ...] = ()
    costs: frozenset[str] = frozenset()
    equivalent: str | None = None


class Corpus(msgspec.Struct, frozen=True):
    """All programs.

    Attributes:
        programs: in a fixed order.
        inapplicable: what could not be made of this reference.
        stale: what equivalent.toml lists, and is no mutant.
    """

    programs: tuple[Program, ...]
    inapplicable: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()

    def only(self, patterns: Sequence[str]) -> "Corpus":
        """The programs whose id, or group/id, matches one of the patterns; all for none."""
        kept = tuple(p for p in self.programs if not patterns or _matches(p, patterns))
        return msgspec.structs.replace(self, programs=kept)

    def few(self) -> "Corpus":
        """Some programs of each group and method, the same ones every time."""
        shelves: dict[tuple[str, ...], list[Program]] = {}
        for program in self.programs:
            shelf = ("equivalent",) if program.equivalent else (program.group, *program.methods[:1])
            shelves.setdefault(shelf, []).append(program)
        few: dict[tuple[str, ...], int] = {("equivalent",): FEW_EQUIVALENT, ("right",): FEW_RIGHT}
        taken = [p for shelf, ps in shelves.items() for p in _spaced(ps, few.get(shelf, FEW))]
        kept = {(program.group, program.id) for program in taken}
        programs = tuple(p for p in self.programs if (p.group, p.id) in kept)
        return msgspec.structs.replace(self, programs=programs)


def collect() -> Corpus:
    """Everything that can be made of the reference.

    Raises:
        GraderError: a file beside the reference is missing or does not hold what it should.
    """
    reference = read_reference()
    try:
        catalogue, styles = load_catalogue(), load_styles()
    except ValueError as error:
        raise GraderError(f"what stands beside the reference cannot be read: {error}") from None
    reasons = _equivalent()
    programs, inapplicable = [], []
    for mistake in catalogue:
        try:
            source = mistake.apply(reference).encode()
        except ValueError as error:
            inapplicable.append(str(error))
            continue
        programs.append(Program(mistake.id, "catalogue", (mistake.method,), source, (mistake.id,)))
    programs += _pairs(catalogue, reference)
    for mutant in mutants(reference, METHODS.keys() - {GIVEN}):
        source, reason = mutant.source.encode(), reasons.pop(mutant.id, None)
        methods = (mutant.method,)
        programs.append(Program(mutant.id, "mechanical", methods, source, equivalent=reason))
    programs.append(Program("the reference", "right", (), reference.encode()))
    for style in styles:
        try:
            source = style.apply(reference)
        except ValueError as error:
            inapplicable.append(str(error))
            continue
        programs.append(Program(style.name, "right", (), source, costs=style.costs))
    return Corpus(tuple(programs), tuple(inapplicable), tuple(reasons))


def _pairs(catalogue: Sequence[Misconception], reference: str) -> Iterator[Program]:
    """Every mistake once more, together with one that is in another method.

    They are shuffled, always in the same way, so that all methods meet; one that has a partner is
    taken again only where there is no other.
    """
    shuffled = sorted(catalogue, key=lambda mistake: crc32(mistake.id.encode()))
    paired: set[str] = set()
    for mistake in shuffled:
        others = sorted(shuffled, key=lambda other: other.id in paired)
        for other in others if mistake.id not in paired else ():
            both = None if mistake.method == other.method else _both(mistake, other, reference)
            if both is not None:
                ids, methods = (mistake.id, other.id), (mistake.method, other.method)
                yield Program(" + ".join(ids), "pairs", methods, both.encode(), ids)
                paired |= set(ids)
                break


def _both(one: Misconception, other: Misconception, reference: str) -> str | None:
    """The reference with both mistakes; None where they get into each other's way."""
    try:
        source = other.apply(one.apply(reference))
        return source if source == one.apply(other.apply(reference)) else None
    except ValueError:
        return None


def _equivalent() -> dict[str, str]:
    try:
        return msgspec.convert(tomllib.loads(read_reference("equivalent.toml")), dict[str, str])
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise GraderError(f"reference/equivalent.toml: {error}") from None


def _matches(program: Program, patterns: Iterable[str]) -> bool:
    names = (program.id, f"{program.group}/{program.id}")
    return any(p in names or any(fnmatchcase(name, p) for name in names) for p in patterns)


def _spaced(shelf: Sequence[Program], count: int) -> list[Program]:
    count = min(count, len(shelf))
    return [shelf[(2 * i + 1) * len(shelf) // (2 * count)] for i in range(count)]
