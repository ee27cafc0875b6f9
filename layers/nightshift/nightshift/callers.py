"""Who asks: the tenant and scope that an API key stands for."""

import hashlib
import time
from dataclasses import dataclass

from nightshift.errors import ForbiddenError, UnauthenticatedError
from nightshift.models.tenant import ApiKey, Scope, Tenant
from nightshift.settings import settings
from nightshift.store.keys import key_key, tenant_key
from nightshift.store.reads import find_item

REMEMBERED_SECONDS = 60
"""For how long a key that was disabled may still be let in, by a process that has seen it before."""

_REMEMBERED_AT_MOST = 1000
_remembered: dict[str, tuple[float, "Caller"]] = {}


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose request this is, and whether it may administer the service."""

    tenant_id: str
    is_admin: bool

    def require_admin(self) -> None:
        """Raises ForbiddenError if the caller may not administer the service."""
        if not self.is_admin:
            raise ForbiddenError("This needs a key of scope admin.")


def caller_of(key: str | None) -> Caller:
    """The caller that shows the key. While keys are off, everybody is the default tenant's administrator.

    Raises:
        UnauthenticatedError: there is no key, or it is unknown, disabled, or a disabled tenant's.
    """
    if not settings().require_api_keys:
        return Caller(settings().default_tenant, is_admin=True)
    if not key:
        raise UnauthenticatedError("Send your API key in the header x-api-key.")
    digest = digest_of(key)
    seen, caller = _remembered.get(digest, (0.0, None))
    if caller is None or seen < time.monotonic() - REMEMBERED_SECONDS:
        caller = _look_up(digest)
        if len(_remembered) >= _REMEMBERED_AT_MOST:
            _remembered.clear()
        _remembered[digest] = (time.monotonic(), caller)
    return caller


def digest_of(key: str) -> str:
    # A key is 256 random bits: unlike a password it needs no salt and no slow hash.
    return hashlib.sha256(key.encode()).hexdigest()


def forget_callers() -> None:
    _remembered.clear()


def _look_up(digest: str) -> Caller:
    found = find_item(key_key(digest))
    if found is None or (key := ApiKey.model_validate(found)).disabled_at:
        raise UnauthenticatedError("This API key is not known or was disabled.")
    tenant = find_item(tenant_key(key.tenant_id))
    if tenant is None or Tenant.model_validate(tenant).disabled:
        raise UnauthenticatedError("The tenant of this API key was disabled.")
    return Caller(key.tenant_id, is_admin=key.scope is Scope.ADMIN)
