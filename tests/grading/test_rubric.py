"""The rubric: what an instructor may write, and what an error says."""

import pytest

from grader import rubric
from grader.assignment import GRADED, METHODS
from grader.errors import RubricError


def load(tmp_path, text):
    """The package's rubric with `text` over it."""
    file = tmp_path / "mine.toml"
    file.write_text(text, "utf-8")
    return rubric.load(file)


def test_points_of_the_package():
    """The package's points are the assignment's, whole numbers, and add up to 100."""
    assert dict(rubric.load().points) == {
        "ReLU": 4,
        "softmax": 8,
        "forward_propagation": 15,
        "one_hot": 5,
        "cross_entropy_loss": 8,
        "backward_propagation": 25,
        "update_params": 8,
        "get_predictions": 5,
        "get_accuracy": 4,
        "gradient_descent": 8,
        "training": 10,
    }


def test_profiles_of_the_package():
    """quick, standard and full are there, and full is the notebook's own recipe."""
    profiles = rubric.load().profiles
    assert set(profiles) == {"quick", "standard", "full"}
    full = profiles["full"]
    assert (full.train_size, full.iters, full.learning_rate["mnist"]) == (60_000, 1000, 0.01)
    assert all(set(profile.threshold) == {"mnist", "digits"} for profile in profiles.values())


def test_override_holds_only_what_it_changes(tmp_path):
    """A file with two keys changes those two and leaves all others."""
    mine = load(tmp_path, "[points]\nReLU = 3\nsoftmax = 9\n")
    assert mine.points["ReLU"] == 3
    assert mine.points["softmax"] == 9
    assert mine.points["training"] == 10
    assert mine.limits == rubric.load().limits


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[points]\nReLU = 5\n", ["points", "101", "100"]),
        ("[points]\nReLU = 'four'\n", ["points", "'four'", "int"]),
        ("[points]\nReLU = -1\n", ["points", "-1", ">= 0"]),
        ("[points]\nrelu = 4\nReLU = 0\n", ["points.relu", "no such method", "ReLU, softmax"]),
        ("[limits]\ncall_s = 0\n", ["limits.call_s", "0", "> 0"]),
        ("[limits]\ncall = 3\n", ["limits", "unknown field `call`"]),
        ("[network]\nhidden_size = 2.5\n", ["network.hidden_size", "2.5", "int"]),
        ("[profiles.quick]\nthreshold = { mnist = 70 }\n", ["threshold", "70", "<= 1"]),
        ("[visibility]\n'backward::dW1' = 'secret'\n", ["visibility", "'secret'"]),
        ("seed = -1\n", ["seed", "-1", ">= 0"]),
        ("seed = \n", ["TOML", "line 1"]),
    ],
)
def test_errors_name_file_key_found_and_allowed(tmp_path, text, says):
    """An error names the file, the key, what was found and what is allowed."""
    with pytest.raises(RubricError) as caught:
        load(tmp_path, text)
    for part in ["mine.toml", *says]:
        assert part in str(caught.value)


def test_unreadable_file(tmp_path):
    """A rubric that is not there is named in the error."""
    with pytest.raises(RubricError, match=r"nowhere\.toml"):
        rubric.load(tmp_path / "nowhere.toml")


def test_unknown_profile():
    """An unknown profile's error lists those there are."""
    with pytest.raises(RubricError, match="full, quick, standard"):
        rubric.load().profile("fast")


def test_only_optional_parts_cannot_have_all_points(tmp_path):
    """Points must not all lie on parts that a submission may leave out."""
    zero = "".join(
        f"{name} = 0\n" for name in GRADED if name not in {"one_hot", "show_predictions"}
    )
    with pytest.raises(RubricError, match="optional"):
        load(tmp_path, f"[points]\none_hot = 100\n{zero}")


def test_optional_parts():
    """one_hot and cross_entropy_loss are the optional parts."""
    assert {name for name, m in METHODS.items() if m.optional} == {"one_hot", "cross_entropy_loss"}
