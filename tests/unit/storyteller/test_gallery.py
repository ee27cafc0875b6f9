"""The gallery in docs/ is what the code writes."""

from scripts.gallery import GALLERY, STORIES, pages
from storyteller.offline.checks import faults
from storyteller.offline.writer import write_story


def test_the_gallery_is_what_the_code_writes() -> None:
    assert {path.name: path.read_text("utf-8") for path in GALLERY.glob("*.md")} == pages()


def test_the_gallery_is_without_fault() -> None:
    for language, length, seed, topic in STORIES:
        assert faults(write_story(language, length, seed, topic).body, language, length) == []
