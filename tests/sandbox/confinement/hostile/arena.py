"""What an attack is told, and how it is described."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arena:
    """What there is to attack.

    Attributes:
        folder: holds reference.py ("SECRET = 42") and results.json, owned by the attacker's uid.
        victim: pid of another process of the attacker's uid, with SECRET=42 in its environment.
        address: of a readable page in the victim.
        tcp: a port that listens on 127.0.0.1.
        udp: another.
        unix: an abstract socket that listens, without the leading NUL.
        inherited: a descriptor of reference.py, open for reading, that nobody meant to hand down.
        writable: a descriptor of a scratch file, likewise.
        machine_code: address of a page, mapped before confinement, that makes the i386 call
            getpid() through int 0x80 and returns the answer.
    """

    folder: str
    victim: int
    address: int
    tcp: int
    udp: int
    unix: str
    inherited: int
    writable: int
    machine_code: int

    def path(self, name: str) -> str:
        """A path in the folder."""
        return f"{self.folder}/{name}"


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack.

    Attributes:
        run: returns when the attack succeeded, raises what the kernel answered when not. Its
            docstring is the title.
        alone: layers each of which holds it off without any other, where it is active.
        alone_as_user: layers that do so for every uid but 0.
        needs_root: cannot succeed for an ordinary user, walls or no walls.
        closed: kernels exist that refuse it to everybody: its control may be refused.
    """

    run: Callable[[Arena], object]
    alone: frozenset[str]
    alone_as_user: frozenset[str] = frozenset()
    needs_root: bool = False
    closed: bool = False

    @property
    def name(self) -> str:
        """What tests call it."""
        return self.run.__name__

    def walls(self, up: set[str], mode: str) -> frozenset[str]:
        """Those of the layers that are up that hold it off alone, for "root" or "user"."""
        user = mode == "user" or "uid" in up
        return (self.alone | (self.alone_as_user if user else frozenset())) & up


def held_by(*layers: str) -> frozenset[str]:
    """Layers, as a set."""
    return frozenset(layers)


EXECUTED = 77
"""The exit status of a program that an attack executed in its place: it succeeded."""
