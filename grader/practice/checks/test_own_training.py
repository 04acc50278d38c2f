"""Training: the network learns digits, by what its own predictions say of others."""

import numpy as np
import pytest


@pytest.mark.check("training", points=10, real=("training::training",), own=True)
def test_training(student, exam):
    """Trained on small digits, the network recognises others that it has not seen."""
    network = student.network(exam.parameters, exam.learning_rate)
    after = network.gradient_descent(exam.X_train, exam.y_train, exam.iters, exam.deadline_s)
    trained = {name: after[name].shaped(v.shape) for name, v in exam.parameters.items()}
    got = student.network(trained).get_predictions(exam.X_test).result
    right = got.shaped((len(exam.y_test),)) == exam.y_test
    accuracy = float(np.mean(right))
    if accuracy < exam.threshold:
        raise got.derived("the trained network", None).wrong(
            f"recognises {accuracy:.1%} of the unseen digits; "
            f"at least {exam.threshold:.0%} is expected."
        )
