"""What single layers promise beyond the attacks: limits, ends, honest reports, no false claims."""

import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox.confine import ACTIVE, LAYERS, ConfinementError, Policy, confine
from grader.sandbox.verify import verify

Run = Callable[..., dict[str, Any]]

needs_root = pytest.mark.skipif(os.getuid() != 0, reason="the layer is root's")


@pytest.mark.parametrize(
    ("fault", "layer"),
    [
        ("seccomp allows everything", "seccomp"),
        ("Landlock does nothing", "landlock"),
        pytest.param("uid stays", "uid", marks=needs_root),
        pytest.param("root stays", "root", marks=needs_root),
    ],
)
def test_a_hole_is_fatal(run: Run, fault: str, layer: str) -> None:
    """A layer that claims to be up and lets its probe through ends the confinement."""
    mode = "root" if os.getuid() == 0 else "user"
    answer = run("read_reference", mode, sabotage=fault)
    assert answer["outcome"] == "not confined"
    assert f"the {layer} layer is up and yet this process can" in answer["detail"]


def test_looking_is_a_hole_too(run: Run, mode: str) -> None:
    """A probe that the kernel looked into counts as allowed, even if it then failed."""
    answer = run(
        "read_reference",
        mode,
        sabotage="seccomp lets programs be executed",
        disabled=["root", "landlock"],
    )
    assert answer["outcome"] == "not confined"
    assert "execute a program ([Errno 2]" in answer["detail"]


@needs_root
def test_capabilities_that_stay_are_seen(run: Run) -> None:
    """A worker that keeps root's capabilities is found out by its own probe."""
    answer = run("read_reference", "root", sabotage="capabilities stay", disabled=["uid"])
    assert answer["outcome"] == "not confined"
    assert "use a capability" in answer["detail"]


def test_probes_alone_find_it(run: Run, mode: str) -> None:
    """Without the probes the same hole goes unseen from inside: they are what finds it."""
    answer = run(
        "stat_file",
        mode,
        sabotage="seccomp allows everything",
        disabled=["probes", "root", "landlock"],
    )
    assert answer["outcome"] == "succeeded"
    assert answer["level"] == "degraded"


def test_orphan(run: Run, mode: str) -> None:
    """A worker whose parent is not the one it was told of refuses to go on."""
    answer = run("read_reference", mode, parent_pid=1)
    assert answer["outcome"] == "not confined"
    assert "parent" in answer["detail"]


def test_little_memory_is_not_blamed_on_anybody(run: Run, mode: str) -> None:
    """A limit under what honest code needs is reported as unavailable, with the cure."""
    answer = run("stat_file", mode, memory_mb=64)
    assert answer["level"] == "degraded"
    assert "allow at least" in answer["layers"]["limits"]


def test_own_limits(run: Run, mode: str) -> None:
    """The limits are the ones asked for, soft and hard."""
    answer = run("limits_as_seen", mode, memory_mb=1024, cpu_s=7)
    soft_and_hard = 1024 << 20
    assert answer["detail"] == str(
        {
            "AS": (soft_and_hard, soft_and_hard),
            "DATA": (soft_and_hard, soft_and_hard),
            "CPU": (7, 8),
            "FSIZE": (0, 0),
            "CORE": (0, 0),
            "NOFILE": (24, 24),
            "NPROC": (0, 0),
            "MEMLOCK": (0, 0),
        }
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("subject", "end"),
    [
        ("loop_in_c", "SIGXCPU"),
        ("loop_in_python", "SIGXCPU"),
        ("loop_in_blas", "SIGXCPU"),
        ("loop_in_regex", "SIGXCPU"),
        ("loop_ignoring_signals", "SIGKILL"),
    ],
)
def test_endless_loops(run: Run, subject: str, end: str) -> None:
    """Loops end at the processor limit: by the soft one, or if that is ignored, the hard one."""
    mode = "root" if os.getuid() == 0 else "user"
    answer = run(subject, mode, cpu_s=1)
    assert (answer["outcome"], answer["detail"]) == ("killed", end)


def test_endless_loop_control(run: Run) -> None:
    """Without the limits layer such a loop goes on until somebody kills it."""
    mode = "root" if os.getuid() == 0 else "user"
    answer = run("loop_in_c", mode, cpu_s=1, disabled=["limits"], deadline_s=2.5)
    assert answer["outcome"] == "hung"


@pytest.mark.parametrize(
    ("subject", "end"),
    [("abort", "SIGABRT"), ("segfault", "SIGSEGV"), ("raise_sigterm", "SIGTERM")],
)
def test_ends_by_signal(run: Run, subject: str, end: str, mode: str) -> None:
    """A crash ends the worker by the very signal that tells what happened."""
    answer = run(subject, mode)
    assert (answer["outcome"], answer["detail"]) == ("killed", end)


@pytest.mark.parametrize("subject", ["trace", "io_uring", "i386_call", "x32_call"])
def test_fatal_calls(run: Run, subject: str, mode: str) -> None:
    """Calls that no honest program makes end the worker at once."""
    answer = run(subject, mode)
    assert (answer["outcome"], answer["detail"]) == ("killed", "SIGSYS")


def test_seen_from_outside(run: Run, mode: str) -> None:
    """The kernel, asked by the parent, confirms what the worker says."""
    seen = run("stat_file", mode)["seen"]
    for kind in ("Uid", "Gid"):
        assert len(set(seen[kind].split())) == 1
        assert "0" not in seen[kind].split()
    assert seen["Groups"] == "" or mode == "user"
    assert not seen["CapEff"].strip("0")
    assert (seen["NoNewPrivs"], seen["Seccomp"], seen["Threads"]) == ("1", "2", "1")


def test_first_to_go_in_a_session_of_its_own(run: Run, mode: str) -> None:
    """The kernel would kill the worker first when memory runs out; it leads its own session."""
    outside = run("stat_file", mode)["outside"]
    assert int(outside["oom_score_adj"]) == 1000
    assert outside["leads_session"]


def test_closed_to_debuggers(run: Run, mode: str) -> None:
    """The worker's /proc belongs to root, so that no other process of its uid can look in."""
    assert run("stat_file", mode)["outside"]["owner"] == 0
    control = run("stat_file", mode, disabled=["parent", "uid", "capabilities", "root"])
    assert (control["outside"]["owner"] == 0) == (mode == "root")


def test_dies_with_its_parent(run: Run, doomed_mother: Callable[..., Any], mode: str) -> None:
    """When the parent is killed the worker is gone, whatever it is doing."""
    answer = run("loop_ignoring_signals", mode, by=doomed_mother, die=True)
    assert answer["left"] == []


def test_dies_with_its_parent_control(run: Run, doomed_mother: Callable[..., Any]) -> None:
    """Without the parent layer it is still there afterwards, and has to be killed."""
    mode = "root" if os.getuid() == 0 else "user"
    answer = run("loop_ignoring_signals", mode, by=doomed_mother, die=True, disabled=["parent"])
    assert len(answer["left"]) == 1


@needs_root
def test_no_two_workers_share_a_uid(run: Run) -> None:
    """Each of root's workers has a uid of its own, far above every account."""
    uids = [int(run("stat_file", "root")["seen"]["Uid"].split()[0]) for _ in range(2)]
    assert uids[0] != uids[1]
    assert min(uids) > 1_879_000_000


def test_false_claims_are_found_out() -> None:
    """A process that is not confined and says it is contradicts the kernel, field by field."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    # In a container some of it is true of every process.
    safe = {"NoNewPrivs": "1", "Seccomp": "2", "CapEff": "0" * 16, "CapPrm": "0" * 16}
    fields = {name for name, value in safe.items() if status.get(name, value) != value}
    with pytest.raises(ConfinementError) as raised:
        verify(os.getpid(), dict.fromkeys(LAYERS, ACTIVE))
    for field in {"Uid", "Gid"} | fields:
        assert f"but {field} is {status[field]!r}" in str(raised.value)
    if "Seccomp_filters" in status:
        assert "but Seccomp_filters is" in str(raised.value)


def test_unclaimed_layers_are_not_held_against_it() -> None:
    """What says of itself that it is unavailable is no false claim."""
    assert "Uid" in verify(os.getpid(), dict.fromkeys(LAYERS, "unavailable: why"))


def test_unknown_layer() -> None:
    """Switching off a layer that does not exist is refused before anything is done."""
    before = resource.getrlimit(resource.RLIMIT_CORE)
    policy = Policy(512, 5, os.getppid(), (), frozenset({"secomp"}))
    with pytest.raises(ConfinementError, match="no such layer: secomp"):
        confine(policy)
    assert resource.getrlimit(resource.RLIMIT_CORE) == before


def test_nothing_is_left_open(run: Run, mode: str) -> None:
    """Of a mother's descriptors only those to keep are open: standard ones, report, go."""
    answer = run("open_descriptors", mode)
    assert len(answer["detail"].split()) == 5
    control = run("open_descriptors", mode, disabled=["descriptors"])
    assert len(control["detail"].split()) > 5


def test_result_is_read_only(run: Run) -> None:
    """What confine() returned cannot be changed afterwards by whoever holds it."""
    mode = "root" if os.getuid() == 0 else "user"
    assert run("limits_as_seen", mode)["frozen"] is True
