"""What student code returns arrives as plain data, or is named as something that does not cross."""

from collections.abc import Callable

import numpy as np
import pytest

from grader.sandbox.request import Array, Call, Opaque, Reply, Request, Value
from grader.sandbox.session import Session

Open = Callable[..., Session]


def returned(session: Session, *, max_body: int = 10_000) -> object:
    """What softmax of a 2x2 matrix returns."""
    request = Request((Call("softmax", {"Z": np.array([[1.5, 2], [3, 4]])}),))
    return session.run(request, deadline_s=5, max_body=max_body).returned[0]


Z = np.array([[1.5, 2], [3, 4]])


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Z", Z),
        ("Z.T", Z.T),
        ("Z[:, ::-1]", Z[:, ::-1]),
        ("Z.astype(np.float32)", Z.astype("f4")),
        ("Z.astype(np.float16)", Z.astype("f4")),
        ("Z.astype(np.longdouble)", Z),
        ("Z.astype(np.int16)", Z.astype("i8")),
        ("Z.astype(np.uint64)", Z.astype("i8")),
        ("Z.astype(np.int32)", Z.astype("i4")),
        ("Z.astype(np.uint8)", Z.astype("u1")),
        ("Z > 2", Z > 2),
        ("np.matrix(Z)", Z),
        ("np.ma.masked_array(Z, Z > 2)", Z),
        ("Z.astype('>f8')", Z),
        ("np.float64(2)", np.array(2.0)),
        ("np.float32(2)", np.array(2, "f4")),
        ("np.int64(2)", np.array(2)),
        ("np.bool_(True)", np.array(True)),  # noqa: FBT003  the value itself
        ("np.zeros((0, 3))", np.zeros((0, 3))),
        ("list(range(300))", np.arange(300)),
        ("[[float(i)] * 30 for i in range(30)]", np.repeat(np.arange(30.0), 30).reshape(30, 30)),
        ("np.broadcast_to(Z[0], (3, 2))", np.broadcast_to(Z[0], (3, 2))),
    ],
)
def test_arrays(open_session: Open, expression: str, expected: Array) -> None:
    """Arrays of every class and number type arrive as plain arrays of the nearest kind."""
    session = open_session(f"import numpy as np\ndef softmax(Z):\n    return {expression}\n")
    got = returned(session)
    assert type(got) is np.ndarray
    assert got.dtype == expected.dtype
    assert got.shape == expected.shape
    assert np.array_equal(got, expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("None", None),
        ("3", 3),
        ("True", True),
        ("2.5", 2.5),
        ("float('inf')", float("inf")),
        ("'text'", "text"),
        ("'x' * 5000", "x" * 1000),
        ("(1, [2, {'a': 3}])", (1, [2, {"a": 3}])),
        ("'\\ud800'", "?"),
        ("2**63", Opaque("int beyond 64 bits")),
        ("Z + 1j", Opaque("ndarray of complex128")),
        ("np.array([None])", Opaque("ndarray of object")),
        ("np.array(['a'])", Opaque("ndarray of <U1")),
        ("np.zeros((1,) * 5)", Opaque("ndarray with 5 axes")),
        ("object()", Opaque("object")),
        ("{1: 2}", Opaque("dict")),
        ("{1, 2}", Opaque("set")),
        ("softmax", Opaque("function")),
        ("(i for i in Z)", Opaque("generator")),
        ("[[[[[[[1]]]]]]]", [[[[[[Opaque("list")]]]]]]),
        ("['a'] * 300", Opaque("list")),
        ("type('F', (float,), {'__add__': None})(2.5)", 2.5),
        ("type('I', (int,), {'__index__': None})(3)", 3),
        ("type('S', (str,), {'__getitem__': None})('s')", "s"),
        ("__import__('collections').namedtuple('P', 'a b')(1, 2)", (1, 2)),
        ("__import__('collections').OrderedDict(a=1)", {"a": 1}),
    ],
)
def test_other_things(open_session: Open, expression: str, expected: object) -> None:
    """Plain data arrives as it is; all else by the name of its type."""
    session = open_session(f"import numpy as np\ndef softmax(Z):\n    return {expression}\n")
    got = returned(session)
    assert got == expected
    assert type(got) is type(expected)


def test_a_list_that_contains_itself(open_session: Open) -> None:
    """Endless structures end."""
    session = open_session("def softmax(Z):\n    a = []\n    a.append(a)\n    return a\n")
    assert returned(session) == [[[[[[Opaque("list")]]]]]]


NETWORK = """
import numpy as np
class NN:
    def __init__(self, input_size, hidden_size, output_size, learning_rate=1):
        self.A0 = None
    def forward_propagation(self, X):
        self.A0 = X
        X += 1
        return X
    def backward_propagation(self, X, y):
        self.A0 += 100
        return X
    @property
    def trap(self):
        raise SystemExit
"""


def test_arguments_changed_in_place(open_session: Open, sizes: dict[str, Value]) -> None:
    """What a call does to its argument shows in its echo, and in no other call, nor at home."""
    session = open_session(NETWORK)
    X = np.zeros((2, 2))
    calls = (
        Call("forward_propagation", {"X": X}, echo=True),
        Call("backward_propagation", {"X": X, "y": np.arange(2)}, echo=True),
    )
    reply: Reply = session.run(Request(calls, sizes, read=("A0",)), deadline_s=5, max_body=10_000)
    first, second = reply.arguments
    assert np.array_equal(first["X"], X + 1)  # type: ignore[arg-type]
    assert np.array_equal(second["X"], X)  # type: ignore[arg-type]
    assert np.array_equal(reply.returned[0], X + 1)  # type: ignore[arg-type]
    assert np.array_equal(reply.attributes["A0"], X + 101)  # type: ignore[arg-type]
    assert not X.any()


def test_attributes(open_session: Open, sizes: dict[str, Value]) -> None:
    """Attributes that are there are read; missing or failing ones are left out."""
    session = open_session(NETWORK)
    request = Request(
        (Call("forward_propagation", {"X": np.zeros(1)}, want=False),),
        sizes,
        {"W1": np.eye(2)},
        read=("W1", "hidden_size", "trap", "nonsense"),
    )
    reply = session.run(request, deadline_s=5, max_body=10_000)
    assert reply.returned == ()
    assert list(reply.attributes) == ["W1", "hidden_size"]
    assert reply.attributes["hidden_size"] == 4


def test_each_request_has_a_new_network(open_session: Open, sizes: dict[str, Value]) -> None:
    """Nothing that one request leaves on its network reaches the next."""
    session = open_session(NETWORK)
    first = Request((Call("forward_propagation", {"X": np.ones(1)}),), sizes)
    session.run(first, deadline_s=5, max_body=100)
    reply = session.run(Request((), sizes, read=("A0",)), deadline_s=5, max_body=100)
    assert reply.attributes == {"A0": None}


def test_random_numbers_repeat(open_session: Open, sizes: dict[str, Value]) -> None:
    """The generators start from the request's seed, whatever ran before."""
    session = open_session(
        """
        import numpy as np, random
        class NN:
            def update_params(self):
                return [np.random.rand(), random.random()]
        """
    )

    def draw(seed: int) -> object:
        request = Request((Call("update_params"),), sizes, seed=seed)
        return session.run(request, deadline_s=5, max_body=100).returned[0]

    first = draw(1)
    assert draw(2) != first
    assert draw(1) == first
