"""Whose fault it is, and what a file cannot gain by odd answers."""

import pytest
from support.files import REFERENCE, SKELETON

from grader.judge import CORE
from grader.report import Status


def without(text, *names):
    """The reference without these methods' bodies."""
    for name in names:
        head, _, tail = text.partition(f"    def {name}(")
        signature, _, rest = tail.partition('"""\n')
        body, separator, after = rest.partition("\n\n")
        assert body
        body = f'{signature}"""\n        raise NotImplementedError'
        text = f"{head}    def {name}({body}{separator}{after}"
    return text


def replaced(text, name, body):
    """The reference with another body of a method."""
    text = without(text, name)
    return text.replace("raise NotImplementedError", body)


INLINE = REFERENCE.replace("self.one_hot(y)", "(np.arange(self.output_size)[:, None] == y)")


@pytest.mark.parametrize(
    "names", [("one_hot",), ("cross_entropy_loss",), ("one_hot", "cross_entropy_loss")]
)
def test_optional_parts_may_be_left_out(grade_text, names):
    """Whatever optional parts are left out, and not called, the rest is worth 100."""
    report = grade_text(without(INLINE, *names))
    assert report.score == 100
    assert {m.name for m in report.methods if m.status == "skipped"} >= set(names)


def test_what_is_called_is_not_left_out(grade_text):
    """A one_hot that backward_propagation calls is missing, and costs its own points."""
    report = grade_text(without(REFERENCE, "one_hot"))
    by_name = {m.name: m for m in report.methods}
    assert by_name["one_hot"].status == "missing"
    assert by_name["backward_propagation"].points == 25
    assert report.score == 95


@pytest.mark.slow
def test_doing_nothing_is_not_doing_wrong(grade_text):
    """`pass` is worth what NotImplementedError is worth, in every part that trains."""
    for name in CORE:
        missing = grade_text(without(REFERENCE, name))
        assert grade_text(replaced(REFERENCE, name, "pass")).score == missing.score


ODD = {
    "nothing": "return None",
    "text": "return 'text'",
    "a vector": "return np.arange(7.0)",
    "nan": "return np.full((3, 2), np.nan)",
    "infinite": "return np.inf",
    "nested lists": "return [[1.0], [2.0, 3.0]]",
    "empty": "return np.zeros((0, 0))",
    "objects": "return np.array([None, {}])",
    "a class": "return NN",
    "huge integers": "return 10**400",
}
ATTRIBUTES = "self.{} = {}"


@pytest.mark.slow
@pytest.mark.parametrize("odd", ODD)
def test_odd_answers_are_the_students_fault(grade_text, odd):
    """Whatever comes back, from every method and in every attribute: graded, and worth 0."""
    value = ODD[odd].removeprefix("return ")
    stores = "; ".join(
        ATTRIBUTES.format(name, value)
        for name in ["Z1", "A1", "Z2", "A2", "dW1", "db1", "dW2", "db2", "W1", "b1", "W2", "b2"]
    )
    text = SKELETON.replace("    raise NotImplementedError", f"    {ODD[odd]}")
    text = text.replace(f"        {ODD[odd]}", f"        {stores}; {ODD[odd]}")
    report = grade_text(text)
    assert report.status == "graded", report.reason
    assert report.score == 0


@pytest.mark.slow
def test_a_transposed_update_is_the_students_fault(grade_text):
    """Arrays of wrong shapes in the middle of a computation break no check."""
    text = REFERENCE.replace(
        "self.W1 - self.learning_rate * self.dW1", "self.W1.T - self.learning_rate * self.dW1.T"
    ).replace("np.arange(m)]).mean()", "np.arange(m)])")
    text = text.replace("float(-np.log", "(-np.log")
    report = grade_text(text)
    assert report.status == "graded", report.reason
    assert {m.name for m in report.methods if m.points < m.max_points} == {
        "update_params",
        "cross_entropy_loss",
    }


def test_stale_predictions_fail(grade_text):
    """Predictions of the last forward pass are no answer to a question about X."""
    report = grade_text(replaced(REFERENCE, "get_predictions", "return self.A2.argmax(axis=0)"))
    by_name = {m.name: m.points for m in report.methods}
    assert by_name["get_predictions"] == 0


def test_predictions_of_the_last_pass_where_nothing_else_is_asked(grade_text):
    """A get_predictions(self) that takes no samples is right about the last forward pass."""
    text = REFERENCE.replace(
        "def get_predictions(self, X: Floats) -> Labels:", "def get_predictions(self) -> Labels:"
    ).replace("self.forward_propagation(X).argmax(axis=0)", "self.A2.argmax(axis=0)")
    text = text.replace(
        "np.mean(self.get_predictions(X) == y)",
        "np.mean((self.forward_propagation(X), self.get_predictions())[1] == y)",
    ).replace("predictions = self.get_predictions(X)", "predictions = self.get_predictions()")
    assert grade_text(text).score == 100


@pytest.mark.parametrize(
    "count",
    ["iters + 1", *(pytest.param(n, marks=pytest.mark.slow) for n in ("2 * iters", "30 * iters"))],
)
def test_another_count_of_steps_fails(grade_text, count):
    """More steps than asked lower the loss further, and are still not what was asked."""
    report = grade_text(REFERENCE.replace("range(iters)", f"range({count})"))
    by_name = {m.name: m for m in report.methods}
    assert by_name["gradient_descent"].points <= 2
    assert {m.name for m in report.methods if m.points < m.max_points} == {"gradient_descent"}


def test_stubs_answer_for_nothing_else(grade_text):
    """The channel that a stub asks by cannot be used to have the homework done."""
    text = REFERENCE.replace("return np.maximum(0, Z)", "Z *= Z > 0\n    return Z")
    thief = """
        for cell in ReLU.__closure__ or ():
            ask = getattr(cell.cell_contents, "_ask", None)
            if ask:
                state = {n: getattr(self, n) for n in "W1 b1 W2 b2 A0 Z1 A1 Z2 A2".split()}
                _, sets = ask("backward_propagation", {"X": X, "y": y}, state, nested=False)
                self.__dict__.update(sets)"""
    report = grade_text(replaced(text, "backward_propagation", thief))
    assert {m.name: m.points for m in report.methods}["backward_propagation"] == 0


def test_a_hang_in_forward_costs_forward_alone(grade_text):
    """With a forward pass that hangs, loss and backward are judged by what they do themselves."""
    text = REFERENCE.replace("self.A0 = X", "sum(range(10**12))\n        self.A0 = X")
    report = grade_text(text)
    lost = {m.name for m in report.methods if m.points < m.max_points}
    assert lost == {"forward_propagation"}
    statuses = {c.status for c in report.checks if c.method == "forward_propagation"}
    assert statuses == {Status.TIMED_OUT}


@pytest.mark.slow
def test_slow_code_is_right_code(grade_text):
    """A ReLU as slow as a loop in Python gets its points, and costs nobody else theirs."""
    text = REFERENCE.replace(
        "return np.maximum(0, Z)",
        "import time\n    time.sleep(2e-4 * Z.size)\n    return np.maximum(0, Z)",
    )
    report = grade_text(text)
    lost = {m.name for m in report.methods if m.points < m.max_points}
    assert lost <= {"training"}


@pytest.mark.slow
def test_a_descent_that_dies_on_many_samples_is_not_replaced(grade_text):
    """Whoever trains a few samples, and dies on the real ones, has not trained."""
    text = REFERENCE.replace(
        "for _ in range(iters):",
        "if X.shape[1] > 400:\n            import os\n            os._exit(0)\n"
        "        for _ in range(iters):",
    )
    report = grade_text(text)
    assert report.score == 90
    assert {c.status for c in report.checks if c.method == "training"} == {Status.CRASHED}


def test_hostile_metaclass(grade_text):
    """A class that raises whenever it is looked at is graded 0."""
    text = """
class M(type):
    def __getattribute__(s, n): raise RuntimeError(n)
class NN(metaclass=M): pass
"""
    report = grade_text(text)
    assert (report.status, report.score) == ("graded", 0)


def test_annotations_do_not_matter(grade_text):
    """A file whose top level fails is graded from its definitions, annotations and all."""
    report = grade_text(REFERENCE + "\nimport pandas as pd\nframe = pd.read_csv('train.csv')\n")
    assert report.score == 100
    assert "pandas.read_csv" in report.checks[0].message


def test_a_rate_that_dies_out_shows_beside_another_fault(grade_text):
    """Where the reference answers for update_params, it steps by the network's rate of the time."""
    text = REFERENCE.replace(
        "            self.update_params()",
        "            self.update_params()\n            self.learning_rate = self.learning_rate / 2",
    ).replace("self.forward_propagation(X).argmax(axis=0)", "self.forward_propagation(X) > 0.5")
    report = grade_text(text)
    lost = {check.method for check in report.checks if check.points < check.max_points}
    assert lost == {"gradient_descent", "get_predictions"}


def own_merit(report):
    """What is said of methods that are right by their own merit."""
    return {c.method: c.message for c in report.checks if c.status is Status.PASSED and c.message}


@pytest.mark.slow
def test_only_what_was_called_is_blamed(grade_text):
    """What fails is named where it was called; what is left out is nobody's fault."""
    text = REFERENCE.replace("np.eye(self.output_size, dtype=self.W2.dtype)[:, y]", "y")
    text = text.replace("self.W2 @ self.A1 + self.b2", "self.W2 @ self.A1")
    text = text.replace("def cross_entropy_loss", "def other_loss")
    said = own_merit(grade_text(text))
    assert said["backward_propagation"] == (
        "Your backward_propagation is right; "
        "what fails are forward_propagation and one_hot, which it builds on."
    )
    assert said["get_predictions"] == (
        "Your get_predictions is right; what fails is forward_propagation, which it calls."
    )
    assert not any("cross_entropy_loss" in message for message in said.values())


@pytest.mark.slow
def test_accuracy_may_call_one_hot(grade_text):
    """A fault in one_hot does not cost an accuracy that counts by it."""
    text = REFERENCE.replace(
        "self.get_predictions(X) == y", "self.get_predictions(X) == self.one_hot(y).argmax(axis=0)"
    ).replace("dtype=self.W2.dtype)[:, y]", "dtype=self.W2.dtype)[:, y - 1]")
    report = grade_text(text)
    lost = {check.method for check in report.checks if check.points < check.max_points}
    assert lost == {"one_hot"}


@pytest.mark.slow
def test_what_the_diagnosis_asks_costs_nothing(grade_text):
    """A file that calls one_hot only on the diagnosis's cases has left it out all the same."""
    text = REFERENCE.replace("    def one_hot(self", "    def other(self").replace(
        "        dZ2 = (self.A2 - self.one_hot(y)) / m",
        "        if m == 9 and self.W1.shape == (7, 4):\n"
        "            try:\n"
        "                self.one_hot(y)\n"
        "            except AttributeError:\n"
        "                pass\n"
        "        dZ2 = self.A2 - self.other(y)",
    )
    report = grade_text(text)
    assert {m.name: m.status for m in report.methods}["one_hot"] == "skipped"


def test_answers_near_the_largest_float_are_wrong_and_no_more(grade_text):
    """A softmax of 1e308 costs itself; it does not end the grading."""
    text = REFERENCE.replace(
        "return E / E.sum(axis=0, keepdims=True)", "return np.full(Z.shape, 1e308)"
    )
    report = grade_text(text)
    assert report.status == "graded"
    lost = {check.method for check in report.checks if check.points < check.max_points}
    assert lost == {"softmax"}


@pytest.mark.slow
def test_a_training_of_faulty_parts_says_what_to_mend_first(grade_text):
    """Where too much is wrong to train by own merit, the training says which parts those are."""
    text = REFERENCE.replace("self.A1 = ReLU(self.Z1)", "self.A1 = -ReLU(self.Z1)").replace(
        "self.W1 - self.learning_rate", "self.W1 + self.learning_rate"
    )
    said = {check.message for check in grade_text(text).checks if check.method == "training"}
    assert len(said) == 1
    assert said.pop().endswith(" Mend forward_propagation and update_params first.")


def test_a_part_that_calls_itself_costs_itself_alone(grade_text):
    """A ReLU without end: where the grader answers for it, nothing runs without end."""
    head, _, tail = REFERENCE.partition("def ReLU(")
    rest = tail.partition("def softmax(")[2]
    report = grade_text(f"{head}def ReLU(Z):\n    return ReLU(Z)\n\n\ndef softmax({rest}")
    assert {m.name for m in report.methods if m.points < m.max_points} == {"ReLU"}
    assert report.score == 96


def test_what_a_skeleton_begins_with_is_nothing(grade_text):
    """A descent may ask for the accuracy before its first step, when Z1 to A2 are None yet."""
    text = REFERENCE.replace(
        "        for _ in range(iters):",
        "        self.get_accuracy(X, y)\n        for _ in range(iters):",
        1,
    )
    begins = text.replace(
        "        self.learning_rate = learning_rate\n",
        "        self.learning_rate = learning_rate\n        self.Z1 = self.A1 = self.A2 = None\n",
        1,
    )
    assert begins != text != REFERENCE
    # Without update_params the descent is judged with what it calls made right.
    report = grade_text(without(begins, "update_params"))
    lost = {m.name for m in report.methods if m.points < m.max_points}
    assert lost == {"update_params", "training"}
