"""Training: the whole network on real digits, held to an accuracy threshold."""

import pytest

from grader.assignment import PARAMETERS


@pytest.mark.check("training", points=10)
def test_training(student, exam, record_property):
    """Trained on a thousand digits, the network recognises digits that it has never seen."""
    network = student.network(exam.parameters, exam.learning_rate)
    after = network.gradient_descent(exam.X_train, exam.y_train, exam.iters, exam.deadline_s)
    accuracy = exam.accuracy({name: after[name] for name in PARAMETERS})
    record_property("test_accuracy", accuracy)
    if accuracy < exam.threshold:
        raise (
            after["W1"]
            .derived("the trained network", None)
            .wrong(
                f"recognises {accuracy:.1%} of the unseen digits; "
                f"at least {exam.threshold:.0%} is expected."
            )
        )
