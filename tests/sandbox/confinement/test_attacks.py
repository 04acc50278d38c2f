"""Every attack is held off, would have succeeded without the walls, and meets more than one."""

from collections.abc import Callable
from typing import Any

import pytest
from hostile import ATTACKS
from hostile.arena import Attack

from grader.sandbox.confine import ACTIVE, LAYERS

Run = Callable[..., dict[str, Any]]
Record = Callable[[str, object], None]

# Exceptions in which a kernel's "no" reaches Python. Anything else (NameError, AttributeError ...)
# would mean that the attack is broken, not that it was held off.
_NO = {
    "PermissionError",
    "OSError",
    "BlockingIOError",
    "FileNotFoundError",
    "MemoryError",
    "_ArrayMemoryError",
    "ProcessLookupError",
    "RuntimeError",
}


def contained(answer: dict[str, Any]) -> bool:
    """Whether the attack was refused, or its process killed, and nothing changed."""
    if answer["outcome"] == "refused":
        assert answer["kind"] in _NO, answer
    return answer["outcome"] in ("refused", "killed") and not answer["changed"]


def test_contained(run: Run, attack: Attack, mode: str, record_property: Record) -> None:
    """Behind all the walls, every attack fails and changes nothing."""
    answer = run(attack.name, mode)
    assert answer["level"] == "full" or "Landlock" in answer["layers"]["landlock"]
    assert "seen_error" not in answer
    held = contained(answer)
    record_property(f"contained {mode}", held)
    assert held, answer


def test_control(run: Run, attack: Attack, mode: str) -> None:
    """Without walls, the same attack succeeds: it is a real one."""
    if attack.needs_root and mode != "root":
        pytest.skip("only root can do this, walls or no walls")
    answer = run(attack.name, mode, confined=False)
    if attack.closed and answer["outcome"] != "succeeded":
        pytest.skip(f"this kernel refuses it to everybody: {answer}")
    assert answer["outcome"] == "succeeded", answer


def test_each_wall_alone(run: Run, attack: Attack, mode: str, record_property: Record) -> None:
    """Each of the layers named beside an attack holds it off without any other."""
    if attack.needs_root and mode != "root":
        pytest.skip("held off by not being root, walls or no walls")
    for layer in sorted(attack.alone | attack.alone_as_user):
        up = {layer, "no_new_privs"} | ({"uid"} if layer in attack.alone_as_user else set())
        answer = run(attack.name, mode, disabled=sorted(set(LAYERS) - up))
        if answer["layers"][layer] == ACTIVE:
            held = contained(answer)
            record_property(f"alone {layer}", held)
            assert held, (layer, answer)


@pytest.mark.parametrize(
    "layer", sorted({layer for one in ATTACKS.values() for layer in one.alone})
)
def test_ablation(run: Run, mode: str, layer: str, record_property: Record) -> None:
    """With one layer taken away, what it held alone escapes, and nothing else does."""
    escaped: set[str] = set()
    expected: set[str] = set()
    closed: set[str] = set()
    for attack in ATTACKS.values():
        if layer in attack.alone | attack.alone_as_user:
            answer = run(attack.name, mode, disabled=[layer])
            up = {name for name, state in answer["layers"].items() if state == ACTIVE}
            if not contained(answer):
                escaped.add(attack.name)
            if not attack.walls(up, mode) and (mode == "root" or not attack.needs_root):
                (closed if attack.closed else expected).add(attack.name)
    record_property(f"without {layer} {mode}", len(escaped))
    assert expected <= escaped <= expected | closed
