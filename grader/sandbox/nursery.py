"""The warden's process: imports what honest code needs once, then forks workers on request.

It is exec'ed, never forked from the grader, so that it holds no secret of the grader's. It speaks
JSON lines over a socket: {"op": "spawn", ...} with three descriptors (requests to read, replies
and output to write) is answered by {"pid": ...} and, where the system has them, a pidfd;
{"op": "reap", "pid": ...} by {"status": ...}. A dead worker stays a zombie until the grader asks:
so its pid cannot come to mean somebody else. End of file: it kills its workers and ends.
"""

import gc
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

from grader.sandbox import child, standins
from grader.sandbox.confine import prepare
from grader.sandbox.preload import preload

_LINE = 4096


def main() -> None:
    """Serve until the socket ends. argv: its descriptor, the parent's pid, what to preload."""
    descriptor, parent, wanted = sys.argv[1:]
    child.die_with(int(parent))
    control = socket.socket(fileno=int(descriptor))
    preload(tuple(wanted.split(",")))
    prepare()
    standins.install()  # for the workers: here, every one of them need not
    gc.collect()
    gc.freeze()  # a collection in a worker would otherwise copy every page that it looks at
    control.sendall(b'{"ready": true}\n')
    workers: set[int] = set()
    try:
        while True:
            line, descriptors, _, _ = socket.recv_fds(control, _LINE, 3)
            if not line:
                break
            _obey(json.loads(line), descriptors, control, workers)
    finally:
        for pid in workers:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def _obey(
    order: dict[str, Any], descriptors: list[int], control: socket.socket, workers: set[int]
) -> None:
    if order["op"] == "reap":
        _, status = os.waitpid(order["pid"], 0)
        workers.discard(order["pid"])
        control.sendall(json.dumps({"status": status}).encode() + b"\n")
        return
    warden = os.getpid()
    pid = os.fork()
    if pid == 0:
        control.detach()  # the worker closes what it does not need, this among it
        child.main(*descriptors, warden=warden, memory_mb=order["memory_mb"], cpu_s=order["cpu_s"])
    workers.add(pid)
    for descriptor in descriptors:
        os.close(descriptor)
    answer = json.dumps({"pid": pid}).encode() + b"\n"
    try:
        pidfd = os.pidfd_open(pid)
    except (AttributeError, OSError):
        control.sendall(answer)
    else:
        socket.send_fds(control, [answer], [pidfd])
        os.close(pidfd)
