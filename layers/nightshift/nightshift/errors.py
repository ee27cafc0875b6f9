"""What the domain refuses, and why. The REST layer turns each into one HTTP status."""

from collections.abc import Iterable, Mapping
from typing import Any


def field_errors(found: Iterable[Mapping[str, Any]], *place: str | int) -> list[dict[str, Any]]:
    """What pydantic found, as places in the request and messages. ``place`` is where the validated part stands."""
    return [{"loc": [*place, *part["loc"]], "msg": _told(part)} for part in found]


def _told(part: Mapping[str, Any]) -> str:
    """In words that say nothing of how pydantic found it."""
    if part["type"] == "union_tag_invalid":
        return f"there is no {part['ctx']['tag']}; there are {part['ctx']['expected_tags']}"
    return str(part["msg"]).removeprefix("Value error, ")


class DomainError(Exception):
    """A refusal; its text is a sentence for the caller, ``errors`` the places and messages if there are several.

    ``about`` are the ids of what stands in the way.
    """

    errors: list[dict[str, Any]] | None = None

    def __init__(self, sentence: str, about: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.about = about or {}


class UnauthenticatedError(DomainError):
    """The caller has not shown who it is."""


class ForbiddenError(DomainError):
    """The caller may not do this at all."""


class NotFoundError(DomainError):
    """No such resource in the caller's tenant."""


class UnreadableError(DomainError):
    """What the table keeps of a resource is nothing that this version understands."""


class StateConflictError(DomainError):
    """The resource's state forbids the request; the text names the state."""


class InvalidRequestError(DomainError):
    """A value in the request cannot be accepted."""


class TooLargeError(DomainError):
    """A part of the request is larger than what the service keeps."""


class InvalidCursorError(DomainError):
    """A page token that this listing did not hand out."""
