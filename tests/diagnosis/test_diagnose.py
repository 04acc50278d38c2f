"""Diagnoses in real gradings: mistakes get their names, and right programs none."""

import pytest
from support.files import REFERENCE

from grader.report import Status


def faulty(*changes):
    """The reference with texts replaced."""
    text = REFERENCE
    for right, wrong in changes:
        assert text.count(right) == 1, right
        text = text.replace(right, wrong)
    return text


def names(report, method):
    """The ids of the diagnoses at a method's failed checks."""
    ends = {Status.FAILED, Status.RAISED}
    failed = [c for c in report.checks if c.method == method and c.status in ends]
    assert failed
    return {check.diagnosis and check.diagnosis.id for check in failed}


NO_MEAN = ("self.one_hot(y)) / m", "self.one_hot(y))")
TALL = ("np.eye(self.output_size, dtype=self.W2.dtype)[:, y]", "np.eye(y.max() + 1)[:, y]")


def test_two_mistakes_in_two_methods_are_named(grade_text):
    """Each method's mistake is named, and who calls a faulty part is told where the fault lies."""
    report = grade_text(faulty(NO_MEAN, TALL))
    assert names(report, "backward_propagation") == {"no-mean"}
    assert names(report, "one_hot") == {"as-tall-as-the-batch"}


def test_who_calls_what_is_wrong_is_told(grade_text):
    """A part that is right by its own merit is told so, and what fails instead."""
    report = grade_text(faulty(TALL))
    said = {c.message for c in report.checks if c.method == "backward_propagation"} - {""}
    assert said == {"Your backward_propagation is right; what fails is one_hot, which it calls."}
    assert not any(
        c.diagnosis for c in report.checks if c.status is Status.PASSED or c.method != "one_hot"
    )


def test_a_mistake_without_an_entry(grade_text):
    """A factor that the catalogue does not hold is told as what it is, of the array it is in."""
    report = grade_text(faulty(("self.dW1 = dZ1 @ X.T", "self.dW1 = 3 * dZ1 @ X.T")))
    checks = [c for c in report.checks if c.diagnosis]
    assert {c.diagnosis.id for c in checks} == {"constant-factor"}
    assert "dW1 is exactly 3 times" in checks[0].diagnosis.hint


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "method", "ident"),
    [
        (
            ("self.Z1 = self.W1 @", "self.Z1 = np.random.rand() * self.W1 @"),
            "forward_propagation",
            "random",
        ),
        (
            ("self.Z1 = self.W1 @", "SEEN.append(1)\n        self.Z1 = len(SEEN) * self.W1 @"),
            "forward_propagation",
            "not-repeatable",
        ),
        (
            ("m = X.shape[1]\n        dZ2", "m = len(X_train)\n        dZ2"),
            "backward_propagation",
            "outside-names",
        ),
        (
            ("self.dW1 = dZ1 @ X.T", "self.dW1 = dZ1 @ pictures.T"),
            "backward_propagation",
            "undefined-name",
        ),
        (
            ("self.dW1 = dZ1 @ X.T", "self.dW1 = (dZ1 @ X.T)[::-1]"),
            "backward_propagation",
            "rows-permuted",
        ),
        (
            ("self.b2 - self.learning_rate * self.db2", "self.b2 - 7"),
            "update_params",
            None,
        ),
        (
            (".argmax(axis=0)", ".argmax(axis=0) + 7"),
            "get_predictions",
            "offset",
        ),
        (
            ("softmax(self.Z2)", "softmax(self.Z2 - self.Z2[:, :1])"),
            "forward_propagation",
            "order-of-samples",
        ),
        (
            ("softmax(self.Z2)", "softmax(self.Z2 + 0.1 * self.Z2**2)"),
            "forward_propagation",
            "first-wrong",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_mistakes_of_many_kinds(grade_text, change, method, ident):
    """Chance, memory, names from elsewhere, permutations and offsets are told."""
    report = grade_text(faulty(change) + "\nSEEN = []\n")
    found = names(report, method)
    assert ident in found or (ident is None and None not in found), found


def test_a_skeleton_has_no_mistakes(grade_text):
    """What is not written yet is not diagnosed."""
    skeleton = REFERENCE.replace("return np.maximum(0, Z)", "raise NotImplementedError")
    report = grade_text(skeleton)
    relu = [check for check in report.checks if check.method == "ReLU"]
    assert {check.status for check in relu} == {Status.MISSING}
    assert not any(check.diagnosis for check in relu)
