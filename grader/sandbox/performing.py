"""Carrying out a request in the worker: make a network, set its state, call, read."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeAlias

import numpy as np

from grader.assignment import CLASS
from grader.sandbox.binding import UnboundError
from grader.sandbox.blame import StudentFault, describe, fault
from grader.sandbox.messages import ECHO, TOLERATE, WANT
from grader.sandbox.plain import OversizeError, Packer
from grader.sandbox.request import Value
from grader.sandbox.stubs import Stubs, TooManyAsksError
from grader.sandbox.subject import MissingPartError, Subject
from grader.sandbox.watching import Watch

_ASK_BODY = 48 << 20

# The fields of an ask message -> kind and fields of the answer.
Consult: TypeAlias = Callable[[list[Value]], tuple[str, list[Any]]]


class Performance:
    """One request, as it is carried out."""

    def __init__(
        self,
        subject: Subject,
        fields: list[Any],
        *,
        announce: Callable[[str | None], None],
        glimpse: Callable[[int, dict[str, Value]], None],
        consult: Consult,
    ) -> None:
        """Prepare a request.

        Args:
            subject: the loaded file.
            fields: of the run message (messages.run_message).
            announce: tells the grader which call begins.
            glimpse: tells the grader how far a training has come.
            consult: sends an ask message, waits for the grader's answer.
        """
        limit, self._steps, network, self._state, self._read, stubs, banned, self._seed, watch = (
            fields
        )
        self._subject = subject
        self._network: dict[str, Any] | None = network
        self._stubs: list[str] = stubs
        self._banned = frozenset(banned)
        self._announce = announce
        self._watch: AbstractContextManager[None] = (
            Watch(subject.cls, glimpse) if watch else nullcontext()
        )
        self._consult = consult
        self._packer = Packer(limit)
        self._returned: list[Value] = []
        self._echoed: list[Value] = []
        self._instance: object | None = None

    def go(self) -> list[Value]:
        """Carry it out; the fields of the reply.

        Raises:
            StudentFault: the student's code failed.
        """
        self._set_up()
        # The file may have asked for errors; on our extremes that is no fault.
        np.seterr(divide="warn", over="warn", under="ignore", invalid="warn")
        stubs = Stubs(
            self._subject, self._instance, names=self._stubs, banned=self._banned, ask=self._ask
        )
        with stubs, self._watch:  # in this order: it may be a stub that is watched
            for index, step in enumerate(self._steps):
                if isinstance(step[0], int):
                    self._repeat(*step)
                else:
                    if index:
                        self._announce(step[0])
                    self._call(*step, last=index == len(self._steps) - 1)
        return [self._returned, self._attributes(), self._echoed]

    def _set_up(self) -> None:
        if self._network is None:
            return
        self._instance = self._subject.fresh(self._network, self._seed)
        for name, value in self._state.items():
            try:
                _put(self._instance, name, value)
            except BaseException as error:  # noqa: BLE001  a property of theirs
                raise StudentFault(describe(error, CLASS, self._subject.lines)) from None

    def _repeat(self, times: int, calls: list[Any], pool: list[Any]) -> None:
        calls = [(name, {k: pool[i] for k, i in places.items()}) for name, places in calls]
        for index in range(times):
            for name, arguments in calls:
                if not index:
                    self._announce(name)
                self._do(name, arguments)
            if not index and len(calls) > 1:
                self._announce(None)

    def _call(self, name: str, arguments: dict[str, Any], flags: int, *, last: bool) -> None:
        try:
            result = self._do(name, arguments)
            if flags & WANT:
                self._returned.append([True, self._plain(name, result, last=last)])
            if flags & ECHO:
                self._echoed.append(
                    {key: self._plain(name, value, last=last) for key, value in arguments.items()}
                )
        except StudentFault as failure:
            if not flags & TOLERATE:
                raise
            if flags & WANT:
                self._returned.append([False, failure.description])
            if flags & ECHO:
                self._echoed.append({})

    def _do(self, name: str, arguments: dict[str, Any]) -> object:
        if name in self._banned and name not in self._stubs:
            raise fault("Banned", "it is not run again: it had to be stopped before", name)
        try:
            return self._subject.call(name, self._instance, arguments)
        except MissingPartError:
            raise fault("Missing", f"nn.py defines no {name}", name, missing=True) from None
        except UnboundError as error:
            raise fault("Unbound", str(error), name) from None
        except TooManyAsksError:
            raise fault("RuntimeError", "it calls other methods without end", name) from None
        except BaseException as error:  # noqa: BLE001  theirs, SystemExit included
            raise StudentFault(describe(error, name, self._subject.lines)) from None

    def _plain(self, name: str, thing: object, *, last: bool) -> Value:
        try:
            # What is not the end of the request may still be changed in place.
            return self._packer.plain(thing, copy=not last)
        except OversizeError as error:
            raise fault("Oversize", str(error), name) from None
        except BaseException as error:  # noqa: BLE001  a class of theirs
            raise StudentFault(describe(error, name, self._subject.lines)) from None

    def _attributes(self) -> Value:
        found: dict[str, Value] = {}
        for name in self._read:
            try:
                thing = getattr(self._instance, name)
            except BaseException:  # noqa: BLE001, S112  a property of theirs; then it is not there
                continue
            found[name] = self._plain(self._last_name(), thing, last=True)
        return found

    def _last_name(self) -> str:
        names = [step[0] for step in self._steps if isinstance(step[0], str)]
        return names[-1] if names else CLASS

    def _ask(
        self, name: str, arguments: dict[str, Any], state: dict[str, Any], *, nested: bool
    ) -> tuple[Any, Mapping[str, Any]]:
        packer = Packer(_ASK_BODY)
        plain = [
            {key: packer.plain(value) for key, value in given.items()}
            for given in (arguments, state)
        ]
        kind, fields = self._consult([name, *plain, nested])
        if kind == "refused":
            raise ValueError(fields[0])
        return fields[0], fields[1]


def _put(instance: object, name: str, value: Any) -> None:  # noqa: ANN401  what was sent
    """Set an attribute; in the array that is there, if it is alike: others may refer to that."""
    there = getattr(instance, name, None)
    if (
        type(there) is np.ndarray
        and isinstance(value, np.ndarray)
        and there.shape == value.shape
        and there.dtype == value.dtype
        and there.flags.writeable
    ):
        there[...] = value
    else:
        setattr(instance, name, value)
