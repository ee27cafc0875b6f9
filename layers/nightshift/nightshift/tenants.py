"""Administration of tenants and their API keys.

A key is written twice, in one transaction: under its hash, where a request looks it up, and under its tenant, where
people list it.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nightshift.callers import digest_of
from nightshift.clock import rfc3339
from nightshift.errors import NotFoundError, StateConflictError
from nightshift.idempotency import KeyedRequest, Made, new_id, refuse_another, request_hash_of
from nightshift.models.requests import KeyRequest, TenantPatch, TenantRequest
from nightshift.models.tenant import ApiKey, Tenant
from nightshift.store.items import Item
from nightshift.store.keys import TENANTS, key_key, tenant_key, tenant_key_key, tenant_keys
from nightshift.store.partition import Page, list_partition
from nightshift.store.reading import read
from nightshift.store.reads import find_item
from nightshift.store.write import Update, put_new, transact, tries

_HINT_LENGTH = 8
_RANDOM_BYTES = 32


@dataclass(frozen=True, slots=True)
class MadeKey:
    """``secret`` is the key itself. It is known only now: None if an earlier request made the key."""

    key: ApiKey
    secret: str | None


def create_tenant(
    request: TenantRequest, idempotency_key: str | None, now: datetime, *, asked_by: str = ""
) -> Made[Tenant]:
    """Make a tenant, of the id asked for or a new one.

    Args:
        asked_by: The administrator's own tenant, of which the key is.

    Raises:
        StateConflictError: there is a tenant of that id.
        InvalidRequestError: the idempotency key was used for another request.
    """
    keyed = KeyedRequest(asked_by, "tenant", idempotency_key, request.model_dump()) if idempotency_key else None
    tenant = Tenant(tenant_id=request.tenant_id or str(uuid.uuid4()), name=request.name, created_at=now)
    put: dict[str, Any] = {"Put": put_new(tenant.model_dump(mode="json"), tenant_key(tenant.tenant_id))}
    for _ in tries():
        if transact(put, *([keyed.put(tenant.tenant_id, now)] if keyed else [])):
            return Made(tenant, replayed=False)
        # Before the key: whoever wrote the tenant by this very request wrote both.
        taken = find_item(tenant_key(tenant.tenant_id))
        if keyed and (made_id := keyed.made_before()):
            return Made(get_tenant(made_id), replayed=True)
        if taken:
            raise StateConflictError(f"There is a tenant {tenant.tenant_id} already.")
    raise StateConflictError("The tenant could not be written for other writers; try again.")


def get_tenant(tenant_id: str) -> Tenant:
    """Raises NotFoundError if there is no such tenant."""
    item = find_item(tenant_key(tenant_id))
    if item is None:
        raise NotFoundError(f"There is no tenant {tenant_id}.")
    return read(Tenant, item)


def list_tenants(limit: int, token: str | None) -> Page[Tenant]:
    """One page, by id. Raises InvalidCursorError if the token is not one of this listing's."""
    return list_partition(Tenant, TENANTS, "", limit, token)


def patch_tenant(tenant_id: str, patch: TenantPatch) -> Tenant:
    """Rename, disable or enable. A disabled tenant's keys are refused within a minute, and its schedules make no
    jobs; those that there are go on.

    Raises:
        NotFoundError: there is no such tenant.
    """
    values = patch.model_dump(include=patch.model_fields_set)
    Update(tenant_key(tenant_id), values=values, condition="attribute_exists(#pk)").apply()
    return get_tenant(tenant_id)


def create_key(tenant_id: str, request: KeyRequest, idempotency_key: str | None, now: datetime) -> MadeKey:
    """Make a key for the tenant; if it replaces another, that one is disabled in the same write.

    Raises:
        NotFoundError: there is no such tenant, or no key to replace.
        StateConflictError: the key to replace was disabled already.
        InvalidRequestError: the idempotency key was used for another request.
    """
    get_tenant(tenant_id)
    secret = f"nsk_{secrets.token_urlsafe(_RANDOM_BYTES)}"
    key = ApiKey(
        key_id=new_id(tenant_id, "key", idempotency_key),
        tenant_id=tenant_id,
        name=request.name,
        scope=request.scope,
        sha256=digest_of(secret),
        hint=secret[:_HINT_LENGTH],
        created_at=now,
        request_hash=request_hash_of(request.model_dump()) if idempotency_key else None,
    )
    values = key.model_dump(mode="json")
    places = [key_key(key.sha256), tenant_key_key(tenant_id, key.key_id)]
    puts: list[dict[str, Any]] = [{"Put": put_new(values, place)} for place in places]
    for _ in tries():
        if made := _made_before(key):
            return MadeKey(made, secret=None)
        replaced = _get_key(tenant_id, request.replaces) if request.replaces else None
        if replaced and replaced.disabled_at:
            raise StateConflictError(f"Key {replaced.key_id} was disabled already.")
        if transact(*puts, *(_disabling(replaced, now) if replaced else ())):
            return MadeKey(key, secret)
    raise StateConflictError("The key could not be written for other writers; try again.")


def list_keys(tenant_id: str, limit: int, token: str | None) -> Page[ApiKey]:
    """One page, by id.

    Raises:
        NotFoundError: there is no such tenant.
        InvalidCursorError: the token is not one of this listing's.
    """
    get_tenant(tenant_id)
    return list_partition(ApiKey, tenant_keys(tenant_id), "KEY#", limit, token)


def disable_key(tenant_id: str, key_id: str, now: datetime) -> ApiKey:
    """Disable a key for good: it is refused within a minute. Doing so twice changes nothing.

    Raises:
        NotFoundError: the tenant has no such key.
        StateConflictError: other writers were in the way each time.
    """
    for _ in tries():
        key = _get_key(tenant_id, key_id)
        if key.disabled_at or transact(*_disabling(key, now)):
            return _get_key(tenant_id, key_id)
    raise StateConflictError(f"Key {key_id} could not be disabled for other writers; try again.")


def _made_before(key: ApiKey) -> ApiKey | None:
    item = find_item(tenant_key_key(key.tenant_id, key.key_id))
    if item is None:
        return None
    existing = ApiKey.model_validate(item)
    refuse_another(existing.request_hash, key.request_hash)
    return existing


def _get_key(tenant_id: str, key_id: str) -> ApiKey:
    item = find_item(tenant_key_key(tenant_id, key_id))
    if item is None:
        raise NotFoundError(f"Tenant {tenant_id} has no key {key_id}.")
    return read(ApiKey, item)


def _disabling(key: ApiKey, now: datetime) -> list[dict[str, Any]]:
    places: list[Item] = [key_key(key.sha256), tenant_key_key(key.tenant_id, key.key_id)]
    return [
        Update(place, values={"disabled_at": rfc3339(now)}, condition="attribute_not_exists(#disabled_at)").write
        for place in places
    ]
