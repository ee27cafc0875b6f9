"""The offline desk: chooses, simplifies and explains, and adds nothing."""

import pytest

from newsroom.assignment import Assignment, Source
from newsroom.drafts import not_in, words_in
from newsroom.offline.desk import Desk
from newsroom.offline.sentences import difficulty, simpler_words, simplify, split

pytestmark = pytest.mark.unit

TEXT = (
    "Wells\n\nMr. Hill utilized a rope (of hemp). He saw numerous wells, and he drank of each of them all day long. "
    '"Is it cold?" she asked. It is sublime.\n\nread more'
)


def desk(**changes: object) -> Desk:
    given = {"language": "en", "level": "A2", "length": 100, "topic": "wells", "source": Source("file", "t", TEXT)}
    return Desk(Assignment(**given | changes))  # type: ignore[arg-type]


def test_sentences_are_whole() -> None:
    assert split(TEXT) == [
        "Mr. Hill utilized a rope (of hemp).",
        "He saw numerous wells, and he drank of each of them all day long.",
        '"Is it cold?" she asked.',
        "It is sublime.",
    ]
    assert split("우물은 아주 깊다. 물은 매우 차다! 끝") == ["우물은 아주 깊다.", "물은 매우 차다!"]
    assert split("") == []


def test_hard_words_asides_and_long_sentences_go() -> None:
    assert simplify("He utilized a rope (of hemp).", "A2", "en") == "He used a rope."
    assert simplify("He utilized a rope (of hemp).", "C1", "en") == "He utilized a rope (of hemp)."
    long = "He saw numerous wells, and he drank of each of them all day long."
    assert simplify(long, "A2", "en") == "He saw many wells. He drank of each of them all day long."
    assert difficulty(simplify(long, "A2", "en"), "A2", "en") < difficulty(long, "A2", "en")


def test_articles_fit_the_words_that_replace_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(simpler_words("en"), "utilized", "old")
    assert simplify("It is a utilized rope.", "A2", "en") == "It is an old rope."


def test_an_article_keeps_to_its_source_and_length() -> None:
    review = desk().review
    assert not_in(TEXT, (sentence.original for sentence in review.sentences)) == []
    assert words_in(sentence.text for sentence in review.sentences) <= 100
    assert [(word.word, word.level, word.gloss) for word in review.difficult_words] == [
        ("sublime", "C1", None),
        ("wells", "B1", None),
    ]


def test_what_tells_of_the_topic_comes_first() -> None:
    source = Source("file", "t", "Nothing here is of use. " * 5 + "The wells are old. " + "So it goes on today. " * 5)
    (chosen, *_) = desk(length=4, source=source).choice.sentences
    assert chosen == "The wells are old."


def test_a_text_without_a_sentence_is_still_a_source() -> None:
    assert desk(source=Source("file", "t", "wells")).review.sentences[0].text == "wells"


def test_the_same_assignment_gives_the_same_article() -> None:
    assert desk().review == desk().review


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_lexicon_replaces_each_word_once(language: str) -> None:
    words = simpler_words(language)
    assert len(words) >= 40
    assert not words.keys() & set(words.values())
