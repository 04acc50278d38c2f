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

from grader.sandbox import wire
from grader.sandbox.errors import WireError

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import fuzz_frames  # noqa: E402  the path had to be set first


@pytest.fixture(scope="module")
def traced() -> Iterator[None]:
    """Allocations are counted."""
    tracemalloc.start()
    yield
    tracemalloc.stop()


@pytest.mark.usefixtures("traced")
def test_mutated_inputs() -> None:
    """5000 blindly mutated inputs: WireError or a value, within the memory they justify."""
    outcomes = [fuzz_frames.examine(wire, data) for data in fuzz_frames.mutated(5000)]
    assert 0 < sum(outcomes) < 5000, "both outcomes must be among them"


@pytest.mark.slow
@pytest.mark.usefixtures("traced")
def test_many_mutated_inputs() -> None:
    """The same for 100 000 others."""
    for data in fuzz_frames.mutated(100_000, seed=2):
        fuzz_frames.examine(wire, data)


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
    with pytest.raises(error):  # noqa: PT012  one of them
        for data in (*fuzz_frames.seeds(), b"\x29" + b"[" + b"\0"):
            fuzz_frames.examine(faulty, data)  # type: ignore[arg-type]
