"""Which submissions look alike: a flag for somebody who then reads both, and never points."""

import heapq
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from grader.classroom.report.normal import Line, normal, skeleton

FROM = 0.9
"""The similarity from which on a pair is listed."""

SHORTEST = 80
"""Tokens of one's own below which nothing can be told."""

MOST_FILES = 2000
"""Different normal forms that are compared, each with each; equal ones are found among any number.
A thousand files of twice the usual length take half a minute on two busy cores."""

MOST_PAIRS = 200

_SAMPLE = 100

_LETTERS = 50_000
"""A token is written as one character; there are more below those that are no characters."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two submissions that look alike.

    Attributes:
        one, other: their keys, in order.
        similarity: from FROM to 1: twice the tokens they share in order, over all tokens of both.
        identical: whether the files are equal, byte by byte.
    """

    one: str
    other: str
    similarity: float
    identical: bool


@dataclass(frozen=True, slots=True)
class Similar:
    """What a comparison has found.

    Attributes:
        pairs: the most similar first, at most MOST_PAIRS.
        found: how many pairs there are, listed or not.
        compared: how many submissions were compared.
        short: keys of those with too little of their own.
        left_out: keys of those that were too many.
        usual: the median similarity of two different forms, of a sample; None for fewer than two.
    """

    pairs: tuple[Pair, ...] = ()
    found: int = 0
    compared: int = 0
    short: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    usual: float | None = None


def compare(sources: Mapping[str, bytes], given: bytes) -> Similar:
    """Compare all submissions, each with each.

    Names, comments and the lines of the skeleton count for nothing; see normal.py.

    Args:
        sources: what was handed in, by key.
        given: the skeleton.
    """
    base = skeleton(given)
    forms: dict[Line, list[str]] = {}
    known: dict[bytes, Line] = {}
    for key in sorted(sources):
        source = sources[key]
        if source not in known:
            known[source] = normal(source, base)
        forms.setdefault(known[source], []).append(key)
    short = sorted(key for form, keys in forms.items() if len(form) < SHORTEST for key in keys)
    groups = [(form, keys) for form, keys in forms.items() if len(form) >= SHORTEST]
    alike, usual = _alike([form for form, _ in groups[:MOST_FILES]])
    found = 0

    def counted() -> Iterator[Pair]:  # a class of equal files has more pairs than find room
        nonlocal found
        for pair in _pairs(groups, alike, sources):
            found += 1
            yield pair

    pairs = heapq.nsmallest(MOST_PAIRS, counted(), key=_place)
    return Similar(
        pairs=tuple(pairs),
        found=found,
        compared=sum(len(keys) for _, keys in groups),
        short=tuple(short),
        left_out=tuple(key for _, keys in groups[MOST_FILES:] for key in keys),
        usual=usual,
    )


def _pairs(
    groups: Sequence[tuple[Line, Sequence[str]]],
    alike: Iterable[tuple[int, int, float]],
    sources: Mapping[str, bytes],
) -> Iterator[Pair]:
    for _, keys in groups:
        for one, other in combinations(keys, 2):
            yield Pair(one, other, 1.0, sources[one] == sources[other])
    for a, b, similarity in alike:
        for one, other in product(groups[a][1], groups[b][1]):
            yield Pair(min(one, other), max(one, other), similarity, identical=False)


def _place(pair: Pair) -> tuple[float, bool, str, str]:
    """By which pairs are put in order: the most similar first."""
    return -pair.similarity, not pair.identical, pair.one, pair.other


def _alike(forms: Sequence[Line]) -> tuple[Iterable[tuple[int, int, float]], float | None]:
    """The pairs of places from FROM on, and how similar two of a sample usually are."""
    if len(forms) < 2:  # noqa: PLR2004  a pair
        return [], None
    from rapidfuzz.distance import Indel  # noqa: PLC0415  for this report alone
    from rapidfuzz.process import cdist  # noqa: PLC0415  likewise

    texts = _written(forms)
    alike = Indel.normalized_similarity
    matrix = cdist(texts, texts, scorer=alike, score_cutoff=FROM, workers=-1)
    rows, columns = matrix.nonzero()
    found = (
        (int(a), int(b), round(float(matrix[a, b]), 4))
        for a, b in zip(rows, columns, strict=True)
        if a < b
    )
    sample = texts[:: -(-len(texts) // _SAMPLE)]
    usual = statistics.median(alike(*two) for two in combinations(sample, 2)) if sample[1:] else 0.0
    return found, round(usual, 4)


def _written(forms: Sequence[Line]) -> list[str]:
    """Each form as a text of one character a token, to be compared fast.

    The most frequent tokens are the first characters: those below 256 are compared by a table.
    """
    frequent = Counter(word for form in forms for word in form)
    ranked = sorted(frequent, key=lambda word: (-frequent[word], word))
    letters = {word: chr(at % _LETTERS) for at, word in enumerate(ranked)}
    return ["".join(letters[word] for word in form) for form in forms]
