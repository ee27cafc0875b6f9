"""The ad's words, as they can be set."""

import unicodedata

from adstudio.text.fonts import Style, characters
from commandline.exit_codes import CliError, ExitCode

TEXT_LONGEST = 200
CTA_LONGEST = 60
_RIGHT_TO_LEFT = ("R", "AL", "AN", "RLE", "RLO", "RLI")


def checked(text: str, name: str, longest: int, style: Style) -> str:
    """The text composed (NFC), in single spaces; Hangul of separate letters becomes syllables.

    Raises:
        CliError: it is empty or too long, runs from right to left, or has characters that the font lacks.
    """
    words = " ".join(unicodedata.normalize("NFC", text).split())
    if not words:
        raise _refused(name, "is empty")
    if len(words) > longest:
        raise _refused(name, f"has {len(words)} characters; at most {longest} are taken")
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in words):
        raise _refused(name, "runs from right to left, which cannot be set yet")
    known = characters(style)
    unknown = list(dict.fromkeys(character for character in words if ord(character) not in known))
    if unknown:
        raise _refused(name, f"has characters that the font lacks: {', '.join(map(_named, unknown[:5]))}")
    return words


def _named(character: str) -> str:
    return f"{unicodedata.name(character, 'a character')} (U+{ord(character):04X})"


def _refused(name: str, what: str) -> CliError:
    return CliError(ExitCode.INPUT_ERROR, f"the {name} {what}")
