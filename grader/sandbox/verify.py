"""Check a worker's walls from outside, by what the kernel says of it in /proc/PID/status."""

from collections.abc import Mapping
from pathlib import Path

from grader.sandbox.confine import ACTIVE, ConfinementError

_SECCOMP_FILTER = "2"


def _status(pid: int | str) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    return {
        name: value.strip()
        for name, colon, value in (line.partition(":") for line in lines)
        if colon
    }


def _contradictions(
    layers: Mapping[str, str], seen: Mapping[str, str], own: Mapping[str, str]
) -> list[str]:
    """What the kernel says against the layers that claim to be active."""

    def expect(layer: str, field: str, *, holds: bool) -> None:
        # A field that this kernel does not show is no evidence either way.
        if layers.get(layer) == ACTIVE and field in seen and not holds:
            found.append(f"{layer} claims to be active, but {field} is {seen[field]!r}")

    found: list[str] = []
    for kind in ("Uid", "Gid"):
        ids = set(seen.get(kind, "").split())
        expect("uid", kind, holds=len(ids) == 1 and ids != set(own.get(kind, "").split()[:1]))
    expect("uid", "Groups", holds=seen.get("Groups") == "")
    for kind in ("CapEff", "CapPrm", "CapInh"):
        expect("capabilities", kind, holds=not seen.get(kind, "0").strip("0"))
    expect("no_new_privs", "NoNewPrivs", holds=seen.get("NoNewPrivs") == "1")
    expect("seccomp", "Seccomp", holds=seen.get("Seccomp") == _SECCOMP_FILTER)
    # In a container everything is under a filter already: the worker must have one more.
    filters = "Seccomp_filters"
    expect("seccomp", filters, holds=int(seen.get(filters, 1)) > int(own.get(filters, 0)))
    expect("seccomp", "Threads", holds=seen.get("Threads") == "1")
    return found


def verify(pid: int, layers: Mapping[str, str]) -> Mapping[str, str]:
    """Hold a confined process to what it says of itself.

    Args:
        pid: of a child that has returned from confine().
        layers: what confine() returned there.

    Returns:
        The facts that were looked at (Uid, Groups, CapEff, NoNewPrivs, Seccomp ...), for the
        record; those that this kernel does not show are absent. Empty where there is no /proc.

    Raises:
        ConfinementError: the kernel contradicts a layer.
        FileNotFoundError: there is /proc, but no such process.
    """
    if not Path("/proc/self/status").exists():
        return {}
    seen = _status(pid)
    found = _contradictions(layers, seen, _status("self"))
    if found:
        raise ConfinementError(
            "; ".join(found) + "; no submission is run behind a wall with a hole"
        )
    wanted = (
        "Uid",
        "Gid",
        "Groups",
        "CapEff",
        "CapPrm",
        "CapInh",
        "NoNewPrivs",
        "Seccomp",
        "Seccomp_filters",
        "Threads",
    )
    return {name: seen[name] for name in wanted if name in seen}
