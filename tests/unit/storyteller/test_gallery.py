"""The gallery in docs/ is what the code writes."""

from scripts.gallery import GALLERY, STORIES, pages
from storyteller.offline.checks import faults


def test_the_gallery_is_what_the_code_writes() -> None:
    assert {path.name: path.read_text("utf-8") for path in GALLERY.glob("*.md")} == pages()


def test_the_gallery_is_without_fault() -> None:
    told = {path.name: path.read_text("utf-8").partition("\n\n")[2].rstrip("\n") for path in GALLERY.glob("*-*.md")}
    assert len(told) == len(STORIES) == 20
    for language, length, seed, _ in STORIES:
        body = next(text for name, text in told.items() if name.startswith(f"{language}-{seed}-"))
        assert faults(body, language, length) == []
