"""Whether what fails is right by another convention: samples in rows, or one-hot labels.

Asked only after a check has failed, once a submission each, in a handful of requests.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict

import numpy as np

from grader import conventions
from grader.assignment import ASSIGNED, GRADIENTS, TRAINING
from grader.compare import RTOL, Floats
from grader.network import Labels, Parameters
from grader.report import Status
from grader.sandbox.errors import Stopped, StudentError
from grader.sandbox.request import Call, Request
from grader.student import Student

SAMPLES = 7
RATE = 0.01

UNWRITTEN = "{} is not written yet."
"""How the judge says that a method's body is not there."""

ROWS_NEVER_MATTER = frozenset({"ReLU", "update_params"})
"""What is computed element by element."""

WORDED = frozenset({Status.FAILED, Status.RAISED, Status.MISSING})


class Conventions:
    """Finds the convention behind a failure, and words it."""

    def __init__(self, student: Student) -> None:
        """Nothing is asked yet."""
        self._student = student
        self._answers: dict[str, bool] = {}
        self._stopped = False

    def told(self, method: str, status: Status, message: str) -> str:
        """The message of a failed check, or one sentence about what is done otherwise.

        Args:
            method: that failed; or TRAINING.
            status: of the check; a method that had to be stopped is asked nothing.
            message: as the check has it.
        """
        if status not in WORDED or self._student.load_error:
            return message
        loaded, name = self._student.loaded, "gradient_descent" if method == TRAINING else method
        if conventions.absent(loaded, name):
            return message
        if message == UNWRITTEN.format(name):
            return conventions.unwritten(loaded, name)
        return (
            conventions.misnamed(loaded, method, message, raised=status is Status.RAISED)
            or self._of_rows(method, status)
            or self._of_labels(method, status)
            or message
        )

    def _of_rows(self, method: str, status: Status) -> str | None:
        if method in ROWS_NEVER_MATTER or status is Status.MISSING:
            return None
        kept = self._keeps_rows()
        if kept is None:
            return None
        if method != "forward_propagation":
            return "This goes back to samples in rows: see forward_propagation."
        line = self._student.defined.get(method)
        weights = (
            " and its W1 is (hidden_size, input_size), not the other way round" if kept else ""
        )
        return (
            "Your network keeps one sample a row; the assignment's X has one sample a column, "
            f"shape (input_size, m){weights} (forward_propagation, line {line})."
        )

    def _keeps_rows(self) -> bool | None:
        """Whether rows come with transposed weights; None where the file keeps no rows."""
        ways: Mapping[str, tuple[bool, bool]] = {  # whether W, and whether b, is transposed
            "rows": (False, False),
            "rows, b in a row": (False, True),
            "rows, all transposed": (True, True),
        }
        for name, (turned, flat) in ways.items():
            if self._is(name, lambda: self._forward_of_rows(turned, flat)):  # noqa: B023  called at once
                return turned
        return None

    def _of_labels(self, method: str, status: Status) -> str | None:
        test = {
            "backward_propagation": self._backward_of_one_hot,
            "cross_entropy_loss": self._loss_of_one_hot,
        }.get(method)
        if test is None or status is Status.MISSING or not self._is(method, test):
            return None
        return (
            f"{method} (line {self._student.defined.get(method)}) takes one-hot labels, shape "
            "(output_size, m); the assignment hands it y of shape (m,), integers: the encoding "
            "belongs inside."
        )

    def _is(self, name: str, test: Callable[[], bool]) -> bool:
        """The answer to a test; it only words a message, so what goes wrong in it means no."""
        if name not in self._answers:
            try:
                self._answers[name] = not self._stopped and test()
            except Stopped:  # once is enough
                self._answers[name], self._stopped = False, True
            except Exception:  # noqa: BLE001  theirs; the check's own message stands
                self._answers[name] = False
        return self._answers[name]

    def _forward_of_rows(self, turned: bool, flat: bool) -> bool:  # noqa: FBT001  facts, not switches
        parameters, X, _ = _case()
        state = {
            name: value.T if (turned if name[0] == "W" else flat) else value
            for name, value in parameters.items()
        }
        request = Request(
            (Call("forward_propagation", {"X": X.T}),),
            {**asdict(ASSIGNED), "learning_rate": RATE},
            {name: np.ascontiguousarray(value) for name, value in state.items()},
            ("A2",),
        )
        reply = self._student.run(request, ASSIGNED, RATE, samples=SAMPLES, body=1 << 20)
        returned = reply.returned[0]
        answers = returned if isinstance(returned, tuple) else (returned,)
        found = (reply.attributes.get("A2"), *answers)
        solution = self._student.solution
        if solution is None:
            return any(map(_are_distributions_in_rows, found))
        right = solution.network(ASSIGNED, parameters)
        right.forward_propagation(X)
        return any(_same(one, right.A2.T) for one in found)

    def _backward_of_one_hot(self) -> bool:
        parameters, X, y = _case()
        solution = self._student.solution
        network = self._student.network(parameters)
        after = network.backward_propagation(X, _encoded(y))
        if solution is None:
            gradients = [(after[f"d{name}"].value, value) for name, value in parameters.items()]
            shaped = all(isinstance(g, np.ndarray) and g.shape == v.shape for g, v in gradients)
            return shaped and self._raises(lambda: network.backward_propagation(X, y))
        right = solution.network(ASSIGNED, parameters)
        right.forward_propagation(X)
        right.backward_propagation(X, y)
        return all(_same(after[name].value, getattr(right, name)) for name in GRADIENTS)

    def _loss_of_one_hot(self) -> bool:
        parameters, X, y = _case()
        solution = self._student.solution
        network = self._student.network(parameters)
        if solution is None:
            X, y = X[:, :1], y[:1]
            likely = network.forward_propagation(X)["A2"].array()[int(y[0]), 0]
            loss = network.cross_entropy_loss(X, _encoded(y)).result.value
            return isinstance(loss, float) and _same(float(np.exp(-loss)), float(likely))
        right = solution.network(ASSIGNED, parameters)
        right.forward_propagation(X)
        after = network.cross_entropy_loss(X, _encoded(y))
        return _same(after.result.value, right.cross_entropy_loss(X, y))

    def _raises(self, call: Callable[[], object]) -> bool:
        try:
            call()
        except StudentError:
            return True
        return False


def _case() -> tuple[Parameters, Floats, Labels]:
    """Weights (as the contract has them), samples (input_size, m) and labels (m,)."""
    rng = np.random.default_rng(SAMPLES)
    n = ASSIGNED
    parameters = {
        "W1": rng.standard_normal((n.hidden_size, n.input_size)) / np.sqrt(n.input_size),
        "b1": rng.standard_normal((n.hidden_size, 1)),
        "W2": rng.standard_normal((n.output_size, n.hidden_size)) / np.sqrt(n.hidden_size),
        "b2": rng.standard_normal((n.output_size, 1)),
    }
    X = rng.standard_normal((n.input_size, SAMPLES))
    return parameters, X, rng.integers(0, n.output_size, SAMPLES)


def _encoded(y: Labels) -> Labels:
    return np.asarray(np.arange(ASSIGNED.output_size)[:, None] == y, np.int64)


def _are_distributions_in_rows(have: object) -> bool:
    shape = (SAMPLES, ASSIGNED.output_size)
    if not isinstance(have, np.ndarray) or have.shape != shape or have.dtype.kind != "f":
        return False
    return bool(np.allclose(have.sum(axis=1), 1, RTOL) and (have >= 0).all())


def _same(have: object, want: Floats | float) -> bool:
    if not isinstance(have, np.ndarray | float):
        return False
    return np.shape(have) == np.shape(want) and np.allclose(have, want, RTOL)
