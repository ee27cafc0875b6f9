"""What counts as a change."""

from pathlib import Path

import pytest

from scripts.fingerprint import fingerprint


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.py").write_text("a")
    return tmp_path


def test_the_same_tree_has_the_same_fingerprint(tree: Path) -> None:
    assert fingerprint([tree]) == fingerprint([tree])


@pytest.mark.parametrize("name", ["folder/a.py", "folder/b.py", "c"])
def test_a_changed_or_new_file_is_a_change(tree: Path, name: str) -> None:
    before = fingerprint([tree])
    (tree / name).write_text("changed")
    assert fingerprint([tree]) != before


def test_a_moved_file_is_a_change(tree: Path) -> None:
    before = fingerprint([tree])
    (tree / "folder" / "a.py").rename(tree / "folder" / "b.py")
    assert fingerprint([tree]) != before


def test_caches_are_none(tree: Path) -> None:
    before = fingerprint([tree])
    (tree / "folder" / "__pycache__").mkdir()
    (tree / "folder" / "__pycache__" / "a.pyc").write_text("compiled")
    assert fingerprint([tree]) == before


def test_words_count(tree: Path) -> None:
    assert fingerprint([tree], "a") != fingerprint([tree], "b")
