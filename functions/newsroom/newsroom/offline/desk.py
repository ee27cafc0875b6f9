"""What each of the four agents does offline."""

from functools import cached_property

from newsroom.assignment import Assignment
from newsroom.drafts import Choice, Findings, Review, Rewriting, Rewritten, Word
from newsroom.levels import is_above, level_of, words_of, zipf
from newsroom.offline.sentences import difficulty, simpler_words, simplify, split

_WORDS_AT_MOST = 20
_LONGEST = 3000  # characters that one sentence may have


class Desk:
    """The drafts of one assignment; each is made of the one before."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment

    @cached_property
    def findings(self) -> Findings:
        """The source's sentences: those with a word of the topic, or, if there are too few of them, all."""
        sentences = list(dict.fromkeys(s for s in split(self._assignment.source.text) if len(s) <= _LONGEST))
        related = [sentence for sentence in sentences if self._relevance(sentence)]
        enough = sum(len(sentence.split()) for sentence in related) >= self._assignment.length
        found = related if enough else sentences
        return Findings(sentences=found[:800] or [self._assignment.source.text[:_LONGEST]])

    @cached_property
    def choice(self) -> Choice:
        """The most related first, then the easiest, as far as the length goes; in the source's order."""
        level, language = self._assignment.level, self._assignment.language
        sentences = self.findings.sentences
        ranked = sorted(
            range(len(sentences)),
            key=lambda n: (-self._relevance(sentences[n]), difficulty(sentences[n], level, language), n),
        )
        chosen: list[int] = []
        left = self._assignment.length
        for number in ranked:
            words = len(simplify(sentences[number], level, language).split())
            if words <= left or not chosen:
                chosen.append(number)
                left -= words
        topic = self._assignment.topic
        title = (topic[:1].upper() + topic[1:])[:120]
        return Choice(title=title, sentences=[sentences[number] for number in sorted(chosen)[:400]])

    @cached_property
    def rewriting(self) -> Rewriting:
        """The sentences in simpler words and shorter parts."""
        level, language = self._assignment.level, self._assignment.language
        rewritten = [
            Rewritten(original=sentence, text=simplify(sentence, level, language)) for sentence in self.choice.sentences
        ]
        return Rewriting(title=self.choice.title, sentences=rewritten)

    @cached_property
    def review(self) -> Review:
        """The words that are still above the level, the rarest first; a gloss where the lexicon has one."""
        level, language = self._assignment.level, self._assignment.language
        glosses = simpler_words(language)
        hard = {
            word
            for sentence in self.rewriting.sentences
            for word in words_of(sentence.text, language)
            if len(word) <= 60 and is_above(word, level, language) and not self._is_name(word)
        }
        words = [
            Word(word=word, level=level_of(word, language), gloss=glosses.get(word))
            for word in sorted(hard, key=lambda word: (zipf(word, language), word))[:_WORDS_AT_MOST]
        ]
        return Review(title=self.rewriting.title, sentences=self.rewriting.sentences, difficult_words=words)

    def _relevance(self, sentence: str) -> int:
        return sum(word in self._topic for word in set(words_of(sentence, self._assignment.language)))

    @cached_property
    def _topic(self) -> frozenset[str]:
        words = words_of(self._assignment.topic, self._assignment.language)
        # Words that every sentence may have tell nothing of what it is about.
        return frozenset(word for word in words if zipf(word, self._assignment.language) < 6)

    def _is_name(self, word: str) -> bool:
        text = self._assignment.source.text
        return word.capitalize() in text and word not in text
