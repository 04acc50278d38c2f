"""`grader grade` as a program: exit codes, the result file, and what is said, for any input."""

import json
import os
import signal
import subprocess
import sys
from importlib import resources

import jsonschema
import pytest
from support.files import REFERENCE, ROOT, SKELETON

SCHEMA = json.loads(resources.files("grader").joinpath("result.schema.json").read_text("utf-8"))
QUICK = ("--data", "digits", "--profile", "quick")


def run(*arguments, cwd=None, **environment):
    """Run the command; returns the finished process."""
    return subprocess.run(
        [sys.executable, "-m", "grader", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80", **environment},
        timeout=300,
    )


def result(path):
    """The result at `path`, held to the schema."""
    found = json.loads(path.read_text("utf-8"))
    jsonschema.validate(found, SCHEMA)
    return found


def graded(tmp_path, text, *options):
    """Grade a text in a process of its own; returns process and result."""
    file, out = tmp_path / "nn.py", tmp_path / "out.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    done = run("grade", file, "--json", out, *QUICK, *options)
    assert "Traceback" not in done.stdout + done.stderr
    return done, result(out)


def test_the_reference(tmp_path):
    """The reference: exit 0, 100 of 100, one line a method, the training, the sandbox's state."""
    done, found = graded(tmp_path, REFERENCE)
    assert done.returncode == 0
    assert (found["status"], found["score"], found["reason"]) == ("graded", 100, None)
    assert "Score 100 / 100" in done.stdout
    for method in found["methods"]:
        assert not method["max_points"] or method["name"] in done.stdout
    assert found["training"]["dataset"] == "digits"
    assert found["training"]["test_accuracy"] > found["training"]["threshold"]
    assert found["sandbox"]["layers"]


def test_the_skeleton(tmp_path):
    """The skeleton: exit 0, 0 of 100, and each method is said not to be written."""
    done, found = graded(tmp_path, SKELETON)
    assert (done.returncode, found["status"], found["score"]) == (0, "graded", 0)
    assert done.stdout.count("is not written yet") >= 10


def test_real_mnist(tmp_path, mnist):
    """On the real MNIST, under the standard profile, the reference gets 100."""
    file, out = tmp_path / "nn.py", tmp_path / "out.json"
    file.write_text(REFERENCE, "utf-8")
    done = run("grade", file, "--json", out, "--data", mnist)
    assert done.returncode == 0, done.stderr
    found = result(out)
    assert (found["score"], found["training"]["dataset"]) == (100, "mnist")
    assert found["training"]["train_size"] == 1000
    assert found["training"]["test_accuracy"] > 0.88


GARBAGE = {
    "empty": b"",
    "comments": b"# nothing yet\n",
    "binary": bytes(range(256)) * 20,
    "utf-16": "x = 1\n".encode("utf-16"),
    "syntax error": b"def ReLU(Z)\n    return Z\n",
    "deep": b"(" * 100_000,
    "no class": b"import numpy as np\n",
    "class is a number": b"NN = 5\n",
    "class is a function": b"def NN():\n    pass\n",
    "raises": b"raise RuntimeError('no')\n",
    "exits": b"import sys\nsys.exit(0)\n",
    "constructor raises": b"class NN:\n    def __init__(self):\n        raise ValueError('no')\n",
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_graded_0(tmp_path, name):
    """Whatever is in the file: it is graded, gets 0, and is told why; exit 0."""
    done, found = graded(tmp_path, GARBAGE[name])
    assert (done.returncode, found["status"], found["score"]) == (0, "graded", 0)
    assert all(check["message"] for check in found["checks"] if check["max_points"])


def test_a_syntax_error_names_its_line(tmp_path):
    """A file that does not compile is told the line, once."""
    done, found = graded(tmp_path, GARBAGE["syntax error"])
    assert "line 1" in done.stdout
    assert found["checks"][0]["id"] == "submission::loads"
    assert found["checks"][0]["status"] == "raised"


def test_unreadable_inputs(tmp_path):
    """A directory, no file, too large a file: exit 2, a valid result that says not graded."""
    large = tmp_path / "large.py"
    large.write_bytes(b"#" * (50 << 20))
    for file, says in (
        (tmp_path, "is a directory"),
        (tmp_path / "none.py", "there is no file"),
        (large, "larger than 1024 kB"),
    ):
        out = tmp_path / "out.json"
        done = run("grade", file, "--json", out)
        assert done.returncode == 2
        assert says in " ".join(done.stderr.split())
        found = result(out)
        assert found["status"] == "not_graded"
        assert says in found["reason"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path):
    """A file that may not be read: exit 2, and it is said."""
    file = tmp_path / "nn.py"
    file.write_text("", "utf-8")
    file.chmod(0)
    done = run("grade", file)
    assert done.returncode == 2
    assert "cannot read" in done.stderr


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--data", "nowhere.npz"], "nowhere.npz"),
        (["--profile", "fast"], "full, quick, standard"),
        (["--rubric", "nowhere.toml"], "nowhere.toml"),
        (["--seed", "-1"], "--seed"),
        (["--fail-under", "nan"], "--fail-under"),
        (["--timeout", "0"], "--timeout"),
        (["--require-sandbox", "perfect"], "perfect"),
    ],
)
def test_usage_errors(tmp_path, options, says):
    """A wrong option: exit 2, and the message names what was found or what is allowed."""
    file = tmp_path / "nn.py"
    file.write_text(SKELETON, "utf-8")
    done = run("grade", file, "--data", "digits", *options)
    assert done.returncode == 2
    assert says in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_result_in_a_missing_folder(tmp_path):
    """A result that cannot be written is an error before anything is graded."""
    file = tmp_path / "nn.py"
    file.write_text(SKELETON, "utf-8")
    done = run("grade", file, "--json", tmp_path / "no" / "out.json", *QUICK)
    assert done.returncode == 2
    assert "cannot write the result" in done.stderr
    assert "Score" not in done.stdout


def test_fail_under(tmp_path):
    """--fail-under turns a lower score into exit 1, and no other."""
    assert graded(tmp_path, SKELETON, "--fail-under", "0")[0].returncode == 0
    assert graded(tmp_path, SKELETON, "--fail-under", "0.5")[0].returncode == 1


def test_a_fault_of_ours_is_no_verdict(tmp_path):
    """A rubric that gives points to what no check judges: exit 3, not graded, and says so."""
    rubric = tmp_path / "r.toml"
    rubric.write_text("[points]\nReLU = 0\nshow_predictions = 4\n", "utf-8")
    done, found = graded(tmp_path, REFERENCE, "--rubric", rubric)
    assert done.returncode == 3
    assert found["status"] == "not_graded"
    assert "show_predictions" in found["reason"]
    assert found["score"] == 0


def test_fallback_is_said(tmp_path):
    """Without MNIST, auto takes the digits and says so, in the terminal and in the result."""
    file, out = tmp_path / "nn.py", tmp_path / "out.json"
    file.write_text(SKELETON.replace("raise NotImplementedError", "pass", 1), "utf-8")
    empty = {"KERAS_HOME": str(tmp_path / "keras"), "GRADER_DATA": ""}
    done = run("grade", file, "--json", out, "--profile", "quick", **empty)
    assert done.returncode == 0
    assert "digits" in result(out)["reason"]
    assert "MNIST" in done.stdout


def test_plain_output(tmp_path):
    """In a pipe there is no escape sequence, and every message is one line, whatever its length."""
    done, found = graded(tmp_path, SKELETON.replace("raise NotImplementedError", "return Z", 2))
    assert "\x1b" not in done.stdout + done.stderr
    for check in found["checks"]:
        assert check["message"] in done.stdout


def test_output_without_unicode(tmp_path):
    """A terminal that knows only ASCII gets ASCII, and no error."""
    file = tmp_path / "nn.py"
    file.write_text(SKELETON, "utf-8")
    done = run("grade", file, *QUICK, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()


def test_result_on_standard_output(tmp_path):
    """--json - puts the result on standard output, and nothing else there."""
    file = tmp_path / "nn.py"
    file.write_text(SKELETON, "utf-8")
    done = run("grade", file, *QUICK, "--json", "-")
    assert json.loads(done.stdout)["status"] == "graded"
    assert "Score" in done.stderr


def test_an_input_is_never_overwritten(tmp_path):
    """--json naming the submission itself is refused, and the student's work is untouched."""
    file = tmp_path / "nn.py"
    file.write_text(SKELETON, "utf-8")
    done = run("grade", file, *QUICK, "--json", file)
    assert done.returncode == 2
    assert file.read_text("utf-8") == SKELETON


def test_sizes_that_the_data_do_not_have(tmp_path):
    """A network for other images than there are: exit 2, with both sizes."""
    rubric = tmp_path / "r.toml"
    rubric.write_text("[network]\ninput_size = 64\n", "utf-8")
    file = tmp_path / "nn.py"
    file.write_text(SKELETON, "utf-8")
    done = run("grade", file, *QUICK, "--rubric", rubric)
    assert done.returncode == 2
    assert "784" in done.stderr
    assert "64" in done.stderr


def test_a_misspelt_check_is_not_hidden(tmp_path):
    """A name under visibility that is no check's: exit 2, for it would be shown."""
    rubric = tmp_path / "r.toml"
    rubric.write_text("[visibility]\n'backward::dw1' = 'hidden'\n", "utf-8")
    file = tmp_path / "nn.py"
    file.write_text(SKELETON, "utf-8")
    done = run("grade", file, *QUICK, "--rubric", rubric)
    assert done.returncode == 2
    assert "backward::dw1" in done.stderr


def test_another_network(tmp_path):
    """Hidden size 64 and five classes, by the rubric alone: the reference still gets 100."""
    rubric = tmp_path / "r.toml"
    rubric.write_text("[network]\nhidden_size = 64\noutput_size = 5\n", "utf-8")
    done, found = graded(tmp_path, REFERENCE, "--rubric", rubric)
    assert done.returncode == 0, done.stderr
    assert found["score"] == 100


def test_a_stale_result_does_not_survive(tmp_path):
    """An old verdict at the result's place is gone as soon as a new grading begins."""
    file, out = tmp_path / "nn.py", tmp_path / "out.json"
    file.write_text("while True: pass\n", "utf-8")
    out.write_text('{"score": 100}', "utf-8")
    command = [sys.executable, "-m", "grader", "grade", str(file), "--json", str(out), *QUICK]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while '"score": 100' in out.read_text("utf-8"):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
    found = result(out)
    assert found["status"] == "not_graded"
    assert "interrupted" in found["reason"]


def test_what_lies_beside_a_submission_has_no_say(tmp_path):
    """conftest.py, pytest.ini, a reference, a rubric and PYTEST_ADDOPTS change nothing."""
    (tmp_path / "conftest.py").write_text("raise SystemExit(0)\n", "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -k nothing\n", "utf-8")
    (tmp_path / "rubric.toml").write_text("seed = 1\n", "utf-8")
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "nn.py").write_text("raise SystemExit(0)\n", "utf-8")
    (tmp_path / "nn.py").write_text(REFERENCE, "utf-8")
    out = tmp_path / "out.json"
    done = run(
        "grade",
        "nn.py",
        "--json",
        out,
        *QUICK,
        cwd=tmp_path,
        PYTEST_ADDOPTS="-k nothing",
        PYTEST_PLUGINS="conftest",
    )
    assert done.returncode == 0, done.stderr
    assert result(out)["score"] == 100


def test_help_and_version():
    """--help names the commands and -h works too; --version prints the version."""
    for flag in ("--help", "-h"):
        said = run(flag).stdout
        assert all(command in said for command in ("grade", "data", "doctor"))
    assert run("--version").stdout.strip().startswith("grader 0.")


def test_doctor():
    """`grader doctor` shows packages, data and each layer of the sandbox."""
    done = run("doctor")
    assert done.returncode == 0, done.stderr
    assert all(word in done.stdout for word in ("numpy", "digits", "sandbox layer", "level"))


def test_data():
    """`grader data` shows what there is to train on."""
    done = run("data")
    assert done.returncode == 0
    assert all(word in done.stdout for word in ("mnist", "digits", "auto"))


def test_checks_by_hand(tmp_path):
    """`pytest grader/checks --submission FILE` runs the checks as ordinary tests."""
    file = tmp_path / "nn.py"
    file.write_text(REFERENCE.replace("np.maximum(0, Z)", "np.abs(Z)"), "utf-8")
    command = [sys.executable, "-m", "pytest", "grader/checks"]
    command += ["--submission", str(file), "-k", "relu or one_hot", "-q"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ}
    )
    assert done.returncode == 1
    assert "3 failed" in done.stdout or "2 failed" in done.stdout
    assert "passed" in done.stdout
    assert "ReLU(Z) with Z" in done.stdout
