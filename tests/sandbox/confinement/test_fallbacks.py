"""On lesser machines the level is lower, says why, and what walls there are still hold."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from hostile import ATTACKS

from grader.sandbox.confine import ACTIVE, LAYERS, level

Run = Callable[..., dict[str, Any]]

needs_root = pytest.mark.skipif(os.getuid() != 0, reason="plays a root with fewer capabilities")

_STEALING = ("read_reference", "overwrite_results", "fork", "execute", "tcp", "kill", "memory_file")


def _held(run: Run, mode: str, machine: str) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    for name in _STEALING:
        answer = run(name, mode, machine=machine)
        assert answer["outcome"] in ("refused", "killed"), (name, answer)
        assert "seen_error" not in answer
    return answer


def test_full_here(run: Run, mode: str) -> None:
    """With a kernel that has Landlock, root and an ordinary user both reach the full level."""
    answer = run("stat_file", mode)
    if "Landlock" in answer["layers"]["landlock"]:
        pytest.skip("this kernel has no Landlock")
    assert answer["level"] == "full"
    own = ACTIVE if mode == "root" else "unavailable: not root"
    assert (answer["layers"]["root"], answer["layers"]["uid"]) == (own, own)
    assert all(
        state == ACTIVE for name, state in answer["layers"].items() if name not in ("root", "uid")
    )


@pytest.mark.parametrize("machine", ["no Landlock", "Landlock off"])
def test_without_landlock(run: Run, mode: str, machine: str) -> None:
    """Old kernels and gVisor have no Landlock: strong, and seccomp holds alone."""
    answer = _held(run, mode, machine)
    assert answer["level"] == "strong"
    assert answer["layers"]["landlock"].startswith("unavailable: ")
    assert "Landlock" in answer["layers"]["landlock"]


def test_without_seccomp(run: Run, mode: str) -> None:
    """Without seccomp the level is degraded, never more, and the reason is the kernel's."""
    answer = run("stat_file", mode, machine="no seccomp")
    assert answer["level"] == "degraded"
    assert answer["layers"]["seccomp"] == "unavailable: [Errno 22] seccomp: Invalid argument"


@needs_root
def test_docker(run: Run) -> None:
    """Docker's default capabilities and filter leave the full level."""
    assert _held(run, "root", "docker")["level"] == "full"


@needs_root
@pytest.mark.parametrize(
    ("machine", "lost"),
    [
        ("docker without CAP_SYS_CHROOT", {"root"}),
        ("docker without CAP_KILL", {"uid"}),
        ("root without capabilities", {"root", "uid"}),
    ],
)
def test_root_with_less(run: Run, machine: str, lost: set[str]) -> None:
    """A root that may not chroot or change its uid is strong, and keeps no capability."""
    answer = _held(run, "root", machine)
    assert answer["level"] == "strong"
    layers = answer["layers"]
    assert {name for name, state in layers.items() if state != ACTIVE} == lost
    assert not answer["seen"]["CapEff"].strip("0")


@needs_root
@pytest.mark.slow
@pytest.mark.parametrize("name", ATTACKS)
def test_every_attack_in_docker(
    run: Run, name: str, record_property: Callable[[str, object], None]
) -> None:
    """Every attack fails in a Docker that grants next to nothing, too."""
    for machine in ("docker", "root without capabilities"):
        answer = run(name, "root", machine=machine)
        held = answer["outcome"] in ("refused", "killed") and not answer["changed"]
        record_property(f"contained {machine}", held)
        assert held, answer


def test_levels() -> None:
    """Which layers make which level: each one taken away from a full set in turn."""
    everything = dict.fromkeys(LAYERS, ACTIVE)
    found = {name: level(everything | {name: "unavailable: why"}) for name in LAYERS}
    degraded = {"descriptors", "limits", "no_new_privs", "seccomp", "probes"}
    strong = {"root", "uid", "landlock"}
    assert level(everything) == "full"
    assert {name for name, one in found.items() if one == "degraded"} == degraded
    assert {name for name, one in found.items() if one == "strong"} == strong
    ordinary_user = everything | dict.fromkeys(("root", "uid"), "unavailable: not root")
    assert level(ordinary_user) == "full"
    assert level({}) == "degraded"
