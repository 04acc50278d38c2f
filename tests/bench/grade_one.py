"""What grading one file costs beside its own work: of a right file, a wrong and a hanging one.

    python tests/bench/grade_one.py                                     embedded digits, quick
    python tests/bench/grade_one.py --data mnist.npz --profile standard

Read the ratios: they are of one run. The script trains and predicts what the grading does, with the
same images, in a process of its own, and nothing else.
"""

# ruff: noqa: E402  the path has to be set first

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
from rich.console import Console
from rich.table import Table

sys.path[:0] = [str(Path(__file__).parents[1])]

from support.files import REFERENCE, ROOT, SKELETON

from grader import data as datasets
from grader import rubric
from grader.exam import set_exam
from grader.grade import grade
from grader.options import Options
from grader.sandbox.warden import Warden
from grader.solution import load_reference
from grader.submission import Submission

SCRIPT = """
import sys
import numpy as np
from nn import NN

with np.load("exam.npz") as exam:
    network = NN(*exam["sizes"].tolist(), float(exam["rate"]))
    for name in ("W1", "b1", "W2", "b2"):
        setattr(network, name, exam[name])
    network.gradient_descent(exam["X_train"], exam["y_train"], int(exam["iters"]))
    print(network.get_accuracy(exam["X_test"], exam["y_test"]))
"""

MISTAKES = {
    "np.maximum(0, Z)": "np.maximum(0, 2 * Z)",
    "return E / E.sum": "return 2 * E / E.sum",
    "self.W2 @ self.A1 + self.b2": "self.W2 @ self.A1 - self.b2",
    "return np.eye": "return 2 * np.eye",
    "dZ2 = (self.A2 -": "dZ2 = (self.A2 +",
    "self.W1 - self.learning_rate": "self.W1 + self.learning_rate",
    ".argmax(axis=0)": ".argmin(axis=0)",
    "self.get_predictions(X) == y": "self.get_predictions(X) != y",
    "float(-np.log": "float(np.log",
    "for _ in range(iters):": "for _ in range(iters - 1):",
}
"""One in each method."""

EVERYWHERE = "\n\n".join(
    (
        "import numpy as np",
        "def ReLU(Z):\n    while True: pass",
        "def softmax(Z):\n    while True: pass",
        SKELETON[SKELETON.index("class NN") :].replace(
            "raise NotImplementedError", "while True: pass"
        ),
    )
)


def wrong_everywhere() -> str:
    """The worked solution with a mistake in each method."""
    text = REFERENCE
    for right, wrong in MISTAKES.items():
        assert right in text, right
        text = text.replace(right, wrong, 1)
    return text


def seconds(work: Callable[[], object], times: int) -> float:
    """The median of so many."""
    took = []
    for _ in range(times):
        began = perf_counter()
        work()
        took.append(perf_counter() - began)
    return statistics.median(took)


def write_exam(folder: Path, options: Options) -> None:
    """The script, and what it trains on."""
    rules = options.rubric
    exam = set_exam(
        datasets.load(options.data),
        rules.profile(options.profile),
        rules.sizes,
        load_reference(),
        options.seed,
        "0" * 64,
    )
    sizes = [rules.sizes.input_size, rules.sizes.hidden_size, rules.sizes.output_size]
    np.savez(
        folder / "exam.npz",
        sizes=sizes,
        rate=exam.learning_rate,
        iters=exam.iters,
        X_train=exam.X_train,
        y_train=exam.y_train,
        X_test=exam.X_test,
        y_test=exam.y_test,
        **exam.parameters,
    )
    (folder / "script.py").write_text(SCRIPT, "utf-8")
    (folder / "nn.py").write_text(REFERENCE, "utf-8")


def started(folder: Path, *line: str) -> None:
    """A program, from its start to its end, with one BLAS thread as the worker has."""
    place = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, *line]
    subprocess.run(command, cwd=folder, env=place, check=True, stdout=subprocess.DEVNULL)


def cpu(who: int) -> float:
    """CPU seconds of this process, or of its children that have ended."""
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def own_and_students(options: Options, times: int) -> tuple[float, float]:
    """CPU seconds a right submission in a warm process: the grader's, and the worker's."""

    def run(count: int) -> tuple[float, float]:
        before = cpu(resource.RUSAGE_SELF), cpu(resource.RUSAGE_CHILDREN)
        with Warden.start(preload=("numpy", "matplotlib")) as warden:
            for number in range(count):
                source = f"{REFERENCE}\n# {number}\n".encode()
                grade(Submission("nn.py", source), options, warden=warden)
        return cpu(resource.RUSAGE_SELF) - before[0], cpu(resource.RUSAGE_CHILDREN) - before[1]

    run(1)
    one, more = run(1), run(1 + times)
    return (more[0] - one[0]) / times, (more[1] - one[1]) / times


def main() -> None:
    """Measure, and say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="digits")
    parser.add_argument("--profile", default="quick")
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    rules = rubric.load()
    data = str(Path(given.data).absolute()) if "." in given.data else given.data
    options = Options(rules, given.profile, rules.seed, data)
    load = os.getloadavg()[0]
    table = Table("", "seconds", "ratio", title=f"{given.profile} profile, {given.data}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_exam(folder, options)
        line = ("-m", "grader", "grade", "nn.py", "--data", data, "--profile", given.profile)
        script = seconds(lambda: started(folder, "script.py"), given.times)
        cold = seconds(lambda: started(folder, *line), given.times)
    table.add_row("the script alone, a process", f"{script:.2f}", "1.00")
    table.add_row("grader grade, a process", f"{cold:.2f}", f"{cold / script:.2f}")
    table.add_section()
    own, students = own_and_students(options, given.times)
    table.add_row("warm: CPU of the student's worker", f"{students:.2f}", "1.00")
    both = own + students
    table.add_row("warm: CPU of worker and grader", f"{both:.2f}", f"{both / students:.2f}")
    table.add_section()
    with Warden.start(preload=("numpy", "matplotlib")) as warden:

        def warm(text: str) -> float:
            submission = Submission("nn.py", text.encode())
            return seconds(lambda: grade(submission, options, warden=warden), given.times)

        right = warm(REFERENCE)
        table.add_row("warm: a right file", f"{right:.2f}", "1.00")
        for what, text in (
            ("with a mistake in each method", wrong_everywhere()),
            ("that hangs in each method", EVERYWHERE),
        ):
            took = warm(text)
            table.add_row(f"warm: a file {what}", f"{took:.2f}", f"{took / right:.2f}")
    console = Console(width=100)
    console.print(table)
    console.print(
        f"{platform.machine()}, {len(os.sched_getaffinity(0))} cores, load {load:.1f} before; "
        f"Python {platform.python_version()}, NumPy {np.__version__}"
    )


if __name__ == "__main__":
    main()
