"""Secrets that messages are signed with. They are kept encrypted on the items that use them.

Encrypted by a KMS key of the stack, not kept in Secrets Manager or Parameter Store: there is one per job, written and
gone with the job, and the API, which may encrypt, cannot read what it took in. The encryption is bound to the
tenant, so that a secret may be copied from a batch to its jobs but opens for no other tenant.
"""

import base64
import secrets
from datetime import datetime, timedelta
from typing import Any

from nightshift.clients import kms
from nightshift.clock import rfc3339
from nightshift.errors import StateConflictError
from nightshift.idempotency import KeyedRequest, Made
from nightshift.models.webhook import SECRET_PREFIX
from nightshift.settings import settings
from nightshift.store.keys import tenant_secret_key
from nightshift.store.reads import find_item
from nightshift.store.write import Update, transact, tries

OVERLAP = timedelta(hours=24)
"""For how long a secret that was replaced goes on signing: until then receivers may know either."""

_REPLACED_AT_MOST = 3
_TENANT_SECRET_BYTES = 32


def seal(tenant_id: str, secret: str) -> str:
    """The secret encrypted for the tenant, in Base64."""
    sealed = kms().encrypt(
        KeyId=settings().secrets_key_id, Plaintext=secret.encode(), EncryptionContext=_context(tenant_id)
    )
    return base64.b64encode(sealed["CiphertextBlob"]).decode()


def unseal(tenant_id: str, sealed: str) -> str:
    """What ``seal`` was given; for the function that signs only."""
    opened = kms().decrypt(
        KeyId=settings().secrets_key_id,
        CiphertextBlob=base64.b64decode(sealed),
        EncryptionContext=_context(tenant_id),
    )
    return opened["Plaintext"].decode()


def tenant_secrets(tenant_id: str, now: datetime) -> list[str]:
    """The tenant's own secret, made when it is first asked for, and after it those that it replaced lately."""
    item = find_item(tenant_secret_key(tenant_id))
    if item is None:
        sealed = seal(tenant_id, new_secret())
        if not _writing(tenant_id, sealed, None, now).apply():
            return tenant_secrets(tenant_id, now)  # somebody else was first
        item = {"sealed_secret": sealed}
    sealed_ones = [item["sealed_secret"], *(old["sealed_secret"] for old in _still_used(item, now))]
    return [unseal(tenant_id, sealed) for sealed in sealed_ones]


def replace_tenant_secret(tenant_id: str, idempotency_key: str | None, now: datetime) -> Made[str | None]:
    """A new secret for the tenant, to be shown this once: None if an earlier request with the same key made it.

    Messages are signed with it from now on, and for ``OVERLAP`` with what it replaces as well.

    Raises:
        StateConflictError: others replaced it each time.
    """
    keyed = KeyedRequest(tenant_id, "webhook secret", idempotency_key, None) if idempotency_key else None
    secret = new_secret()
    sealed = seal(tenant_id, secret)
    for _ in tries():
        if keyed and keyed.made_before():
            return Made(None, replayed=True)
        writing = _writing(tenant_id, sealed, find_item(tenant_secret_key(tenant_id)), now)
        if transact(writing.write, *([keyed.put(tenant_id, now)] if keyed else [])):
            return Made(secret, replayed=False)
    raise StateConflictError("The secret is being replaced all the time; try again.")


def _writing(tenant_id: str, sealed: str, before: dict[str, Any] | None, now: datetime) -> Update:
    """The write of a new secret in place of the one that was read."""
    values = {"entity": "TenantSecret", "tenant_id": tenant_id, "sealed_secret": sealed}
    if before is None:
        return Update(tenant_secret_key(tenant_id), values=values, condition="attribute_not_exists(#sealed_secret)")
    latest = {"sealed_secret": before["sealed_secret"], "used_until": rfc3339(now + OVERLAP)}
    replaced = [latest, *_still_used(before, now)][:_REPLACED_AT_MOST]
    return Update(
        tenant_secret_key(tenant_id),
        values=values | {"replaced": replaced},
        condition="#sealed_secret = :seen",
        where={"seen": before["sealed_secret"]},
    )


def _still_used(item: dict[str, Any], now: datetime) -> list[dict[str, str]]:
    return [old for old in item.get("replaced", ()) if old["used_until"] > rfc3339(now)]


def new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_TENANT_SECRET_BYTES)).decode()


def _context(tenant_id: str) -> dict[str, str]:
    return {"tenant_id": tenant_id}
