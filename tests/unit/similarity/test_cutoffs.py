"""The cut-offs, held against labelled texts in both languages; `pytest -s` prints precision and recall."""

import itertools
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from similarity.fingerprint import fingerprint
from similarity.verdict import CUTOFFS, Known, Signal, judge

Groups = dict[str, list[dict[str, str]]]
SETS: dict[str, Groups] = {
    name: tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text("utf-8"))
    for name in ("labelled", "held_out")
}
LABELLED = SETS["labelled"]
LEAST = 0.95


def pairs(groups: list[dict[str, str]]) -> Iterator[tuple[str, str, str]]:
    """What a person says of each pair of texts, and the texts."""
    for group in groups:
        yield "copy", group["text"], group["copy"]
        yield "retold", group["text"], group["retold"]
        yield "retold", group["copy"], group["retold"]
    for first, second in itertools.combinations(groups, 2):
        for one, other in itertools.product(first.values(), second.values()):
            yield "other", one, other


def signal(first: str, second: str, signature: str | None = None) -> Signal:
    known = Known("b", fingerprint(second), "b")
    return judge(Known("a", fingerprint(first), signature), [known]).signal


@pytest.mark.parametrize("texts", SETS)
@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    ("found", "meant"),
    [({Signal.HIGH}, {"copy"}), ({Signal.HIGH, Signal.MEDIUM}, {"copy", "retold"})],
    ids=["high", "medium"],
)
def test_precision_and_recall(texts: str, language: str, found: set[Signal], meant: set[str]) -> None:
    judged = [(label in meant, signal(first, second) in found) for label, first, second in pairs(SETS[texts][language])]
    right = sum(label and said for label, said in judged)
    precision, recall = right / sum(said for _, said in judged), right / sum(label for label, _ in judged)
    name = f"{texts} {language} {'/'.join(sorted(found))}"
    print(f"{name}: precision {precision:.3f} recall {recall:.3f} of {len(judged)} pairs")
    assert precision >= LEAST
    assert recall >= LEAST


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_copied_story_is_high_although_its_signature_is_another(language: str) -> None:
    copies = [signal(group["text"], group["copy"], signature="a") for group in LABELLED[language]]
    assert copies.count(Signal.HIGH) / len(copies) >= LEAST


def test_the_cutoffs_are_told() -> None:
    verdict: dict[str, Any] = judge(Known("a", 1), []).as_dict()
    assert verdict["cutoffs"] == CUTOFFS
    assert verdict["method"] == "lexical-1"
