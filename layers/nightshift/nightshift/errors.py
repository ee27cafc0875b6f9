"""What the domain refuses, and why. The REST layer turns each into one HTTP status."""

from typing import Any


class DomainError(Exception):
    """A refusal; its text is a sentence for the caller, ``errors`` the places and messages if there are several."""

    errors: list[dict[str, Any]] | None = None


class UnauthenticatedError(DomainError):
    """The caller has not shown who it is."""


class ForbiddenError(DomainError):
    """The caller may not do this at all."""


class NotFoundError(DomainError):
    """No such resource in the caller's tenant."""


class StateConflictError(DomainError):
    """The resource's state forbids the request; the text names the state."""


class InvalidRequestError(DomainError):
    """A value in the request cannot be accepted."""


class TooLargeError(DomainError):
    """A part of the request is larger than what the service keeps."""


class InvalidCursorError(DomainError):
    """A page token that this listing did not hand out."""
