"""Page tokens: a place in a listing, bound to what the listing was of."""

import base64
import json
import uuid
from datetime import datetime

from nightshift.clock import rfc3339
from nightshift.errors import InvalidCursorError

_NO_TOKEN = "next_token is not a token of this listing."
_BYTES_AT_MOST = 1024  # of a sort key
_FOREIGN = "next_token belongs to another listing or tenant, or was changed."


def token_of(fingerprint: str, position: str) -> str:
    """The token of the page that begins after the position, in the listing with that fingerprint."""
    payload = {"f": fingerprint, "p": position}
    return base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")


def position_in(token: str, fingerprint: str, after: str, before: str) -> tuple[str, str]:
    """The position that the token names, and the id of what stands there.

    Raises:
        InvalidCursorError: it is no token, or not of this listing, or names a place outside its range.
    """
    position = place_in(token, fingerprint)
    try:
        found_id = _id_at(position)
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise InvalidCursorError(_NO_TOKEN) from error
    if not after <= position <= before:
        raise InvalidCursorError(_FOREIGN)
    return position, found_id


def place_in(token: str, fingerprint: str) -> str:
    """The position that the token names, whatever positions look like in the listing.

    Raises:
        InvalidCursorError: it is no token, or not of this listing.
    """
    try:
        payload = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        seen, position = payload["f"], str.encode(payload["p"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidCursorError(_NO_TOKEN) from error
    if not 0 < len(position) <= _BYTES_AT_MOST:
        raise InvalidCursorError(_NO_TOKEN)
    if seen != fingerprint:
        raise InvalidCursorError(_FOREIGN)
    return position.decode()


def _id_at(position: str) -> str:
    """The id in a position as ``list_position`` writes it; ValueError if it is none."""
    created_at, _, found_id = position.partition("#")
    if position != f"{rfc3339(datetime.fromisoformat(created_at))}#{uuid.UUID(found_id)}":
        raise ValueError(position)
    return found_id
