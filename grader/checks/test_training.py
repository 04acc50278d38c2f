"""Training: the whole network on real digits, held to an accuracy threshold."""

from dataclasses import replace

import pytest

from grader.assignment import PARAMETERS
from grader.checks.cases import make_case, solved
from grader.checks.descent import assert_descended

STEPS = 10
RATE = 0.05


@pytest.mark.check("training", points=10)
def test_training(student, reference, assigned, exam, record_property):
    """Trained on a thousand digits, the network recognises digits that it has never seen."""
    network = student.network(exam.parameters, exam.learning_rate)
    after = network.gradient_descent(exam.X_train, exam.y_train, exam.iters, exam.deadline_s)
    accuracy = exam.accuracy({name: after[name] for name in PARAMETERS})
    record_property("test_accuracy", accuracy)
    trained = {name: after[name].array() for name in PARAMETERS}
    # To be looked at; nothing is judged by it.
    record_property("trained", (trained, student.stubs, student.called))
    if accuracy < exam.threshold:
        raise (
            after["W1"]
            .derived("the trained network", None)
            .wrong(
                f"recognises {accuracy:.1%} of the unseen digits; "
                f"at least {exam.threshold:.0%} is expected."
            )
        )
    # As many samples again, labelled by a network of the grader's: whoever trains learns these as
    # well, and weights that were learnt elsewhere and carried in the file are of no use on them.
    teacher = make_case(assigned, exam.X_train.shape[1], seed=exam.secret)
    labels = solved(reference, teacher).A2.argmax(axis=0)
    other = make_case(assigned, 1, seed=exam.secret + 1).parameters
    lesson = replace(teacher, parameters=other, y=labels)
    assert_descended(student, reference, lesson, STEPS, RATE, deadline_s=exam.deadline_s)
