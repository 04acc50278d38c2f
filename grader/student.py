"""The submission as the checks hold it: a proxy that names what may be called, and no more."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from time import monotonic
from types import ModuleType
from typing import NoReturn

import numpy as np

from grader.answers import After, shown
from grader.assignment import ALIASES, Sizes
from grader.compare import Floats
from grader.errors import OutOfTimeError
from grader.example import Example, attach
from grader.network import Network, Parameters
from grader.parties import Limits, Solution, Watcher
from grader.sandbox.errors import Refused, StudentError
from grader.sandbox.request import (
    Ask,
    Call,
    Glimpse,
    Loaded,
    Repeat,
    Reply,
    Request,
    Serve,
    Value,
)
from grader.sandbox.session import Session

_SLACK = 64 * 1024
_SPARE = 16
_ASK_FOR_A2 = frozenset((*ALIASES["A2"], *ALIASES["predictions"]))


class Student:
    """The functions of the module, and networks with weights of the grader's choice."""

    def __init__(self, session: Session, solution: Solution | None, limits: Limits) -> None:
        """Hold the session that runs the submission.

        Args:
            session: it is closed by whoever opened it.
            solution: answers for stubs, and for what a method asks for beside the samples. None:
                nobody knows the right answers here, and the submission's own have to do.
            limits: what it may use.
        """
        self._session = session
        self._solution = solution
        self._limits = limits
        self._spent = 0.0
        self._seed = 0
        self._stubs: frozenset[str] = frozenset()
        self._banned: frozenset[str] = frozenset()
        self._asked: frozenset[str] = frozenset()
        self._called: frozenset[str] = frozenset()
        self._sound: frozenset[str] = frozenset()
        self._takes_samples: dict[str, bool] = {}
        self._watch: Watcher | None = None

    @property
    def load_error(self) -> StudentError | None:
        """Why the file could not be loaded at all, e.g. a syntax error."""
        return self._session.loaded.error

    def watch(self, watcher: Watcher) -> None:
        """Tell somebody, now and then, how far a training has come."""
        self._watch = watcher

    @property
    def asked(self) -> frozenset[str]:
        """The parts that the submission's code called while the reference answered for them."""
        return self._asked

    @property
    def called(self) -> frozenset[str]:
        """The same, since `helped` was last begun."""
        return self._called

    @property
    def loaded(self) -> Loaded:
        """What is in the file."""
        return self._session.loaded

    @property
    def solution(self) -> Solution | None:
        """What knows the right answers, where anything does."""
        return self._solution

    @property
    def reference(self) -> ModuleType | None:
        """The worked solution's module, where there is one."""
        return self._solution.reference if self._solution else None

    @property
    def defined(self) -> Mapping[str, int]:
        """The contract's names that the submission defines, with their lines."""
        return self._session.loaded.defined

    @property
    def banned(self) -> frozenset[str]:
        """What hung or killed the worker once, and is not called again."""
        return self._banned

    @property
    def spent_s(self) -> float:
        """Seconds that its calls have used of what it has for all of them."""
        return self._spent

    def ban(self, name: str) -> None:
        """Never call `name` again."""
        self._banned |= {name}

    @property
    def sound(self) -> frozenset[str]:
        """The parts that passed all their checks so far, so that other checks may rely on them."""
        return self._sound

    def trust(self, names: frozenset[str]) -> None:
        """Note which parts are sound."""
        self._sound = names

    @contextmanager
    def helped(self, collaborators: frozenset[str]) -> Iterator[None]:
        """Within this block, calls of these parts are answered by the reference."""
        before, self._stubs = self._stubs, collaborators
        self._called = frozenset()
        try:
            yield
        finally:
            self._stubs = before

    @contextmanager
    def seeded(self, seed: int) -> Iterator[None]:
        """Within this block, the submission's random generators start from `seed`."""
        before, self._seed = self._seed, seed
        try:
            yield
        finally:
            self._seed = before

    def ReLU(self, Z: Floats) -> After:
        """Run the module's ReLU on Z; the argument is sent back too."""
        return self._function("ReLU", Z)

    def softmax(self, Z: Floats) -> After:
        """Run the module's softmax on Z; the argument is sent back too."""
        return self._function("softmax", Z)

    def network(self, parameters: Parameters, learning_rate: float = 0.01) -> Network:
        """A network of the submission with these W1, b1, W2, b2."""
        return Network(self, parameters, learning_rate)

    def _function(self, name: str, Z: Floats) -> After:
        request = Request((Call(name, {"Z": Z}, echo=True),))
        example = Example(((name, {"Z": Z}),))
        call = f"{name}(Z) with {shown(Z, 'Z', span=True)}"
        try:
            reply = self.run(request, Sizes(), 0.01, samples=Z.shape[-1], body=4 * Z.nbytes)
        except StudentError as error:
            attach(error, example, call)
            raise
        return After(call, reply, example)

    def run(  # noqa: PLR0913  what the request may cost
        self,
        request: Request,
        sizes: Sizes,
        learning_rate: float,
        *,
        samples: int,
        body: int,
        deadline_s: float | None = None,
    ) -> Reply:
        """Send one request, under what is left of the submission's time.

        Args:
            request: what to run; its stubs and bans are filled in here.
            sizes: of the network that stubs stand for.
            learning_rate: likewise.
            samples: how many columns an honest argument has.
            body: bytes that an honest answer may hold.
            deadline_s: for a call with a budget of its own, which is not counted with the rest.

        Raises:
            StudentError, Stopped: what the submission's code did (sandbox/errors.py).
        """
        left = self._limits.submission_s - self._spent
        if deadline_s is None and left <= 0:
            raise OutOfTimeError(self._limits.submission_s)
        seconds = deadline_s or self._limits.call_s
        serve: Serve = _refuse
        if self._solution is not None:
            serve = self._solution.serve(
                sizes,
                learning_rate,
                stubs=self._stubs,
                samples=2 * samples + _SPARE,
                budget_s=seconds,
            )
        started = monotonic()
        try:
            reply = self._session.run(
                Request(
                    steps=request.steps,
                    network=request.network,
                    state=request.state,
                    read=request.read,
                    stubs=self._stubs,
                    banned=self._banned,
                    seed=self._seed,
                    watch=deadline_s is not None and self._watch is not None,
                ),
                deadline_s=seconds,
                max_body=body + _SLACK,
                serve=serve if self._stubs else None,
                watch=partial(_watched, self._watch, request) if self._watch else None,
            )
            self._asked |= set(reply.asked)
            self._called |= set(reply.asked)
            return reply
        finally:
            if deadline_s is None:
                self._spent += monotonic() - started

    def takes_samples(
        self, name: str, network: Network, X: Floats, rest: Mapping[str, Value]
    ) -> bool:
        """Whether the submission's method asks for samples, or relies on the last forward pass.

        It does where it cannot be called with the rest of its arguments alone.
        """
        if name not in self._takes_samples:
            try:
                network.call(name, X, rest)
            except StudentError as error:
                self._takes_samples[name] = error.type_name == "Unbound"
            else:
                self._takes_samples[name] = False
        return self._takes_samples[name]

    def probabilities(self, name: str, network: Network, X: Floats) -> Floats:
        """A2 (output_size, m) of the samples X, for a method that asks for it instead of X.

        Without a solution it is the submission's own, or zeros where that is no such array, and
        where the method does not ask.
        """
        sizes = network.sizes
        if self._solution is not None:
            right = self._solution.network(sizes, network.parameters)
            right.forward_propagation(X)
            return np.asarray(right.A2, np.float64)
        own: object = None
        if any(p.lower() in _ASK_FOR_A2 for p in self.loaded.parameters.get(name, ())):
            with suppress(StudentError):
                own = network.forward_propagation(X)["A2"].value
        shape = (sizes.output_size, X.shape[1])
        if isinstance(own, np.ndarray) and own.shape == shape and own.dtype.kind == "f":
            return own.astype(np.float64)
        return np.zeros(shape)

    @property
    def stubs(self) -> frozenset[str]:
        """What the reference answers for at the moment."""
        return self._stubs


def _watched(watcher: Watcher, request: Request, glimpse: Glimpse) -> None:
    last = request.steps[-1]
    steps = last.times if isinstance(last, Repeat) else last.arguments.get("iters")
    if isinstance(steps, int):
        watcher(glimpse.step, steps, glimpse.parameters)


def _refuse(ask: Ask) -> NoReturn:
    raise Refused(f"{ask.name} cannot be called here")
