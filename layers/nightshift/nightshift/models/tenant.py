"""Tenants and the keys that clients show to act for one."""

from enum import StrEnum

from nightshift.models.base import Model, Timestamp


class Scope(StrEnum):
    """What a key may do: ``jobs`` everything with its tenant's own resources, ``admin`` the service's as well."""

    JOBS = "jobs"
    ADMIN = "admin"


class Tenant(Model):
    """The Tenant item of the table."""

    tenant_id: str
    name: str
    disabled: bool = False
    created_at: Timestamp


class ApiKey(Model):
    """A key as it is remembered: the key itself is not, only its SHA-256. ``hint`` is how it begins, for people."""

    key_id: str
    tenant_id: str
    name: str
    scope: Scope
    sha256: str
    hint: str
    created_at: Timestamp
    disabled_at: Timestamp | None = None
    request_hash: str | None = None
