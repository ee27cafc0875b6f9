"""Sketches of embeddings, and verdicts that rest on them."""

import math
import random
import zlib

import pytest

from similarity.fingerprint import fingerprint, to_bytes
from similarity.sketch import Sketch, cosine, sketch
from similarity.verdict import Known, Signal, judge

TEXT, OTHER = "The nurse makes her round every two hours.", "A drought lays bare the bed of the reservoir."


def pair(dimensions: int, wanted: float, seed: int) -> tuple[list[float], list[float]]:
    """Two random vectors of that cosine."""
    rng = random.Random(seed)
    first, second = ([rng.gauss(0, 1) for _ in range(dimensions)] for _ in range(2))
    share = sum(a * b for a, b in zip(first, second, strict=True)) / sum(a * a for a in first)
    across = [b - share * a for a, b in zip(first, second, strict=True)]
    scale = math.hypot(*first) / math.hypot(*across)
    return first, [wanted * a + math.sqrt(1 - wanted**2) * scale * b for a, b in zip(first, across, strict=True)]


@pytest.mark.parametrize("dimensions", [3, 384, 1024, 1536, 5000])
@pytest.mark.parametrize("wanted", [0.0, 0.5, 0.7, 0.85, 1.0])
def test_sketches_tell_the_cosine_of_what_they_are_of(dimensions: int, wanted: float) -> None:
    first, second = pair(dimensions, wanted, seed=dimensions)
    assert cosine(sketch("m", first).bits, sketch("m", second).bits) == pytest.approx(wanted, abs=0.06)


def test_a_sketch_is_the_same_for_a_direction_and_in_every_process() -> None:
    vector = [1.0, -2.0, 0.5]
    assert sketch("m", vector) == sketch("m", [7 * value for value in vector])
    assert zlib.crc32(to_bytes(sketch("m", vector).bits)) == 740730156


@pytest.mark.parametrize("vector", [[], [0.0, 0.0], [math.nan, 1.0], [math.inf]])
def test_what_has_no_direction_has_no_sketch(vector: list[float]) -> None:
    with pytest.raises(ValueError, match="direction"):
        sketch("m", vector)


def known(item_id: str, text: str, embedded: Sketch | None = None, signature: str | None = None) -> Known:
    return Known(item_id, fingerprint(text), signature, embedded)


def test_the_graver_of_two_verdicts_counts() -> None:
    here, away = sketch("m", [1.0, 0.0]), sketch("m", [0.0, 1.0])
    by_meaning = judge(known("a", TEXT, here), [known("b", OTHER, here), known("c", OTHER, away)])
    assert (by_meaning.signal, by_meaning.method, by_meaning.nearest_id) == (Signal.HIGH, "m", "b")
    by_words = judge(known("a", TEXT, here), [known("b", TEXT, away)])
    assert (by_words.signal, by_words.method) == (Signal.HIGH, "lexical-1")
    neither = judge(known("a", TEXT, here), [known("b", OTHER, away)])
    assert (neither.signal, neither.method) == (Signal.LOW, "m")


def test_what_another_model_embedded_or_none_is_compared_by_its_words() -> None:
    item = known("a", TEXT, sketch("m", [1.0, 0.0]))
    verdict = judge(item, [known("b", TEXT, sketch("n", [1.0, 0.0])), known("c", OTHER)])
    assert (verdict.signal, verdict.method, verdict.compared) == (Signal.HIGH, "lexical-1", 2)


def test_a_storys_meaning_alone_is_related_not_the_same() -> None:
    here = sketch("m", [1.0, 0.0])
    verdict = judge(known("a", TEXT, here, "x"), [known("b", OTHER, here, "y")])
    assert (verdict.signal, verdict.similarity_score) == (Signal.MEDIUM, 0.7)


@pytest.mark.parametrize("embedded", [None, Sketch("m", 12345)])
def test_an_item_comes_back_as_it_was_stored(embedded: Sketch | None) -> None:
    item = known("a", TEXT, embedded, "x")
    assert Known.stored("a", item.data, "x", item.embedding_model) == item
