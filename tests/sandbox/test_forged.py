"""Forged verdicts, end to end: whatever is done inside the worker, the score does not rise."""

import os
from collections.abc import Callable

import numpy as np
import pytest
from support import files

from grader.report import Report, Status
from grader.sandbox.request import Call, Request
from grader.sandbox.session import Session

Grade = Callable[[str], Report]

ZEROS = f"import gc, sys\n{files.ZEROS}"

REACH = '''

def reachable():
    """Everything that frames, modules and the garbage collector lead to."""
    frame = sys._getframe()
    queue = [*sys.modules.values(), *gc.get_objects()]
    while frame is not None:
        queue += [frame.f_locals, frame.f_globals]
        frame = frame.f_back
    found = {id(queue): queue}
    while queue:
        fresh = {id(thing): thing for thing in gc.get_referents(*queue[:500])}
        del queue[:500]
        new = [thing for key, thing in fresh.items() if key not in found]
        found.update((id(thing), thing) for thing in new)
        queue += new
    return list(found.values())

'''

ATTACKS = {
    "patches of what compares": """
import builtins, math, unittest
yes = lambda *a, **k: True
nothing = lambda *a, **k: None
for owner in (np, math, builtins, np.testing, unittest.TestCase):
    for name in dir(owner):
        if any(word in name for word in ("close", "equal", "Equal", "array_eq", "assert")):
            try: setattr(owner, name, nothing if "assert" in name else yes)
            except (AttributeError, TypeError): pass
builtins.all = builtins.any = yes
builtins.abs = builtins.max = builtins.sum = lambda *a, **k: 0
np.abs = np.absolute = np.max = np.linalg.norm = np.ptp = lambda *a, **k: 0
for name in ("pytest", "hypothesis", "_pytest.outcomes", "grader.compare", "grader.report"):
    module = __import__(name, fromlist=["x"])
    for attribute in ("fail", "main", "given", "assert_close", "Outcome", "Report"):
        setattr(module, attribute, yes)
""",
    "patches of the worker's own code": REACH
    + """
patched = set()
for thing in reachable():
    if isinstance(thing, type) and str(vars(thing).get("__module__", "")).startswith("grader."):
        for name in ("_plain", "_attributes", "_echoed", "plain", "_array"):
            if name in vars(thing):
                setattr(thing, name, lambda self, *a, **k: {})
                patched.add(f"{thing.__name__}.{name}")
if "Performance._plain" not in patched:
    sys.exit(f"only {patched}")
""",
    "an answer found in memory": REACH
    + """
def stolen(shape):
    frame = sys._getframe()
    places = [thing for thing in gc.get_objects() if type(thing) in (dict, list, tuple)]
    while frame is not None:
        places += [frame.f_locals, *map(vars, filter(has_vars, frame.f_locals.values()))]
        frame = frame.f_back
    for place in places:
        for inner in place.values() if hasattr(place, "values") else place:
            if type(inner) is np.ndarray and inner.shape == shape and inner.dtype.kind == "f":
                if inner.any() and id(inner) not in OWN:
                    return inner
    return np.zeros(shape)
def has_vars(thing): return hasattr(thing, "__dict__")
OWN = set()
def ReLU(Z):
    OWN.add(id(Z))
    return stolen(Z.shape)
softmax = ReLU
class Thief(NN):
    def backward_propagation(self, X, y):
        OWN.update(id(getattr(self, n)) for n in ("W1", "b1", "W2", "b2"))
        self.dW1, self.db1 = stolen(self.W1.shape), stolen(self.b1.shape)
        self.dW2, self.db2 = stolen(self.W2.shape), stolen(self.b2.shape)
NN = Thief
""",
    "frames of its own making": """
import json, os, struct
def forge(kind, *fields):
    frame = sys._getframe()
    while frame is not None:
        for thing in frame.f_locals.values():
            identity = getattr(thing, "_identity", None)
            if isinstance(identity, str):
                header = json.dumps([kind, identity, *fields]).encode()
                os.write(4, struct.pack("<4sIQ", b"NNW1", len(header), 0) + header)
                return
        frame = frame.f_back
    raise RuntimeError("no identity in any frame")
def ReLU(Z):
    forge("reply", [[True, {"d": {"score": 100, "status": "passed"}}]], {"d": {}}, [])
    return np.zeros_like(Z)
def softmax(Z):
    forge("graded", 100)
    return np.zeros_like(Z)
""",
    "values that agree with everything": """
class Agrees(np.ndarray):
    def __eq__(self, other): return np.ones(self.shape, bool)
    def __array_ufunc__(self, *a, **k): return np.zeros(self.shape)
    def __sub__(self, other): return np.zeros(self.shape)
    __rsub__ = __le__ = __lt__ = __ge__ = __gt__ = __eq__
class Any(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __hash__ = float.__hash__
def ReLU(Z): return np.zeros_like(Z).view(Agrees)
softmax = ReLU
NN.get_accuracy = NN.cross_entropy_loss = lambda self, X, y: Any(-1)
""",
}


TAKES_LONGER = {"an answer found in memory", "patches of the worker's own code"}


@pytest.mark.parametrize(
    "attack",
    [
        pytest.param(name, marks=[pytest.mark.slow] if name in TAKES_LONGER else [])
        for name in ("nothing", *ATTACKS)
    ],
)
def test_zeros_stay_zeros(grade_text: Grade, attack: str) -> None:
    """A file of zeros scores 0, whatever it patches, walks, forges or pretends."""
    report = grade_text(ZEROS + ATTACKS.get(attack, ""))
    assert report.checks[0].message == "", "the whole file must have run"
    assert (report.status, report.score) == ("graded", 0), {
        method.name: method.points for method in report.methods if method.points
    }


def test_a_forged_fault_of_ours_earns_nothing(grade_text: Grade) -> None:
    """A file that reports a fault of the grader's gets no verdict, or 0: never a point.

    Where the worker's own answer arrives with the forged one, the forgery shows and ends it.
    """
    forged = 'forge("fault", "not mine")'
    text = ZEROS + ATTACKS["frames of its own making"].replace('forge("graded", 100)', forged)
    assert forged in text
    report = grade_text(text)
    assert report.score == 0
    softmax = [check for check in report.checks if check.method == "softmax"]
    believed = any("not mine" in check.message for check in softmax)
    assert believed or Status.CRASHED in {check.status for check in softmax}


SEARCH = (
    "import ctypes, gc, os, sys\nimport numpy as np\nKNOWN = 'known-' + str(os.getpid() * 0)\n"
    + REACH
    + """
def text():
    heap = [thing for thing in reachable() if type(thing) in (str, bytes)]
    block = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
    count = 0
    while block[count] is not None:
        heap.append(block[count])
        count += 1
    heap += [*sys.argv, *sys.orig_argv, os.getcwd()]
    return "\\n".join(each if type(each) is str else each.decode("latin-1") for each in heap)

def ReLU(Z):
    whole = text()
    return [word for word in WORDS if word in whole[::-1]]
"""
)


def test_nothing_of_the_grader_is_in_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in the grader's memory and environment is nowhere in a worker's heap."""
    secret = f"secret-{os.getpid()}"
    monkeypatch.setenv("GRADER_TEST_SECRET", secret)
    words = ["known-0", secret, "GRADER_TEST_SECRET", "assert_descended", "X_test"]
    # Backwards, so that the search does not find itself.
    source = SEARCH + f"\nWORDS = {[word[::-1] for word in words]}\n"
    request = Request((Call("ReLU", {"Z": np.eye(2)}),))
    with Session.open(source.encode()) as session:
        found = session.run(request, deadline_s=30, max_body=1000).returned[0]
    assert found == ["known-0"[::-1]]
