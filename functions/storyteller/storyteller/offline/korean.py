"""Korean particles: which of two forms follows a word depends on the word's last sound."""

import re

HANGUL_FIRST, HANGUL_LAST = 0xAC00, 0xD7A3
FINALS = 28  # a syllable block's index modulo 28 is its final consonant; 0 is none
RIEUL = 8

# Last sound of a number read aloud: 영 일 이 삼 사 오 육 칠 팔 구.
_DIGITS = {"0": 21, "1": RIEUL, "2": 0, "3": 16, "4": 0, "5": 0, "6": 1, "7": RIEUL, "8": RIEUL, "9": 0}
# Letters read by name that end in a consonant: 엘, 엠, 엔, 알.
_SPELT = {"l": RIEUL, "m": 16, "n": 4, "r": RIEUL}
# English words written as Korean hears them; the longest ending wins, anything else ends in a vowel.
_ENDINGS = (
    ("le", RIEUL), ("ll", RIEUL), ("l", RIEUL), ("me", 16), ("m", 16), ("ne", 4), ("ng", 21), ("n", 4),
    ("ck", 1), ("ok", 1), ("ap", 17), ("op", 17), ("up", 17), ("et", 19), ("at", 19), ("ot", 19), ("it", 19), ("ic", 1),
)  # fmt: skip


def final_consonant(word: str) -> int:
    """Index of the word's final consonant (0: ends in a vowel), counting what is said and not how it is written.

    Quotes and brackets at the end are looked through. Digits are read as Sino-Korean numbers, capitals as letters.
    """
    spoken = re.sub(r"[^\w]+$", "", word)
    if not spoken:
        return 0
    last = spoken[-1]
    if HANGUL_FIRST <= ord(last) <= HANGUL_LAST:
        return (ord(last) - HANGUL_FIRST) % FINALS
    if last.isdigit():
        return _number_final(re.search(r"\d+$", spoken)[0])  # type: ignore[index]  # it ends in a digit
    latin = re.search(r"[A-Za-z]+$", spoken)
    if latin is None:
        return 0
    if len(latin[0]) == 1 or latin[0].isupper():
        return _SPELT.get(last.lower(), 0)
    return next((final for ending, final in _ENDINGS if latin[0].lower().endswith(ending)), 0)


def _number_final(digits: str) -> int:
    """Round numbers end in their unit: 십 and 백 and 억 in a consonant, 천 and 만 in ㄴ, 조 in a vowel."""
    zeros = len(digits) - len(digits.rstrip("0"))
    if zeros == 0 or not digits.strip("0"):
        return _DIGITS.get(digits[-1], 0)
    if zeros >= 12:
        return 0
    if zeros >= 8:
        return 1
    return {1: 17, 2: 1}.get(zeros, 4)


def particle(word: str, forms: str) -> str:
    """`word` with the fitting one of two forms, e.g. ("물", "으로/로") → "물로".

    The first form follows a consonant, the second a vowel; 으로 is special, as ㄹ counts as a vowel for it.
    """
    after_consonant, after_vowel = forms.split("/")
    final = final_consonant(word)
    if after_consonant.startswith("으로") and final == RIEUL:
        final = 0
    return word + (after_consonant if final else after_vowel)
