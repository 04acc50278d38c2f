"""What the grader asks of a student's file, and what it gets back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from numpy.typing import NDArray

from grader.sandbox.errors import StudentError

Array: TypeAlias = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something that does not cross the wall: all that is known is its type's name."""

    type_name: str


@dataclass(frozen=True, slots=True)
class Absent:
    """Stands where a tolerated call returned nothing because it raised."""

    error: StudentError


Value: TypeAlias = (
    "bool | int | float | str | list[Value] | tuple[Value, ...] | dict[str, Value]"
    " | Array | Opaque | None"
)
"""What crosses the wall: plain data, and arrays of f8 f4 i8 i4 u1 b1 with at most 4 axes."""

MAX_NAMES = 60
MAX_PARAMETERS = 20
MAX_IDENTIFIER = 60
"""How much is told of names that the contract does not know; a header holds it many times."""

Policy: TypeAlias = Literal["full", "definitions"]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a part of the contract.

    Attributes:
        name: "forward_propagation", "ReLU", ...
        arguments: what is offered, by its name in the contract: {"X": X, "y": y}. The student's
            parameters are matched by name (grader.assignment.ALIASES). Names that the contract
            does not list for this method ("one_hot_y", "m", ...) are extras: they are given only
            to a parameter that asks for them by name, never by position.
        want: send back what it returned.
        echo: send back the arguments as they are after the call.
        tolerate: an exception in it does not end the request (a preparation, e.g. the forward
            pass before get_predictions).
    """

    name: str
    arguments: Mapping[str, Value] = field(default_factory=dict)
    want: bool = True
    echo: bool = False
    tolerate: bool = False


@dataclass(frozen=True, slots=True)
class Repeat:
    """Each of the calls in turn, `times` times over; nothing of it is sent back."""

    times: int
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A new network, some calls of it, and what to read afterwards: one round trip.

    Attributes:
        steps: what to do, in order.
        network: arguments of the constructor (input_size, hidden_size, output_size,
            learning_rate), set as attributes as well; None: no network is made (ReLU, softmax).
        state: attributes set on the new network before the steps.
        read: attributes read after the steps.
        stubs: names whose calls by the student's code are answered by the grader (`serve`).
        banned: names that must not run: a stub does not run its original, a Call fails at once.
        seed: the random generators of NumPy (legacy) and the standard library start from it.
        watch: tell now and then how far update_params has brought the network; for eyes only.
    """

    steps: tuple[Call | Repeat, ...]
    network: Mapping[str, Value] | None = None
    state: Mapping[str, Value] = field(default_factory=dict)
    read: tuple[str, ...] = ()
    stubs: frozenset[str] = frozenset()
    banned: frozenset[str] = frozenset()
    seed: int = 0
    watch: bool = False

    @property
    def first(self) -> str:
        """The call that it begins with; the worker announces the others."""
        for step in self.steps:
            if isinstance(step, Call):
                return step.name
            if step.calls:
                return step.calls[0].name
        return "NN"


@dataclass(frozen=True, slots=True)
class Glimpse:
    """How far a request that is watched has come, by its own account.

    Attributes:
        step: how often update_params has come to its end.
        parameters: what was there of W1, b1, W2, b2.
    """

    step: int
    parameters: Mapping[str, "Value"]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a request brought back. Every array is the caller's own.

    Attributes:
        returned: one entry for each Call with `want`, in order.
        attributes: those of `Request.read` that exist.
        arguments: one mapping for each Call with `echo`: its arguments as they are afterwards
            (empty where the call was tolerated and raised).
        asked: the stubs that the student's code called, in order.
    """

    returned: tuple["Value | Absent", ...]
    attributes: Mapping[str, Value]
    arguments: tuple[Mapping[str, Value], ...] = ()
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is in a student's file.

    Attributes:
        policy: "full": all of it ran; "definitions": only its imports, functions, classes and
            plain constants.
        defined: the names of the contract that are there, with the line each begins on.
        note: why it was graded from its definitions, or that its constructor fails; a
            sentence or two for the student.
        error: why nothing could be loaded (a syntax error, no Python text).
        classes: the other classes, with their lines.
        others: functions, and methods of the network's class, that the contract does not name.
        attributes: what is set on the network to anything but None, with the first line.
        parameters: of each method of the contract, without self.

    The last four are read off the syntax tree: at most MAX_NAMES names each, all ASCII.
    """

    policy: Policy
    defined: Mapping[str, int]
    note: str | None = None
    error: StudentError | None = None
    classes: Mapping[str, int] = field(default_factory=dict)
    others: Mapping[str, int] = field(default_factory=dict)
    attributes: Mapping[str, int] = field(default_factory=dict)
    parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ask:
    """The student's code called a stub.

    Attributes:
        name: of the stub.
        arguments: what it was called with, by names of the contract where they can be told
            (otherwise by the student's parameter names); absent what was not given.
        state: those attributes of the network that the contract lets the method read, its sizes
            and learning_rate, as they are now.
        nested: it was called by the original of another stub, which runs only to fill the
            student's private stores; such calls are not listed in Reply.asked.
    """

    name: str
    arguments: Mapping[str, Value]
    state: Mapping[str, Value]
    nested: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a stub is to return, and the attributes it is to set on the network."""

    returned: Value = None
    sets: Mapping[str, Value] = field(default_factory=dict)


Serve: TypeAlias = Callable[[Ask], Answer]
Watch: TypeAlias = Callable[[Glimpse], None]
