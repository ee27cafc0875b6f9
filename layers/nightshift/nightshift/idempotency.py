"""Requests with an Idempotency-Key: the same one makes one resource, however often and however concurrently it comes.

Mostly the resource's id follows from the key, and its item keeps the request's hash. A resource whose id is the
client's choice, or that is replaced, has a KeyedRequest beside it.
"""

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from nightshift.errors import InvalidRequestError, StateConflictError
from nightshift.store.items import Item
from nightshift.store.keys import keyed_request_key
from nightshift.store.reads import find_item
from nightshift.store.write import put_new, transact, tries

_NAMESPACE = uuid.UUID("6f1b7a53-5a0c-5d0e-9a3b-0f6f5a8e2c11")
_REMEMBERED_FOR = timedelta(hours=48)


class Hashed(Protocol):
    """What keeps the hash of the request that made it."""

    @property
    def request_hash(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Made[R]:
    """What was asked for, as it is now; ``replayed`` if an earlier request with the same key made it."""

    resource: R
    replayed: bool


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A request with an Idempotency-Key, written with what it makes.

    ``kind`` keeps apart what is made with one key by different routes; ``body`` is as the models understand it.
    """

    tenant_id: str
    kind: str
    idempotency_key: str
    body: Any

    def put(self, made_id: str, now: datetime) -> dict[str, Any]:
        """The write as a part of the transaction that makes it; it fails if the key has been used."""
        values = {
            "entity": "KeyedRequest",
            "made_id": made_id,
            "request_hash": request_hash_of(self.body),
            "expires_at": int((now + _REMEMBERED_FOR).timestamp()),
        }
        return {"Put": put_new(values, self._key)}

    def made_before(self) -> str | None:
        """The id of what the request made when it came before.

        Raises:
            InvalidRequestError: the key was used for another request.
        """
        item = find_item(self._key)
        if item is None:
            return None
        refuse_another(item["request_hash"], request_hash_of(self.body))
        made_id: str = item["made_id"]
        return made_id

    def claim(self, made_id: str, now: datetime) -> Made[str]:
        """The id of what the request makes: that one, or the one that it made before.

        Raises:
            InvalidRequestError: the key was used for another request.
            StateConflictError: other writers were in the way each time.
        """
        for _ in tries():
            if transact(self.put(made_id, now)):
                return Made(made_id, replayed=False)
            if before := self.made_before():
                return Made(before, replayed=True)
        raise StateConflictError("Requests with this Idempotency-Key are in each other's way; try again.")

    @property
    def _key(self) -> Item:
        return keyed_request_key(self.tenant_id, derived_id(self.tenant_id, f"{self.kind}\n{self.idempotency_key}"))


def derived_id(tenant_id: str, idempotency_key: str) -> str:
    """The id of whatever the tenant makes with this key: the same key, the same id."""
    return str(uuid.uuid5(_NAMESPACE, f"{tenant_id}\n{idempotency_key}"))


def new_id(tenant_id: str, kind: str, idempotency_key: str | None) -> str:
    """An id for what is to be made: derived if there is a key, else a random one."""
    return derived_id(tenant_id, f"{kind}\n{idempotency_key}") if idempotency_key else str(uuid.uuid4())


def request_hash_of(body: Any) -> str:
    """Tells whether two requests ask for the same; SHA-256 of the body as the models understand it."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def refuse_another(seen: str | None, asked: str | None) -> None:
    """Raises InvalidRequestError if the hashes are of different requests."""
    if seen != asked:
        raise InvalidRequestError("This Idempotency-Key was used for another request; send a new key.")


def replay[R: Hashed](wanted: R, existing: R | None, kind: str) -> Made[R]:
    """What took the wanted one's id: made by the same request before.

    Args:
        existing: None if it was deleted since.
        kind: What it is called in a refusal.

    Raises:
        InvalidRequestError: the key was used for another request.
        StateConflictError: it was deleted.
    """
    if existing is None:
        raise StateConflictError(f"The {kind} that this Idempotency-Key made was deleted; send a new key.")
    refuse_another(existing.request_hash, wanted.request_hash)
    return Made(existing, replayed=True)
