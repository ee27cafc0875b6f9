"""What an article's two files say."""

import json
from pathlib import Path

import pytest

from newsroom.assignment import Assignment, Source
from newsroom.crew import Newsroom
from newsroom.drafts import Review, Rewritten, Word
from newsroom.publish import publish

SOURCE = Source("url", "On <b>wells</b>", "A well is deep.", "https://example.org/wells")
TITLE = "<script>alert(1)</script> | wells"


def written(out: Path, gloss: str | None) -> tuple[str, str, str]:
    """Markdown, details, and the name of the first."""
    room = Newsroom(Assignment("en", "A2", 100, "wells", SOURCE), "offline")
    sentences = [Rewritten(original="A well is deep.", text="A well goes\nfar down.")]
    words = [Word(word="far|down", level="B1", gloss=gloss)]
    article = publish(out, room, Review(title=TITLE, sentences=sentences, difficult_words=words))["article"]
    assert isinstance(article, dict)
    name, details = article["artifacts"]
    return (out / name).read_text("utf-8"), (out / details).read_text("utf-8"), name


def test_the_source_stands_first_and_nothing_is_html(tmp_path: Path) -> None:
    text, details, name = written(tmp_path, None)
    assert text.splitlines()[:3] == [
        "# \\<script>alert(1)\\</script> | wells",
        "",
        "> Source: On \\<b>wells\\</b>, <https://example.org/wells>  ",
    ]
    assert "A well goes far down." in text
    assert json.loads(details)["title"] == TITLE
    assert name.startswith("script-alert-1-script-wells-")


@pytest.mark.parametrize(
    ("gloss", "table"),
    [
        (None, ["| word | level | example |", "|---|---|---|", "| far\\|down | B1 |  |"]),
        ("a | b", ["| word | level | meaning | example |", "|---|---|---|---|", "| far\\|down | B1 | a \\| b |  |"]),
    ],
)
def test_meanings_have_a_column_where_there_are_any(gloss: str | None, table: list[str], tmp_path: Path) -> None:
    assert written(tmp_path, gloss)[0].splitlines()[-3:] == table
