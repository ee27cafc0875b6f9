"""Particles by final sound."""

import pytest

from storyteller.offline.korean import particle


@pytest.mark.parametrize(
    ("word", "forms", "expected"),
    [
        ("수연", "은/는", "수연은"),
        ("민서", "은/는", "민서는"),
        ("물", "으로/로", "물로"),
        ("집", "으로/로", "집으로"),
        ("바다", "으로/로", "바다로"),
        ("1", "으로/로", "1로"),
        ("3", "으로/로", "3으로"),
        ("2", "이/가", "2가"),
        ("10", "을/를", "10을"),
        ("1000", "이/가", "1000이"),
        ("DNA", "을/를", "DNA를"),
        ("SQL", "으로/로", "SQL로"),
        ("phone", "을/를", "phone을"),
        ("video", "을/를", "video를"),
        ("‘물’", "으로/로", "‘물’로"),  # noqa: RUF001
    ],
)
def test_particle(word: str, forms: str, expected: str) -> None:
    assert particle(word, forms) == expected
