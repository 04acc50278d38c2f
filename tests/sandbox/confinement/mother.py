"""A stand-in for the warden: preloads, then forks a child for every line it reads.

Run as a program, it takes orders as lines of JSON and answers each with a line.
"""

import ctypes
import json
import mmap
import os
import select
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[2])]

import behaviour  # noqa: E402  the path had to be set first
import honest  # noqa: E402
import machines  # noqa: E402
from hostile import ATTACKS  # noqa: E402
from hostile.arena import EXECUTED, Arena  # noqa: E402

from grader.sandbox.confine import ConfinementError, Policy, confine, level, prepare  # noqa: E402
from grader.sandbox.verify import verify  # noqa: E402

Facts = dict[str, Any]

_GETPID_BY_INT_0X80 = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"


def _code_page() -> tuple[mmap.mmap, int]:
    """An executable page with the i386 call, and its address."""
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(_GETPID_BY_INT_0X80)
    return page, ctypes.addressof(ctypes.c_char.from_buffer(page))


def _tell(descriptor: int, **facts: object) -> None:
    os.write(descriptor, json.dumps(facts).encode() + b"\n")


def _child(order: Facts, report: int, go: int, parent: int, code: int) -> None:
    nothing = os.open("/dev/null", os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.close(nothing)
    arena = order["arena"]
    inherited = os.open(f"{arena['folder']}/reference.py", os.O_RDONLY)
    writable = os.open(f"{arena['folder']}/scratch", os.O_WRONLY)
    machines.become(order)
    machines.sabotage(order.get("sabotage"))
    if order["confined"]:
        policy = Policy(
            memory_mb=order.get("memory_mb", 1536),
            cpu_s=order.get("cpu_s", 20),
            parent_pid=order.get("parent_pid", parent),
            keep_fds=(report, go),
            disabled=frozenset(order.get("disabled", ())),
        )
        layers = confine(policy)
        frozen = not hasattr(layers, "__setitem__")
        _tell(report, layers=dict(layers), level=level(layers), frozen=frozen)
        os.read(go, 1)
    subject = order["subject"]
    if subject in ATTACKS:
        ATTACKS[subject].run(
            Arena(**arena, inherited=inherited, writable=writable, machine_code=code)
        )
        _tell(report, outcome="succeeded", detail="")
    else:
        _tell(report, outcome="succeeded", detail=(honest.CORPUS | behaviour.BEHAVIOUR)[subject]())


def _guarded_child(order: Facts, report: int, go: int, parent: int, code: int) -> None:
    try:
        _child(order, report, go, parent, code)
    except ConfinementError as error:
        _tell(report, outcome="not confined", detail=str(error))
    except BaseException as error:  # noqa: BLE001  whatever it was, the test is to judge it
        where = "".join(traceback.format_tb(error.__traceback__)[-3:])
        _tell(report, outcome="refused", kind=type(error).__name__, detail=f"{error}", where=where)


def _lines(descriptor: int, deadline_s: float, on_layers: Callable[[Facts], None]) -> Facts:
    """All that a child tells until it closes its pipe; "hung" when it does not."""
    facts: Facts = {}
    rest = b""
    while True:
        if not select.select([descriptor], [], [], deadline_s)[0]:
            return facts | {"outcome": "hung"}
        chunk = os.read(descriptor, 1 << 16)
        if not chunk:
            return facts
        rest += chunk
        while b"\n" in rest:
            line, rest = rest.split(b"\n", 1)
            told = json.loads(line)
            facts |= told
            if "layers" in told:
                on_layers(told)


def carry_out(order: Facts, code: int) -> Facts:
    """Fork, let the child do as ordered, and tell what became of it."""
    report_read, report_write = os.pipe()
    go_read, go_write = os.pipe()
    mother = os.getpid()
    child = os.fork()
    if child == 0:
        os.close(report_read)
        os.close(go_write)
        _guarded_child(order, report_write, go_read, mother, code)
        os._exit(0)
    os.close(report_write)
    os.close(go_read)

    def look(told: Facts) -> None:
        try:
            told["seen"] = dict(verify(child, told["layers"]))
        except ConfinementError as error:
            told["seen_error"] = str(error)
        told["outside"] = {
            "owner": Path(f"/proc/{child}/environ").stat().st_uid,
            "oom_score_adj": Path(f"/proc/{child}/oom_score_adj").read_text(encoding="ascii"),
            "leads_session": os.getsid(child) == child,
        }
        seen.update(told)
        if order.get("die"):
            os.write(1, f"{child}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)
        os.write(go_write, b"g")

    seen: Facts = {}
    facts = _lines(report_read, order.get("deadline_s", 20), look) | seen
    if facts.get("outcome") == "hung":
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    for descriptor in (report_read, go_write):
        os.close(descriptor)
    if status == EXECUTED:
        facts["outcome"] = "succeeded"
    elif status < 0 and facts.get("outcome") != "hung":
        facts |= {"outcome": "killed", "detail": signal.Signals(-status).name}
    return facts | {"status": status}


def start_victim(order: Facts) -> Facts:
    """Fork a process of the attacker's uid that sleeps for as long as its mother lives."""
    memory = ctypes.create_string_buffer(b"SECRET")
    wait_read, wait_write = os.pipe()
    ready_read, ready_write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(wait_write)
        machines.become(order)
        os.write(ready_write, b"r")
        os.read(wait_read, 1)  # until the mother's end is closed, at the latest by her death
        os._exit(0)
    os.close(wait_read)
    os.close(ready_write)
    os.read(ready_read, 1)
    os.close(ready_read)
    return {"victim": child, "address": ctypes.addressof(memory)}


def main() -> None:
    """Preload, then serve until the orders end."""
    _page, code = _code_page()
    if "draws" in sys.argv:
        honest.preload_drawing()
    honest.preload()
    prepare()
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    for line in orders:
        order = json.loads(line)
        answer = start_victim(order) if "start_victim" in order else carry_out(order, code)
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
