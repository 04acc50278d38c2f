"""The frame decoder under fuzzing: no exception but WireError, no memory before validation."""

import importlib.util
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from grader.sandbox import wire
from grader.sandbox.errors import WireError

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import fuzz_frames  # noqa: E402  the path had to be set first

headers = st.recursive(
    st.sampled_from(
        ["null", "true", "1", "-2.5", "1e999", '"f8"', '"b1"', '"nan"', '"\\ud800"', ""]
    ),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda items: f"[{','.join(items)}]")
        | st.tuples(st.sampled_from("adtfox"), inner).map(lambda pair: '{"%s":%s}' % pair)
    ),
    max_leaves=12,
)
inputs = (
    st.binary(max_size=200)
    | st.sampled_from(fuzz_frames.seeds())
    | st.tuples(st.binary(min_size=1, max_size=1), headers, st.binary(max_size=40)).map(
        lambda parts: parts[0] + parts[1].encode() + b"\0" + parts[2]
    )
)


@pytest.fixture(scope="module")
def traced() -> Iterator[None]:
    """Allocations are counted."""
    tracemalloc.start()
    yield
    tracemalloc.stop()


def fuzz(count: int) -> None:
    """Examine this many inputs that Hypothesis makes."""

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(inputs)
    def check(data: bytes) -> None:
        fuzz_frames.examine(wire, data)

    check()


@pytest.mark.usefixtures("traced")
def test_generated_inputs() -> None:
    """2000 generated inputs: WireError or a value, within the memory that the bytes justify."""
    fuzz(2000)


@pytest.mark.slow
@pytest.mark.usefixtures("traced")
def test_generated_inputs_for_long() -> None:
    """The same for 100 000 inputs."""
    fuzz(100_000)


@pytest.mark.slow
def test_coverage_guided(tmp_path: Path) -> None:
    """100 000 inputs of a coverage-guided fuzzer (atheris): likewise."""
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris is not installed")
    done = subprocess.run(
        [sys.executable, str(HERE / "fuzz_frames.py"), str(tmp_path), "-runs=100000"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Done 100000 runs" in done.stderr


@pytest.mark.usefixtures("traced")
def test_seeds_reach_the_decoder() -> None:
    """Control: what the fuzzer begins with holds real frames and frames that are refused."""
    decoded = [fuzz_frames.examine(wire, seed) for seed in fuzz_frames.seeds()]
    assert any(decoded)
    assert not all(decoded)


class _Greedy(wire.Incoming):
    """A decoder that makes room for what a frame claims before it looks at the claim."""

    def feed(self, data: bytes) -> bytes:
        claimed = int.from_bytes(data[4:8], "little")
        np.empty(min(claimed, 1 << 24), np.uint8)
        return super().feed(data)


class _Careless(wire.Incoming):
    """A decoder that lets another exception through."""

    def feed(self, data: bytes) -> bytes:
        try:
            return super().feed(data)
        except WireError as error:
            if error.__cause__ is not None:
                raise error.__cause__ from None
            raise


@pytest.mark.usefixtures("traced")
@pytest.mark.parametrize(
    ("decoder", "error"),
    [(_Greedy, fuzz_frames.AllocationError), (_Careless, ValueError)],
)
def test_faults_would_be_seen(decoder: type[wire.Incoming], error: type[Exception]) -> None:
    """Control: a decoder that believes a length, or leaks an exception, is caught by the seeds."""
    faulty = SimpleNamespace(Incoming=decoder, WireError=WireError)
    with pytest.raises(error):
        for data in (*fuzz_frames.seeds(), b"\x29" + b"[" + b"\0"):
            fuzz_frames.examine(faulty, data)  # type: ignore[arg-type]
