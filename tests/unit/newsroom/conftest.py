"""Word frequencies of the tests' own: the real lists are in the newsroom's image only, and tests/crew asks those."""

import re
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from newsroom import levels

ZIPF = {"utilized": 3.1, "numerous": 4.1, "used": 6.0, "sublime": 3.0, "woods": 4.45, "wells": 4.3}


@pytest.fixture(autouse=True)
def frequencies(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every word that is not in ZIPF is as common as can be."""
    module = ModuleType("wordfreq")
    module.zipf_frequency = lambda word, language: ZIPF.get(word.lower(), 7.0)  # type: ignore[attr-defined]
    module.tokenize = lambda text, language: re.findall(r"\w+", text.lower())  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "wordfreq", module)
    _forget()
    yield
    _forget()


def _forget() -> None:
    levels.zipf.cache_clear()
    levels.words_of.cache_clear()
