"""What honest students' code does, by example; every function returns a word of evidence."""

import contextlib
import functools
import gc
import io
import json
import os
import random
import signal
import sys
import threading
import time
import traceback
import warnings

import numpy as np

from grader.sandbox import fonts


def preload() -> None:
    """Have in memory what the warden has before it forks."""
    np.linalg.inv(np.eye(3))
    np.fft.fft(np.ones(8))
    np.random.default_rng(0)


def preload_drawing() -> None:
    """The same for matplotlib: its fonts held, and one figure drawn."""
    import matplotlib as mpl  # noqa: PLC0415  slow, and attacks do without

    mpl.use("Agg")
    import matplotlib.pyplot as plt  # noqa: F401, PLC0415  likewise
    from matplotlib.backends import backend_svg  # noqa: F401, PLC0415  likewise

    fonts.hold()
    draw()


def draw() -> str:
    """Draw as show_predictions does, into memory."""
    from matplotlib import pyplot as plt  # noqa: PLC0415  preloaded by then

    figure, axes = plt.subplots(1, 2)
    for axis in axes:
        axis.imshow(np.arange(784).reshape(28, 28), cmap="gray")
        axis.set_title("Actual: 3, Predicted: 5")
    axes[0].plot([0.9, 0.5, 0.3], label="loss")
    axes[0].legend()
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    plt.show()
    plt.close(figure)
    return picture.getvalue()[1:4].decode()


def draw_with_other_fonts() -> str:
    """Draw in sizes, styles, families and signs that were not drawn before the fork."""
    from matplotlib import pyplot as plt  # noqa: PLC0415  preloaded by then

    figure, axis = plt.subplots(figsize=(4, 3))
    axis.set_title("Loss", fontsize=23, fontweight="bold", style="italic")
    axis.set_xlabel(r"$\frac{\partial L}{\partial W_1} = x^2 + \alpha$")
    axis.set_ylabel("serif", family="serif", size=17)
    axis.text(0, 0, "mono \u2713 \u4e2d", family="monospace")
    pictures = []
    for kind in ("png", "svg"):
        pictures.append(io.BytesIO())
        figure.savefig(pictures[-1], format=kind, dpi=60)
    plt.close("all")
    return pictures[0].getvalue()[1:4].decode()


def linear_algebra() -> str:
    """Products of the assignment's size, and what LAPACK offers."""
    rng = np.random.default_rng(1)
    W, X = rng.standard_normal((128, 784)), rng.standard_normal((784, 1000))
    Z = W @ X
    square = Z @ Z.T
    np.linalg.svd(square)
    np.linalg.eigh(square)
    np.linalg.solve(square, Z)
    np.linalg.norm(Z)
    np.einsum("ij,kj->ik", Z, Z)
    return str(Z.shape)


def randomness() -> str:
    """Every way to ask for random numbers, seeded and not."""
    np.random.seed(42)  # noqa: NPY002  as students write it
    np.random.randn(3, 3)  # noqa: NPY002
    np.random.seed(None)  # noqa: NPY002
    np.random.default_rng().permutation(10)
    random.seed()
    random.shuffle([1, 2, 3])
    return str(len(os.urandom(8)))


def fourier() -> str:
    """A transform there and back."""
    signal_in = np.arange(1000.0)
    return str(bool(np.allclose(np.fft.ifft(np.fft.fft(signal_in)).real, signal_in)))


def big_arrays() -> str:
    """Large arrays made, grown, sorted and given back: mmap, mremap, brk, huge pages."""
    for megabytes in (1, 8, 64):
        array = np.ones(megabytes << 17)
        array.resize((megabytes << 17) * 2, refcheck=False)
        np.sort(array[:100_000])
    pieces = [np.zeros(k) for k in range(1000)]
    growing = bytearray()
    for _ in range(100):
        growing += b"x" * 100_000
    del pieces
    gc.collect()
    return str(len(growing))


def clocks() -> str:
    """Every clock, and a short sleep."""
    start = time.time()
    time.sleep(0.001)
    time.perf_counter()
    time.process_time()
    time.thread_time()
    time.monotonic()
    time.localtime()
    time.strftime("%H:%M")
    time.get_clock_info("time")
    os.times()
    return str(time.time() > start)


def locks() -> str:
    """Locks and conditions, without any thread; and the message when one is started."""
    lock = threading.RLock()
    with lock, lock:
        pass
    threading.Event().wait(0.001)
    try:
        threading.Thread(target=int).start()
    except RuntimeError as error:
        return str(error)
    return "a thread ran"


def text() -> str:
    """Prints, warnings, tracebacks, formats."""
    print("Iteration 10, accuracy 0.9 \u2713")  # noqa: T201  that is the subject
    sys.stdout.flush()
    print("to stderr", file=sys.stderr)  # noqa: T201
    caught = io.StringIO()
    with contextlib.redirect_stdout(caught):
        print(np.arange(3))  # noqa: T201
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        warnings.warn("a warning", stacklevel=1)
        np.log(np.zeros(1))
    try:
        np.ones((2, 3)) @ np.ones((2, 3))
    except ValueError:
        trace = traceback.format_exc()
    return str("matmul" in trace and json.dumps({"a": f"{1.5:.2f}"}) == '{"a": "1.50"}')


def floating_point() -> str:
    """Overflow, division by zero, seterr, every width."""
    with np.errstate(all="ignore"):
        for kind in (np.float16, np.float32, np.float64, np.longdouble):
            np.exp(np.array([1000], kind))
            np.ones(1, kind) / np.zeros(1, kind)
    np.seterr(all="raise")
    try:
        np.exp(np.array([1e4]))
    except FloatingPointError as error:
        return str(error)
    return "no overflow"


def curiosity() -> str:
    """Open a file, ask for the working directory and the machine: ordinary exceptions."""
    kinds = []
    for attempt in (
        functools.partial(open, "mnist.csv"),
        functools.partial(os.listdir, "."),
        functools.partial(os.system, "clear"),
        functools.partial(np.load, "weights.npz"),
        functools.partial(__import__, "a_module_that_is_nowhere"),
    ):
        try:
            attempt()
        except (PermissionError, ModuleNotFoundError) as error:
            kinds.append(type(error).__name__)
        else:
            kinds.append("nothing raised")
    return f"{' '.join(kinds)} {os.path.abspath('nn.py')}"  # noqa: PTH100  as students write it


def questions() -> str:
    """Ask for pids, ids, processors, limits, the terminal."""
    import platform  # noqa: PLC0415  preloaded: the confinement uses it
    import resource  # noqa: PLC0415  likewise

    os.getpid(), os.getppid(), os.getuid(), os.cpu_count()
    os.sched_getaffinity(0)
    platform.system(), platform.machine()
    resource.getrusage(resource.RUSAGE_SELF)
    resource.getrlimit(resource.RLIMIT_AS)
    threading.get_native_id()
    return str(sys.stdout.isatty())


def signals() -> str:
    """A handler for ^C, and one that runs."""
    heard = []
    signal.signal(signal.SIGINT, lambda *_: heard.append(1))
    signal.raise_signal(signal.SIGINT)
    return str(len(heard))


def recursion() -> str:
    """Too deep a recursion is an exception."""

    def deeper() -> int:
        return deeper() + 1

    try:
        deeper()
    except RecursionError as error:
        return type(error).__name__
    return "no end"


def training() -> str:
    """The network itself, a hundred steps."""
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((784, 200)), rng.integers(0, 10, 200)
    W, b = rng.standard_normal((10, 784)) * 0.01, np.zeros((10, 1))
    for _ in range(100):
        E = np.exp(W @ X + b)
        D = (E / E.sum(axis=0) - np.eye(10)[:, y]) / 200
        W -= 0.1 * D @ X.T
        b -= 0.1 * D.sum(axis=1, keepdims=True)
    return str(bool((W @ X + b).argmax(axis=0).mean() >= 0))


CORPUS = {
    function.__name__: function
    for function in (
        draw,
        draw_with_other_fonts,
        linear_algebra,
        randomness,
        fourier,
        big_arrays,
        clocks,
        locks,
        text,
        floating_point,
        curiosity,
        questions,
        signals,
        recursion,
        training,
    )
}
