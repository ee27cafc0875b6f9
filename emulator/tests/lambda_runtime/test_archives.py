"""Layers laid over each other."""

from pathlib import Path

import pytest

from dockerless.lambda_runtime.archives import lay_over


@pytest.fixture
def low(tmp_path: Path) -> Path:
    folder = tmp_path / "low"
    (folder / "lib").mkdir(parents=True)
    (folder / "lib" / "one.so").write_text("low")
    (folder / "link").symlink_to("lib/one.so")
    (folder / "alias").symlink_to("lib")
    return folder


@pytest.fixture
def high(tmp_path: Path) -> Path:
    folder = tmp_path / "high"
    folder.mkdir()
    return folder


@pytest.fixture
def opt(tmp_path: Path) -> Path:
    folder = tmp_path / "opt"
    folder.mkdir()
    return folder


def test_links_that_both_layers_have(low: Path, high: Path, opt: Path) -> None:
    (high / "two.so").write_text("high")
    (high / "link").symlink_to("two.so")
    (high / "alias").symlink_to("lib")

    for layer in (low, high):
        lay_over(layer, opt)

    assert (opt / "link").readlink() == Path("two.so")
    assert (opt / "alias" / "one.so").read_text() == "low"
    assert (low / "link").readlink() == Path("lib/one.so")


def test_what_is_of_another_kind_is_replaced_and_nothing_written_through_it(
    low: Path, high: Path, opt: Path
) -> None:
    (high / "alias").mkdir()
    (high / "alias" / "one.so").write_text("high")
    (high / "lib").write_text("now a file")
    (high / "link").mkdir()

    for layer in (low, high):
        lay_over(layer, opt)

    assert (opt / "alias" / "one.so").read_text() == "high"
    assert (opt / "lib").read_text() == "now a file"
    assert list((opt / "link").iterdir()) == []
    assert (low / "lib" / "one.so").read_text() == "low"
