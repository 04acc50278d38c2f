"""Shut this process in, for good: every wall in order, each proved as soon as it is up.

Called in the worker after the fork and before it says hello; nothing of a student's is in memory
yet. README.md in this folder tells what each layer is for and what none of them defends.
"""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from grader.sandbox import landlock, limits, privileges, probes, seccomp
from grader.sandbox.libc import UnavailableError

Level = Literal["full", "strong", "degraded"]

LEVELS: tuple[Level, ...] = ("degraded", "strong", "full")
"""From the lowest walls to the highest."""

ACTIVE = "active"
_UNAVAILABLE = "unavailable: "
SWITCHED_OFF = _UNAVAILABLE + "switched off"
_NOT_ROOT = _UNAVAILABLE + privileges.NOT_ROOT


class ConfinementError(Exception):
    """A wall that was put up does not hold, or the process is not the one that was meant."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How one worker is to be confined.

    Attributes:
        memory_mb: address space in MiB, preloaded libraries included.
        cpu_s: processor time in seconds.
        parent_pid: the warden's; the worker dies with it.
        keep_fds: descriptors that stay open beside 0, 1 and 2.
        disabled: layers left out, to show in a test what the others hold.
    """

    memory_mb: int
    cpu_s: int
    parent_pid: int
    keep_fds: tuple[int, ...]
    disabled: frozenset[str] = frozenset()


def _seccomp(_: Policy) -> None:
    seccomp.install(seccomp.packed(seccomp.here(), os.getpid()))


# The order matters: /proc must be open for the first ones, root is needed until the uid changes,
# a change of uid clears pdeathsig and dumpable, the last two need no_new_privs, and after seccomp
# nothing more can be done.
_STEPS: Mapping[str, Callable[[Policy], None]] = MappingProxyType(
    {
        "descriptors": lambda policy: privileges.close_descriptors(policy.keep_fds),
        "oom_score": lambda _: limits.first_to_go(),
        "limits": lambda policy: limits.set_limits(policy.memory_mb, policy.cpu_s),
        "root": lambda _: privileges.enter_empty_root(),
        "uid": lambda _: privileges.become_nobody(),
        "capabilities": lambda _: privileges.drop_capabilities(),
        "parent": lambda policy: privileges.die_with_parent(policy.parent_pid),
        "no_new_privs": lambda _: privileges.no_new_privileges(),
        "landlock": lambda _: landlock.restrict(),
        "seccomp": _seccomp,
    }
)

PROBES = "probes"
LAYERS = (*_STEPS, PROBES)
_ESSENTIAL = ("descriptors", "limits", "no_new_privs", "seccomp", PROBES)


def prepare() -> None:
    """Do once, in the warden, what would otherwise cost every worker a millisecond."""
    with suppress(UnavailableError):
        seccomp.packed(seccomp.here(), 0)


def confine(policy: Policy) -> Mapping[str, str]:
    """Put up every wall that this machine has.

    Returns:
        Layer -> "active" or "unavailable: why", in the order in which they were put up.

    Raises:
        ConfinementError: a layer that claims to be active let something through, the parent
            has died, or a name in policy.disabled is no layer.
    """
    unknown = policy.disabled - set(LAYERS)
    if unknown:
        raise ConfinementError(f"no such layer: {', '.join(sorted(unknown))}; there are {LAYERS}")
    layers: dict[str, str] = {}
    for name, step in _STEPS.items():
        if name in policy.disabled:
            layers[name] = SWITCHED_OFF
            continue
        try:
            step(policy)
        except ProcessLookupError as error:
            raise ConfinementError(str(error)) from error
        except (UnavailableError, OSError) as error:
            layers[name] = f"{_UNAVAILABLE}{error}"
            continue
        layers[name] = ACTIVE
        if PROBES not in policy.disabled:
            _prove(name)
    layers[PROBES] = SWITCHED_OFF if PROBES in policy.disabled else ACTIVE
    return MappingProxyType(layers)


def _prove(layer: str) -> None:
    holes = probes.allowed(layer)
    if holes:
        raise ConfinementError(
            f"the {layer} layer is up and yet this process can {', '.join(holes)}; "
            "no submission is run behind a wall with a hole"
        )


def level(layers: Mapping[str, str]) -> Level:
    """How far a worker with these layers can be trusted.

    full: an empty root and a uid of its own (or the grader is not root), Landlock, seccomp.
    strong: seccomp, proved by the probes, within limits, nothing inherited.
    degraded: anything less; a result must then be marked as unofficial.
    """
    if any(layers.get(name) != ACTIVE for name in _ESSENTIAL):
        return "degraded"
    own_world = all(layers.get(name) in (ACTIVE, _NOT_ROOT) for name in ("root", "uid"))
    return "full" if own_world and layers.get("landlock") == ACTIVE else "strong"
