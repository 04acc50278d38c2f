"""Feeds mutated frames to the decoder: a program for a coverage-guided fuzzer, and by hand.

`python tests/sandbox/fuzz_frames.py FOLDER -runs=100000` runs it under atheris (libFuzzer), which
keeps its corpus and what it finds in FOLDER; the function `examine` takes any bytes. An input
begins with a byte that says how it is used:

    bit 0   the rest is a frame as it is, or a header that is given a right prefix and a body
    bit 1   the header says its true body length, or one out of the input
    bits 2+ where the frame is cut in two
"""

import json
import random
import struct
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

MAX_BODY = 4096

# What decoding may take in memory beside the body: a JSON tree is larger than its text ("[]," is
# an object of 56 bytes), and there is a prefix, a parser and an error message.
TREE = 60
SPARE = 1 << 16


class AllocationError(AssertionError):
    """The decoder took more memory than the bytes it was given can justify."""


def as_frame(data: bytes) -> tuple[bytes, int]:
    """The frame that an input stands for, and where it is cut."""
    if not data:
        return b"", 0
    mode, rest = data[0], data[1:]
    cut = mode >> 2
    if not mode & 1:
        return rest, cut
    header, _, body = rest.partition(b"\0")
    said = len(body)
    if mode & 2 and len(body) >= 8:
        said = int.from_bytes(body[:8], "little")
    return struct.pack("<4sIQ", b"NNW1", len(header), said) + header + body, cut


def examine(wire: "ModuleType", data: bytes, *, traced: bool = True) -> bool:
    """Decode an input, in two pieces; whether it was a frame.

    Args:
        wire: the module grader.sandbox.wire.
        data: the fuzzer's input.
        traced: hold the decoder to its memory, too; tracemalloc must run.

    Raises:
        AllocationError: it took too much memory.
        Exception: whatever the decoder raises beside WireError.
    """
    frame, cut = as_frame(data)
    if traced:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
    incoming = wire.Incoming(MAX_BODY)
    with suppress(wire.WireError):
        extra = incoming.feed(frame[:cut])
        if not incoming.done:
            extra = incoming.feed(frame[cut:])
        if incoming.done:
            assert len(extra) <= len(frame)
    if traced:
        taken = tracemalloc.get_traced_memory()[1] - before
        allowed = MAX_BODY + TREE * len(frame) + SPARE
        if taken > allowed:
            raise AllocationError(
                f"{taken} bytes for a frame of {len(frame)}; {allowed} are enough"
            )
    return bool(incoming.done)


def seeds() -> list[bytes]:
    """Inputs to begin with: one of every kind of value, and of every claim that must be checked."""
    headers: list[object] = [
        None,
        ["reply", "0123456789abcdef", [[True, {"a": ["f8", 3, 4]}]], {"d": {}}, []],
        {"d": {"X": {"a": ["b1", 2]}, "é": {"t": [1, -2.5e-3, True]}}},
        [{"f": "nan"}, {"o": "Thing"}, "text \ud83d\ude00", [[[[]]]]],
        {"a": ["u1", 1 << 40]},
        {"a": ["i4", 0, 1 << 62]},
    ]
    found = []
    for header in headers:
        text = json.dumps(header).encode()
        body = bytes(96 if b"f8" in text else 2 if b"b1" in text else 0)
        found.append(b"\x29" + text + b"\0" + body)
        found.append(b"\x03" + text + b"\0" + (1 << 40).to_bytes(8, "little"))
        found.append(b"\x40" + struct.pack("<4sIQ", b"NNW1", len(text), len(body)) + text + body)
    found.append(b"\x00" + struct.pack("<4sIQ", b"NNW1", 0xFFFFFFFF, 1 << 60))
    return found


WORDS = ('"a"', '"d"', '"t"', '"f"', '"o"', '"f8"', '"b1"', '"u1"', "NNW1", "[[", "1e999", "-inf")


def mutated(count: int, seed: int = 1) -> Iterator[bytes]:
    """So many inputs made by blind mutation, for where there is no atheris."""
    rng = random.Random(seed)  # noqa: S311  to be the same each time
    known = seeds()
    for _ in range(count):
        data = bytearray(rng.choice(known))
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(data) + 1)
            piece = rng.choice(known) if rng.random() < 0.1 else rng.choice(WORDS).encode()
            span = slice(at, at + rng.choice((0, 0, 1, 2, 8)))
            data[span] = rng.choice(
                (b"", rng.randbytes(1), rng.randbytes(8), piece, data[span] * 2)
            )
        yield bytes(data)


def main() -> None:
    """Run the fuzzer in the folder that is named first; its exit status tells."""
    import atheris  # noqa: PLC0415  others do without it

    sys.path.insert(0, str(Path(__file__).parents[2]))
    with atheris.instrument_imports(include=["grader.sandbox", "json"]):
        from grader.sandbox import wire  # noqa: PLC0415

    folder = Path(sys.argv[1])
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(seeds()):
        (corpus / str(number)).write_bytes(seed)
    words = folder / "words"
    quoted = (word.replace('"', '\\"') for word in WORDS)
    words.write_text("".join(f'"{word}"\n' for word in quoted), "ascii")
    options = [f"-dict={words}", f"-artifact_prefix={folder}/", "-max_len=1024", "-seed=1"]
    tracemalloc.start()
    atheris.Setup(
        [sys.argv[0], *options, *sys.argv[2:], str(corpus)], lambda data: _once(wire, data)
    )
    atheris.Fuzz()


def _once(wire: "ModuleType", data: bytes) -> None:
    examine(wire, data)


if __name__ == "__main__":
    main()
