"""Which entry of the catalogue answers as the submission does, if it is exactly one."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import ModuleType
from typing import TypeAlias

import numpy as np

from grader.compare import Floats
from grader.diagnosis.observe import Observation, Raised, of_module
from grader.diagnosis.probes import Probe
from grader.report import Diagnosis
from grader.solution import Misconception

Answers: TypeAlias = Sequence[Observation]
"""One for each probe."""

RTOL = 1e-5
"""Of the largest element: float32 rounds a hundred times finer, two mistakes are further apart."""


def same(one: Floats | None, other: Floats | None) -> bool:
    """Whether two answers are equal, shape included; what is no array equals nothing but that."""
    if one is None or other is None:
        return one is other
    if one.shape != other.shape:
        return False
    finite = np.abs(other[np.isfinite(other)])
    largest = float(finite.max()) if finite.size else 0.0
    return bool(np.allclose(one, other, rtol=RTOL, atol=RTOL * largest + 1e-12, equal_nan=True))


def agree(one: Observation, other: Observation, name: str | None = None) -> bool:
    """Whether two observations are equal: in all that they hold, or in one thing of it."""
    if isinstance(one, Raised) or isinstance(other, Raised):
        return one == other
    names = one.keys() | other.keys() if name is None else {name}
    return all(same(one.get(key), other.get(key)) for key in names)


def wrong(have: Sequence[Observation], right: Sequence[Observation]) -> tuple[str, ...]:
    """The things that differ from the right ones on some probe."""
    pairs = [(h, r) for h, r in zip(have, right, strict=True) if not isinstance(h, Raised)]
    names = dict.fromkeys(key for h, r in pairs if not isinstance(r, Raised) for key in r)
    return tuple(name for name in names if not all(agree(h, r, name) for h, r in pairs))


def rehearse(
    catalogue: Iterable[Misconception],
    reference: ModuleType,
    source: str,
    method: str,
    probes: Sequence[Probe],
) -> Mapping[Diagnosis, Answers]:
    """What each known mistake in a method answers on the probes.

    Args:
        catalogue: typical mistakes.
        reference: the worked solution.
        source: its text.
        method: that failed.
        probes: what is asked.
    """
    return {
        Diagnosis(entry.id, entry.hint): [
            of_module(module, method, probe, like=reference) for probe in probes
        ]
        for entry in catalogue
        if entry.method == method and (module := variant(entry, source)) is not None
    }


def match(
    known: Mapping[Diagnosis, Answers], have: Answers, right: Answers
) -> tuple[Diagnosis | None, Mapping[str, Diagnosis]]:
    """Compare the submission's answers with those of every known mistake, and the right ones.

    Returns:
        The one mistake that answers alike in everything, and of each wrong thing ("dW1") the one
        that answers alike in that.
    """
    whole = [
        mistake
        for mistake, theirs in known.items()
        if all(agree(h, t) for h, t in zip(have, theirs, strict=True))
    ]
    parts: dict[str, Diagnosis] = {}
    for name in wrong(have, right):
        alike = [
            mistake
            for mistake, theirs in known.items()
            if all(agree(h, t, name) for h, t in zip(have, theirs, strict=True))
            and not all(agree(t, r, name) for t, r in zip(theirs, right, strict=True))
        ]
        if len(alike) == 1:
            parts[name] = alike[0]
    return (whole[0] if len(whole) == 1 else None), parts


def variant(entry: Misconception, source: str) -> ModuleType | None:
    """The reference with a mistake in it; None where the mistake does not fit this reference."""
    try:
        return _module(entry.apply(source))
    except ValueError:
        return None


@lru_cache(maxsize=512)
def _module(text: str) -> ModuleType | None:
    module = ModuleType("reference.variant")
    try:
        exec(compile(text, module.__name__, "exec"), vars(module))  # noqa: S102  our own catalogue
    except Exception:  # noqa: BLE001  it does not even define a network: nothing to compare with
        return None
    return module
