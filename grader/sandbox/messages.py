"""The messages of both sides as values, and the grader's reading of what a worker answers.

To the worker:     load, run, answer, refused
From the worker:   hello, at (which call begins), seen (how far it has come), ask, loaded, reply,
                   raised, fault (of ours)

Every message is a list: its kind, the id of the request it belongs to, then its fields. What
comes from a worker is checked field by field; nothing of it is believed beyond its form.
"""

from collections.abc import Mapping

import numpy as np

from grader import assignment
from grader.sandbox.errors import SandboxError, StudentError, WireError
from grader.sandbox.request import (
    MAX_IDENTIFIER,
    MAX_NAMES,
    MAX_PARAMETERS,
    Absent,
    Answer,
    Ask,
    Call,
    Glimpse,
    Loaded,
    Policy,
    Repeat,
    Reply,
    Request,
    Value,
)
from grader.sandbox.text import clean, one_line

WANT, ECHO, TOLERATE = 1, 2, 4

_POLICIES: Mapping[str, Policy] = {"full": "full", "definitions": "definitions"}

MAX_ASKS = 5000
MAX_MESSAGE = 500
MAX_LINE = 200
MAX_NAME = 100
_MAX_FAULT = 2000
_MAX_LINES = 10_000_000
_MAX_STEP = 2**31


def load_message(identity: str, source: bytes, policy: Policy, *, construct: bool) -> Value:
    """Ask a worker to load a file, and whether to use its constructor."""
    return ["load", identity, np.frombuffer(source, np.uint8), policy, construct]


def run_message(identity: str, request: Request, max_body: int) -> Value:
    """Ask a worker to carry out a request."""
    return [
        "run",
        identity,
        max_body,
        [_step(step) for step in request.steps],
        None if request.network is None else dict(request.network),
        dict(request.state),
        [*request.read],
        [*sorted(request.stubs)],
        [*sorted(request.banned)],
        request.seed,
        request.watch,
    ]


def _step(step: Call | Repeat) -> Value:
    if isinstance(step, Call):
        flags = WANT * step.want | ECHO * step.echo | TOLERATE * step.tolerate
        return [step.name, dict(step.arguments), flags]
    # Each thing travels once, and is one thing there, as in a loop that a student writes.
    pool = {id(value): value for call in step.calls for value in call.arguments.values()}
    index = {key: number for number, key in enumerate(pool)}
    calls: list[Value] = [
        [call.name, {key: index[id(value)] for key, value in call.arguments.items()}]
        for call in step.calls
    ]
    return [step.times, calls, list(pool.values())]


def answer_message(identity: str, answer: Answer) -> Value:
    """Tell a stub what to return and set."""
    return ["answer", identity, answer.returned, dict(answer.sets)]


def refused_message(identity: str, message: str) -> Value:
    """Tell a stub to raise ValueError."""
    return ["refused", identity, message]


def opened(message: Value, identity: str) -> tuple[str, list[Value]]:
    """The kind and the fields of a message that belongs to this request.

    Raises:
        WireError: it is none, or belongs to another.
    """
    match message:
        case [str(kind), str(given), *fields] if given == identity:
            return kind, fields
    raise WireError("a message that does not belong to this request")


def expect(expected: str, kind: str, fields: list[Value]) -> list[Value]:
    """The fields of a final answer, if it is one of the expected kind.

    Raises:
        StudentError: it tells of an exception instead.
        SandboxError: it tells of a fault of ours.
        WireError: it is of no kind that could be expected.
    """
    if kind == expected:
        return fields
    match kind, fields:
        case "raised", [error]:
            raise read_error(error)
        case "fault", [str(text)]:
            raise SandboxError(f"the worker process failed: {clean(text, _MAX_FAULT)}")
    raise WireError("an answer of no known kind")


def read_hello(message: Value) -> Mapping[str, str]:
    """The layers of confinement that a worker says it has."""
    match message:
        case ["hello", "", dict(layers)]:
            return {one_line(k, MAX_NAME): one_line(str(v), MAX_LINE) for k, v in layers.items()}
    raise WireError("no hello")


def read_at(fields: list[Value]) -> str | None:
    """Which call of the contract begins."""
    match fields:
        case [None]:
            return None
        case [str(name)]:
            return _known(name)
    raise WireError("an announcement of no known form")


def read_seen(fields: list[Value]) -> Glimpse:
    """How far a request has come."""
    match fields:
        case [int(step), dict(parameters)] if 0 < step < _MAX_STEP:
            known = {name: parameters[name] for name in assignment.PARAMETERS if name in parameters}
            return Glimpse(step, known)
    raise WireError("a glimpse of no known form")


def read_ask(fields: list[Value]) -> Ask:
    """What the student's code called a stub with."""
    match fields:
        case [str(name), dict(arguments), dict(state), bool(nested)]:
            return Ask(_known(name), arguments, state, nested)
    raise WireError("a question of no known form")


def read_error(value: Value) -> StudentError:
    """An exception of the student's code."""
    match value:
        case [
            str(type_name),
            str(message),
            int() | None as line,
            str() | None as source_line,
            str(during),
            str() | None as function,
            bool(missing),
        ]:
            return StudentError(
                one_line(type_name, MAX_NAME),
                clean(message, MAX_MESSAGE),
                line=line,
                source_line=source_line and one_line(source_line, MAX_LINE),
                during=_known(during),
                function=function and one_line(function, MAX_NAME),
                missing=missing,
            )
    raise WireError("an exception of no known form")


def read_loaded(fields: list[Value]) -> Loaded:
    """What is in the file that was loaded."""
    match fields:
        case [
            str(policy),
            dict(lines),
            str() | None as note,
            error,
            {
                "classes": classes,
                "others": others,
                "attributes": attributes,
                "parameters": dict(parameters),
            },
        ] if policy in _POLICIES:
            defined = {
                name: line
                for name, line in lines.items()
                if isinstance(line, int) and (name in assignment.METHODS or name == "NN")
            }
            return Loaded(
                _POLICIES[policy],
                defined,
                note and one_line(note, MAX_MESSAGE),
                None if error is None else read_error(error),
                classes=_lines(classes),
                others=_lines(others),
                attributes=_lines(attributes),
                parameters={_known(name): _names(its) for name, its in parameters.items()},
            )
    raise WireError("a table of contents of no known form")


def _lines(value: Value) -> Mapping[str, int]:
    """Names, each with the line it first stands on."""
    if not isinstance(value, dict) or len(value) > MAX_NAMES:
        raise WireError("names of no known form, or too many")
    found: dict[str, int] = {}
    for name, line in value.items():
        if type(line) is not int or not 0 < line < _MAX_LINES:
            raise WireError("a line of no known form")
        found[_identifier(name)] = line
    return found


def _names(value: Value) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MAX_PARAMETERS:
        raise WireError("names of no known form, or too many")
    return tuple([_identifier(name) for name in value])


def _identifier(name: Value) -> str:
    if not (isinstance(name, str) and len(name) <= MAX_IDENTIFIER and name.isascii()):
        raise WireError("a name of no known form")
    if not name.isidentifier():
        raise WireError("a name that is none")
    return name


def read_reply(fields: list[Value], request: Request, asked: list[str]) -> Reply:
    """What a request brought back, as many values as were asked for."""
    calls = [step for step in request.steps if isinstance(step, Call)]
    match fields:
        case [list(returned), dict(attributes), list(arguments)]:
            if len(returned) != sum(call.want for call in calls):
                raise WireError("too many or too few results")
            if len(arguments) != sum(call.echo for call in calls):
                raise WireError("too many or too few arguments")
            if not set(attributes) <= set(request.read):
                raise WireError("attributes that nobody asked for")
            return Reply(
                tuple([_result(item) for item in returned]),
                attributes,
                tuple([_arguments(item) for item in arguments]),
                tuple(asked),
            )
    raise WireError("an answer of no known form")


def _result(item: Value) -> "Value | Absent":
    match item:
        case [True, value]:
            return value
        case [False, error]:
            return Absent(read_error(error))
    raise WireError("a result of no known form")


def _arguments(item: Value) -> Mapping[str, Value]:
    if not isinstance(item, dict):
        raise WireError("arguments of no known form")
    return item


def _known(name: str) -> str:
    if name not in assignment.METHODS and name not in {assignment.CLASS, "nn.py"}:
        raise WireError("a name that the contract does not know")
    return name
