"""What is not there can be imported and looked into, but not used."""

from collections.abc import Callable

import numpy as np
import pytest

from grader.sandbox.errors import StudentError
from grader.sandbox.request import Call, Reply, Request, Value
from grader.sandbox.session import Session

Open = Callable[..., Session]


def relu_of(session: Session) -> Value:
    """What ReLU of [[1, -2]] returns."""
    request = Request((Call("ReLU", {"Z": np.array([[1.0, -2.0]])}),))
    reply: Reply = session.run(request, deadline_s=5, max_body=1000)
    return reply.returned[0]  # type: ignore[return-value]


@pytest.mark.parametrize(
    "statement",
    [
        "import pandas as pd",
        "import tensorflow as tf; mnist = tf.keras.datasets.mnist",
        "from tensorflow.keras.datasets import mnist",
        "from sklearn.model_selection import train_test_split",
        "import torch.nn.functional as F",
        "from torch import nn as torch_nn\nclass Layer(torch_nn.Module): pass",
        "import seaborn as sns, scipy.special",
        "from scipy import *",
        "import grader.sandbox.child as child",
        "import reference.nn",
        "from numba import njit\n@njit\ndef f(x): return x",
        "try:\n    import cupy as np\nexcept ImportError:\n    pass\nimport numpy as np",
    ],
)
def test_imports(open_session: Open, statement: str) -> None:
    """Any import works, and the file is graded as a whole."""
    session = open_session(
        statement + "\nimport numpy as np\ndef ReLU(Z):\n    return np.maximum(0, Z)\n"
    )
    assert session.loaded.note is None
    assert session.loaded.policy == "full"
    assert np.array_equal(relu_of(session), [[1, 0]])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("statement", "call", "name"),
    [
        ("import pandas as pd", "pd.DataFrame(Z)", "pandas.DataFrame"),
        ("import scipy.special", "scipy.special.softmax(Z)", "scipy.special.softmax"),
        ("import torch", "torch.relu(torch.tensor(Z))", "torch.tensor"),
        ("import reference.nn", "reference.nn.ReLU(Z)", "reference.nn.ReLU"),
        ("from grader import assignment", "assignment.Sizes()", "grader.assignment.Sizes"),
    ],
)
def test_calls(open_session: Open, statement: str, call: str, name: str) -> None:
    """A call of what is not there says what it was and what is allowed."""
    session = open_session(f"{statement}\ndef ReLU(Z):\n    return {call}\n")
    with pytest.raises(StudentError) as caught:
        relu_of(session)
    assert name in caught.value.message
    assert "only NumPy, Matplotlib and the standard library" in caught.value.message
    assert "a single file is handed in" in caught.value.message
    assert caught.value.line == 3


@pytest.mark.parametrize(
    "loop",
    [
        "from tqdm import tqdm\n    for i in tqdm(range(3), desc='x'): Z = Z + 1",
        "import tqdm\n    for i in tqdm.tqdm(range(3)): Z = Z + 1",
        "from tqdm import trange\n    for i in trange(3): Z = Z + 1",
        "from tqdm.notebook import tqdm\n    for i in tqdm(range(3)): Z = Z + 1",
        "from tqdm.auto import tqdm, trange\n    for i in trange(0, 3): Z = Z + 1",
        """from tqdm import tqdm
    with tqdm(total=3) as bar:
        for i in range(3): Z = Z + 1; bar.update(1); bar.set_postfix(loss=1)""",
        """from tqdm import tqdm
    bar = tqdm(range(3)); assert len(bar) == 3
    for i in bar: bar.set_description('x'); Z = Z + 1
    bar.close()""",
        """from IPython.display import clear_output
    for i in range(3): clear_output(wait=True); Z = Z + 1""",
    ],
)
def test_progress(open_session: Open, loop: str) -> None:
    """Progress bars in all their forms pass their iterable through."""
    session = open_session(f"def ReLU(Z):\n    {loop}\n    return Z\n")
    assert np.array_equal(relu_of(session), [[4, 1]])  # type: ignore[arg-type]


def test_input_is_empty(open_session: Open) -> None:
    """Reading from the terminal finds its end at once."""
    session = open_session("import sys\ndef ReLU(Z):\n    return sys.stdin.read()\n")
    assert relu_of(session) == ""


def test_nothing_of_ours_in_sight(open_session: Open) -> None:
    """No module of the grader's, no argument and no variable of its environment can be seen."""
    session = open_session(
        """
        import os, sys
        def ReLU(Z):
            ours = [m for m in sys.modules if m.split(".")[0] in ("grader", "reference", "pytest")]
            return [ours, sys.argv, sorted(set(os.environ) & {"PATH", "HOME", "USER", "PWD"})]
        """
    )
    assert relu_of(session) == [[], ["nn.py"], []]
