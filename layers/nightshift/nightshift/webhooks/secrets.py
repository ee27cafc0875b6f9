"""Secrets that messages are signed with. They are kept encrypted on the items that use them.

Encrypted by a KMS key of the stack, not kept in Secrets Manager or Parameter Store: there is one per job, written and
gone with the job, and the API, which may encrypt, cannot read what it took in. The encryption is bound to the
tenant, so that a secret may be copied from a batch to its jobs but opens for no other tenant.
"""

import base64
import secrets

from nightshift.clients import kms
from nightshift.models.webhook import SECRET_PREFIX
from nightshift.settings import settings
from nightshift.store.keys import tenant_secret_key
from nightshift.store.reads import find_item
from nightshift.store.write import Update

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


def tenant_secret(tenant_id: str) -> str:
    """The tenant's own secret, made when it is first asked for."""
    key = tenant_secret_key(tenant_id)
    if item := find_item(key):
        return unseal(tenant_id, item["sealed_secret"])
    secret = new_secret()
    values = {"entity": "TenantSecret", "tenant_id": tenant_id, "sealed_secret": seal(tenant_id, secret)}
    if Update(key, values=values, condition="attribute_not_exists(#sealed_secret)").apply():
        return secret
    return tenant_secret(tenant_id)  # somebody else was first


def replace_tenant_secret(tenant_id: str) -> str:
    """A new secret for the tenant, to be shown this once; messages are signed with it from now on."""
    secret = new_secret()
    values = {"entity": "TenantSecret", "tenant_id": tenant_id, "sealed_secret": seal(tenant_id, secret)}
    Update(tenant_secret_key(tenant_id), values=values).apply()
    return secret


def new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_TENANT_SECRET_BYTES)).decode()


def _context(tenant_id: str) -> dict[str, str]:
    return {"tenant_id": tenant_id}
