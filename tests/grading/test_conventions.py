"""Files with names and conventions of their own are told so in one sentence, not in forty."""

import pytest
from support.files import REFERENCE, SKELETON

from grader import conventions
from grader.assignment import GRADED, METHODS
from grader.report import Status
from grader.sandbox.request import Loaded
from grader.sandbox.session import Session
from grader.solution import load_styles

STYLES = load_styles()


def rewritten(*replacements):
    """The reference with other texts in the place of some of its own."""
    text = REFERENCE
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    return text


def renamed(prefix, *names):
    """Replacements that write attributes in lower case."""
    return [(f"self.{name}", f"self.{prefix}{name.lower()}") for name in names]


def line_of(text, piece):
    """The first line that holds a piece of a text."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if piece in line)


def said(report, *statuses):
    """The messages that a student reads about each method, without repetition."""
    wanted = set(statuses) or {Status.FAILED, Status.RAISED, Status.MISSING}
    found = {}
    for check in report.checks:
        if check.status in wanted:
            found.setdefault(check.method, set()).add(check.message)
    return found


MANY = rewritten(
    *renamed("", "Z1", "A1", "Z2", "A2"),
    *((f"self.d{name}", f"self.D{name}") for name in ("W1", "b1", "W2", "b2")),
    ("def ReLU", "def relu"),
    ("= ReLU(", "= relu("),
    ("gradient_descent", "train"),
)


def test_names(grade_text):
    """Functions, methods and attributes under other names are told once each, with the line."""
    found = said(grade_text(MANY))
    places = {name: line_of(MANY, f"self.{name} = ") for name in ("z1", "a1", "z2", "a2")}
    sets = [f"self.{name} (line {line})" for name, line in places.items()]
    sentence = (
        f"nn.py sets {', '.join(sets[:3])} and {sets[3]}; "
        "the assignment's names are Z1, A1, Z2 and A2."
    )
    train = (
        f"nn.py does not define gradient_descent; train (line {line_of(MANY, 'def train')}) looks "
        "like it: rename it so that it can be graded."
    )
    relu = (
        f"nn.py does not define ReLU; relu (line {line_of(MANY, 'def relu')}) looks like it: "
        "rename it so that it can be graded."
    )
    assert found.pop("ReLU") == {relu}
    assert found.pop("forward_propagation") == {sentence}
    assert found.pop("gradient_descent") == found.pop("training") == {train}
    gradients = found.pop("backward_propagation")
    assert found.pop("update_params") == gradients
    assert len(gradients) == 1
    assert "the assignment's names are dW1, db1, dW2 and db2" in gradients.pop()
    assert not found


ROWS = (
    ("axis=0, keepdims", "axis=1, keepdims"),
    ("X.shape[1]", "X.shape[0]"),
    ("[:, y]", "[y]"),
    ("argmax(axis=0)", "argmax(axis=1)"),
    ("self.A2[y, np.arange(m)]", "self.A2[np.arange(m), y]"),
    ("self.W1 @ self.A0", "self.A0 @ self.W1"),
    ("self.W2 @ self.A1", "self.A1 @ self.W2"),
    ("dZ1.sum(axis=1", "dZ1.sum(axis=0"),
    ("dZ2.sum(axis=1", "dZ2.sum(axis=0"),
)
TURNED = (
    ("dZ2 @ self.A1.T", "self.A1.T @ dZ2"),
    ("self.W2.T @ dZ2", "dZ2 @ self.W2.T"),
    ("dZ1 @ X.T", "X.T @ dZ1"),
)
NOT_TURNED = (
    ("self.A0 @ self.W1", "self.A0 @ self.W1.T"),
    ("self.A1 @ self.W2", "self.A1 @ self.W2.T"),
    ("dZ2 @ self.A1.T", "dZ2.T @ self.A1"),
    ("self.W2.T @ dZ2", "dZ2 @ self.W2"),
    ("dZ1 @ X.T", "dZ1.T @ X"),
)
COLUMN_BIASES = (
    ("+ self.b1", "+ self.b1.T"),
    ("+ self.b2", "+ self.b2.T"),
    ("keepdims=True)\n        dZ1", "keepdims=True).T\n        dZ1"),
)
FOLLOWS = {"This goes back to samples in rows: see forward_propagation."}


@pytest.mark.parametrize(
    ("changes", "turned"),
    [
        pytest.param(ROWS + TURNED, True, id="W turned, b in a row"),
        pytest.param(ROWS + NOT_TURNED, False, id="b in a row", marks=pytest.mark.slow),
        pytest.param(
            ROWS + NOT_TURNED + COLUMN_BIASES, False, id="b in a column", marks=pytest.mark.slow
        ),
    ],
)
def test_samples_in_rows(grade_text, changes, turned):
    """A network of samples in rows is told so once; what follows from it says no more than that."""
    text = rewritten(*changes)
    report = grade_text(text)
    found = said(report)
    weights = " and its W1 is (hidden_size, input_size), not the other way round"
    sentence = (
        "Your network keeps one sample a row; the assignment's X has one sample a column, shape "
        f"(input_size, m){weights if turned else ''} "
        f"(forward_propagation, line {line_of(text, 'def forward')})."
    )
    assert found.pop("forward_propagation") == {sentence}
    assert set(found) >= {"softmax", "one_hot", "backward_propagation", "training"}
    assert all(messages == FOLLOWS for messages in found.values())
    assert not {m.name for m in report.methods if m.points} & {"softmax", "forward_propagation"}


@pytest.mark.slow
def test_a_wrong_axis_is_not_samples_in_rows(grade_text):
    """A softmax over the wrong axis in a network of columns is a mistake, and is told as one."""
    report = grade_text(rewritten(("axis=0, keepdims", "axis=1, keepdims")))
    messages = [message for of_method in said(report).values() for message in of_method]
    assert messages
    assert not any(" row;" in message or "in rows" in message for message in messages)


@pytest.mark.slow
def test_a_probe_that_hangs_changes_nothing(grade_text):
    """A forward pass that never ends on samples in rows keeps the message of its own failure."""
    hang = "while X.shape[0] == 7: pass\n        self.A0 = Xx"
    report = grade_text(rewritten(("self.A0 = X", hang)))
    found = said(report)
    assert all("NameError: name 'Xx'" in message for message in found["forward_propagation"])
    assert report.status == "graded"


@pytest.mark.slow
def test_one_hot_labels(grade_text):
    """A backward pass and a loss of one-hot labels are told so, in one sentence each."""
    text = rewritten(
        ("backward_propagation(self, X: Floats, y: Labels)", "backward_propagation(self, X, Y)"),
        ("self.A2 - self.one_hot(y)", "self.A2 - Y"),
        ("self.backward_propagation(X, y)", "self.backward_propagation(X, self.one_hot(y))"),
        ("cross_entropy_loss(self, X: Floats, y: Labels)", "cross_entropy_loss(self, X, Y)"),
        ("-np.log(self.A2[y, np.arange(m)]).mean()", "-(Y * np.log(self.A2)).sum() / m"),
    )
    found = said(grade_text(text))
    assert set(found) == {"backward_propagation", "cross_entropy_loss"}
    for method, messages in found.items():
        assert len(messages) == 1
        place = f"{method} (line {line_of(text, f'def {method}')})"
        assert messages.pop().startswith(f"{place} takes one-hot labels, shape (output_size, m);")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "methods", "sentence"),
    [
        pytest.param(
            [("self.b1", "self.B1"), ("self.b2", "self.B2")],
            {"forward_propagation", "update_params", "training"},
            "the assignment's names are b1 and b2.",
            id="B1",
        ),
        pytest.param(
            [("self.dW1", "self.dw_1"), ("self.dW2", "self.dw_2")],
            {"backward_propagation", "update_params"},
            "the assignment's names are dW1 and dW2.",
            id="dw_1",
        ),
        pytest.param(
            [
                ("        dZ2 = ", "        self.grads = {}\n        dZ2 = "),
                *((f"self.d{n}", f"self.grads['d{n}']") for n in ("W1", "b1", "W2", "b2")),
            ],
            {"backward_propagation", "update_params"},
            "dW1, db1, dW2 and db2 are attributes of the network.",
            id="grads",
        ),
    ],
)
def test_attributes(grade_text, changes, methods, sentence):
    """What reads or sets attributes under other names says so, whichever way it fails."""
    found = said(grade_text(rewritten(*changes)))
    assert set(found) == methods
    messages = {message for of_method in found.values() for message in of_method}
    assert len(messages) == 1
    assert messages.pop().endswith(sentence)


@pytest.mark.slow
def test_another_mistake_is_not_hidden_by_names(grade_text):
    """Where attributes are named otherwise, an exception that has nothing to do with it is told."""
    text = rewritten(
        ("self.b1", "self.B1"), ("self.b2", "self.B2"), ("self.A0 = X", "self.A0 = Xx")
    )
    [message] = said(grade_text(text))["forward_propagation"]
    assert "NameError: name 'Xx'" in message


@pytest.mark.slow
def test_a_class_of_another_name(grade_text):
    """A class of another name is told by one and the same text, whatever is missing."""
    found = said(grade_text(rewritten(("class NN", "class Digits"))))
    place = f"class Digits (line {line_of(REFERENCE, 'class NN')})"
    messages = {message for of_method in found.values() for message in of_method}
    assert messages == {
        f"nn.py defines no class NN; {place} looks like it: rename it so that it can be graded."
    }


@pytest.mark.slow
def test_beside_the_skeleton(grade_text):
    """A method written under another name, beside the skeleton's empty one, is pointed at."""
    text = f"{SKELETON}\n    def backprop(self, X, y):\n        pass\n"
    [message] = said(grade_text(text))["backward_propagation"]
    assert message.startswith("backward_propagation is not written yet; backprop (line ")


@pytest.mark.slow
def test_predictions_of_A2_cost_nothing(grade_text):
    """get_predictions(A2) is graded as it is; a notice beside the file says so, with the line."""
    style = next(style for style in STYLES if style.name == "predictions: of A2")
    report = grade_text(style.apply(REFERENCE))
    assert report.score == 100
    assert report.checks[0].message.startswith("get_predictions (line ")
    assert report.checks[0].message.endswith("loses nothing.")


TOLD = {"predictions: of A2", "functions of the module"}
"""Right styles that are told of get_predictions(A2), at no cost."""

LEFT_OUT = {"loss: deleted", "loss and one_hot: deleted"}


@pytest.mark.parametrize(
    "style",
    [
        pytest.param(style, id=style.name, marks=[pytest.mark.slow] if number % 20 else [])
        for number, style in enumerate(STYLES)
    ],
)
def test_right_files_get_no_notice(warden, style):
    """No right file would be told of other names, whatever check of it were to fail."""
    with Session.open(style.apply(REFERENCE), warden=warden) as session:
        loaded = session.loaded
    assert bool(conventions.notices(loaded)) == (style.name in TOLD)
    for name, method in METHODS.items():
        assert not conventions.absent(loaded, name) or (method.optional and style.name in LEFT_OUT)
    for name in GRADED:
        for unset in METHODS[name].sets if name in METHODS else ():
            assert not conventions.misnamed(loaded, name, f"self.{unset} is None")
        assert not conventions.misnamed(loaded, name, "is 1, expected 2.")


@pytest.mark.parametrize(
    ("name", "others", "meant"),
    [
        ("forward_propagation", {"forward_prop": 4}, "forward_prop"),
        ("forward_propagation", {"feedForward": 4, "backward": 5}, "feedForward"),
        ("forward_propagation", {"forward_propogation": 4}, "forward_propogation"),
        ("forward_propagation", {"backward_propagations": 4}, None),
        ("forward_propagation", {"forward": 4, "feed_forward": 5}, None),
        ("forward_propagation", {"forward": 4, "ForwardPropagation": 5}, "ForwardPropagation"),
        ("get_accuracy", {"score": 4}, "score"),
        ("update_params", {"init_params": 4}, None),
        ("ReLU", {"relu": 4, "relu_derivative": 5}, "relu"),
        ("ReLU", {"leaky_relu": 4}, None),
        ("softmax", {"soft_max": 4}, "soft_max"),
        ("gradient_descent", {"fit": 4}, "fit"),
    ],
)
def test_what_was_meant(name, others, meant):
    """One likely name is pointed at; two as likely ones, or another's, are not."""
    said = conventions.absent(Loaded("full", {"NN": 1}, others=others), name)
    assert said is not None
    assert said.startswith(f"nn.py does not define {name}")
    assert (f"; {meant} (line " in said) if meant else said.endswith(f"{name}.")


@pytest.mark.parametrize(
    ("attributes", "told"),
    [
        ({"b1": 3, "B1": 4}, None),
        ({"B1": 3, "b_1": 4}, None),
        ({"bias1": 3, "bias2": 4}, "self.bias1 (line 3) and self.bias2 (line 4)"),
        ({"params": 3}, "self.params (line 3)"),
        ({"params": 3, "W1": 4}, None),
        ({"db1": 3}, None),
    ],
)
def test_what_an_attribute_stands_for(attributes, told):
    """An attribute stands for one that is never set, where no other may."""
    loaded = Loaded("full", {"NN": 1}, attributes=attributes)
    said = conventions.misnamed(loaded, "forward_propagation", "is 1, expected 2.")
    assert (told in said) if told else said is None


def test_functions_outside_any_class():
    """A file of functions alone is told once that they belong into a class."""
    loaded = Loaded("full", {"ReLU": 1, "one_hot": 9}, others={"forward_prop": 4, "init": 2})
    said = {conventions.absent(loaded, name) for name in METHODS if name != "softmax"}
    sentence = (
        "nn.py defines no class NN: forward_prop (line 4) and 1 more are functions outside any "
        "class; in the assignment they are methods of NN."
    )
    assert said == {None, sentence}


@pytest.mark.parametrize(
    ("theirs", "agreed"),
    [
        (None, True),
        (("X", "y"), True),
        (("x", "labels"), True),
        (("y", "X"), False),
        (("X",), False),
        (("X", "y", "m"), False),
    ],
)
def test_who_can_be_called_by_the_contract(theirs, agreed):
    """A small case to run is shown where the method takes the contract's arguments, in order."""
    parameters = {} if theirs is None else {"backward_propagation": theirs}
    loaded = Loaded("full", {}, parameters=parameters)
    assert conventions.takes_as_agreed(loaded, "backward_propagation") is agreed
