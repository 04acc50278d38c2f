"""The rubric: points, sizes, limits, budgets and thresholds, read from TOML and validated."""

import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import msgspec

from grader.assignment import GRADED, METHODS, Sizes
from grader.errors import RubricError
from grader.report import Visibility

TOTAL = 100

DATASETS = frozenset({"mnist", "digits", "file"})
"""What a profile needs a learning rate for; see data.Dataset.name."""

_OPTIONAL = frozenset(name for name, method in METHODS.items() if method.optional)

Count = Annotated[int, msgspec.Meta(ge=1)]
Points = Annotated[int, msgspec.Meta(ge=0, le=TOTAL)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
Rate = Annotated[float, msgspec.Meta(gt=0)]
Fraction = Annotated[float, msgspec.Meta(ge=0, le=1)]
MOST_SEED = 2**62
Seed = Annotated[int, msgspec.Meta(ge=0, lt=MOST_SEED)]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the file: unknown keys are errors, for a misspelt limit is no limit."""


class Network(_Table, frozen=True):
    """The assignment's own sizes."""

    input_size: Count
    hidden_size: Count
    output_size: Annotated[int, msgspec.Meta(ge=2)]


class Limits(_Table, frozen=True):
    """What a submission may use."""

    call_s: Seconds
    load_s: Seconds
    check_s: Seconds
    submission_s: Seconds
    memory_mb: Annotated[int, msgspec.Meta(ge=512)]
    file_kb: Count


class Profile(_Table, frozen=True):
    """A budget of training, and what accuracy it must buy on each data set."""

    train_size: Count
    iters: Count
    learning_rate: dict[str, Rate]
    deadline_s: Seconds
    margin: Fraction
    threshold: dict[str, Fraction]
    memory_mb: Annotated[int, msgspec.Meta(ge=0)] = 0


class Rubric(_Table, frozen=True):
    """The whole file."""

    seed: Seed
    points: dict[str, Points]
    network: Network
    limits: Limits
    examples: Count
    visibility: dict[str, Visibility]
    profiles: dict[str, Profile]

    @property
    def sizes(self) -> Sizes:
        """The assignment's network."""
        return Sizes(self.network.input_size, self.network.hidden_size, self.network.output_size)

    def profile(self, name: str) -> Profile:
        """The profile called `name`; raises RubricError naming those there are."""
        if name not in self.profiles:
            raise RubricError(
                f"there is no profile {name!r}; the rubric has {', '.join(sorted(self.profiles))}"
            )
        return self.profiles[name]

    def seen(self, check: str) -> Visibility:
        """When a student may see the check."""
        return self.visibility.get(check, Visibility.VISIBLE)


def load(override: Path | None = None) -> Rubric:
    """Read the package's rubric, and `override` over it, key by key.

    Raises:
        RubricError: the file cannot be read, is not TOML, or says something that is not allowed.
    """
    default = tomllib.loads(resources.files("grader").joinpath("rubric.toml").read_text("utf-8"))
    if override is None:
        return _validate(default, "rubric.toml")
    try:
        text = override.read_text("utf-8")
        changes = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise RubricError(f"cannot read the rubric {override}: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise RubricError(f"{override} is not valid TOML: {error}") from None
    return _validate(_merge(default, changes), str(override))


def _merge(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in changes.items():
        old = merged.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            value = _merge(old, value)  # noqa: PLW2901  the merged value is the value
        merged[key] = value
    return merged


def _validate(tables: Mapping[str, Any], file: str) -> Rubric:
    try:
        rubric = msgspec.convert(tables, Rubric)
    except msgspec.ValidationError as error:
        raise RubricError(f"{file}: {_explain(str(error), tables)}") from None
    unknown = sorted(set(rubric.points) - set(GRADED))
    if unknown:
        raise RubricError(
            f"{file}: points.{unknown[0]}: there is no such method; allowed are {', '.join(GRADED)}"
        )
    total = sum(rubric.points.values())
    if total != TOTAL:
        raise RubricError(f"{file}: points: they add up to {total}, and must add up to {TOTAL}")
    for name, profile in rubric.profiles.items():
        without = sorted(DATASETS - set(profile.learning_rate))
        if without:
            raise RubricError(
                f"{file}: profiles.{name}.learning_rate: there is none for {', '.join(without)}"
            )
    if not any(rubric.points.get(name) for name in GRADED if name not in _OPTIONAL):
        raise RubricError(f"{file}: points: a part that is not optional must have some")
    return rubric


def _explain(error: str, tables: Mapping[str, Any]) -> str:
    """Msgspec's «Expected ... - at `$.a[...].b`» as «a.key.b: found ..., expected ...»."""
    allowed, _, place = error.partition(" - at `$")
    key: list[str] = []
    for part in place.rstrip("`").replace("[...]", ".*").split(".")[1:]:
        key.append(part if part != "*" else _culprit(error, tables, key))
    found = _at(tables, key)
    allowed = allowed[0].lower() + allowed[1:]
    if isinstance(found, Mapping):
        return f"{'.'.join(key) or 'top level'}: {allowed}"
    return f"{'.'.join(key)}: found {found!r}, {allowed}"


def _culprit(error: str, tables: Mapping[str, Any], key: list[str]) -> str:
    """Which entry of the mapping at `key` is to blame; msgspec does not say.

    It is the one that still brings the same error when it stands there alone.
    """
    entries = _at(tables, key)
    for name in entries:
        alone: Any = {name: entries[name]}
        for depth in reversed(range(len(key))):
            alone = {**_at(tables, key[:depth]), key[depth]: alone}
        try:
            msgspec.convert(alone, Rubric)
        except msgspec.ValidationError as again:
            if str(again) == error:
                return str(name)
    return "?"


def _at(tables: Mapping[str, Any], key: list[str]) -> Any:  # noqa: ANN401  any TOML value
    found: Any = tables
    for part in key:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
