"""Splits an expression into tokens, keeping their places for error messages."""

import re
from dataclasses import dataclass

from dockerless.dynamodb.errors import ValidationError

_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z][A-Za-z0-9_]*)|(?P<alias>#[A-Za-z0-9_]+)|(?P<value>:[A-Za-z0-9_]+)"
    r"|(?P<number>[0-9]+)|(?P<symbol><>|<=|>=|[=<>+\-()\[\].,]))"
)
END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its kind (name, alias, value, number, symbol or end), text and place."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(text: str, parameter: str) -> list[Token]:
    """The tokens of `text`, closed by one of kind END.

    Raises:
        ValidationError: a character that no expression may hold.
    """
    tokens = []
    position = 0
    stripped = len(text.rstrip())
    while position < stripped:
        match = _TOKEN.match(text, position)
        if match is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            raise syntax_error(parameter, text, Token("symbol", text[start], start, start + 1))
        kind = match.lastgroup
        assert kind is not None
        tokens.append(Token(kind, match[kind], match.start(kind), match.end()))
        position = match.end()
    tokens.append(Token(END, "<EOF>", stripped, stripped))
    return tokens


def syntax_error(parameter: str, text: str, token: Token) -> ValidationError:
    """The error DynamoDB gives for a misplaced token."""
    # DynamoDB shows the token with one neighbour on each side.
    before = re.search(r"\S+\s*$", text[: token.start])
    after = re.match(r"\s*\S+", text[token.end :])
    near = text[before.start() if before else token.start : token.end + (after.end() if after else 0)]
    return ValidationError(
        f'Invalid {parameter}: Syntax error; token: "{token.text}", near: "{near.strip()}"'
    )
