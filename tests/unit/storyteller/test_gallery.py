"""The gallery in docs/ is what the code writes."""

from scripts.gallery import GALLERY, pages


def test_the_gallery_is_what_the_code_writes() -> None:
    assert {path.name: path.read_text("utf-8") for path in GALLERY.glob("*.md")} == pages()
