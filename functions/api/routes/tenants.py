"""Tenants and their API keys, for administrators."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift import tenants
from nightshift.clock import now
from nightshift.models.base import Timestamp
from nightshift.models.requests import KeyRequest, TenantPatch, TenantRequest
from nightshift.models.tenant import ApiKey, Scope, Tenant
from nightshift_http.app import caller
from nightshift_http.documentation import answers, refusals
from nightshift_http.links import base_url
from nightshift_http.parameters import FollowingPage, IdempotencyKey, Limit, NextToken
from nightshift_http.responses import created

router = APIGatewayRouter()

TenantId = Annotated[str, Path(description="The tenant's id.")]
KeyId = Annotated[str, Path(description="The key's id.")]


class TenantResource(BaseModel):
    tenant_id: str
    name: str
    disabled: bool
    created_at: Timestamp


class TenantList(BaseModel):
    tenants: list[TenantResource]
    next_token: FollowingPage


class KeyResource(BaseModel):
    key_id: str
    tenant_id: str
    name: str
    scope: Scope
    hint: str = Field(description="How the key begins.")
    created_at: Timestamp
    disabled_at: Timestamp | None


class NewKey(KeyResource):
    key: str | None = Field(description="The key itself, shown this once; null when an earlier request made it.")


class KeyList(BaseModel):
    keys: list[KeyResource]
    next_token: FollowingPage


@router.post(
    "/tenants",
    summary="Make a tenant",
    tags=["tenants"],
    status_code=201,
    responses=answers(201, TenantResource, "The tenant.") | refusals(400, 403, 409, 413, 415, 503),
)
def create_tenant(
    body: Annotated[TenantRequest, Body()], idempotency_key: IdempotencyKey = None
) -> Response[TenantResource]:
    admin = caller(router)
    admin.require_admin()
    made = tenants.create_tenant(body, idempotency_key, now(), asked_by=admin.tenant_id)
    location = f"{base_url(router.current_event)}/tenants/{made.resource.tenant_id}"
    return created(_tenant(made.resource), location, replayed=made.replayed)


@router.get(
    "/tenants",
    summary="List tenants",
    tags=["tenants"],
    responses=answers(200, TenantList) | refusals(400, 403, 503),
)
def list_tenants(limit: Limit = 50, next_token: NextToken = None) -> TenantList:
    caller(router).require_admin()
    page = tenants.list_tenants(limit, next_token)
    return TenantList(tenants=[_tenant(found) for found in page.items], next_token=page.next_token)


@router.get(
    "/tenants/<tenant_id>",
    summary="Show a tenant",
    operation_id="get_tenant",
    tags=["tenants"],
    responses=answers(200, TenantResource) | refusals(403, 404, 503),
)
def show_tenant(tenant_id: TenantId) -> TenantResource:
    caller(router).require_admin()
    return _tenant(tenants.get_tenant(tenant_id))


@router.patch(
    "/tenants/<tenant_id>",
    summary="Rename, disable or enable a tenant",
    description="The keys of a disabled tenant are refused within a minute, its schedules make no jobs; those "
    "that there are go on.",
    tags=["tenants"],
    responses=answers(200, TenantResource) | refusals(400, 403, 404, 413, 415, 503),
)
def patch_tenant(tenant_id: TenantId, body: Annotated[TenantPatch, Body()]) -> TenantResource:
    caller(router).require_admin()
    return _tenant(tenants.patch_tenant(tenant_id, body))


@router.post(
    "/tenants/<tenant_id>/keys",
    summary="Make an API key",
    description="With replaces, another key is disabled in the same step: that is how a key is rotated.",
    tags=["tenants"],
    status_code=201,
    responses=answers(201, NewKey, "The key.") | refusals(400, 403, 404, 409, 413, 415, 503),
)
def create_key(
    tenant_id: TenantId, body: Annotated[KeyRequest, Body()], idempotency_key: IdempotencyKey = None
) -> Response[NewKey]:
    caller(router).require_admin()
    made = tenants.create_key(tenant_id, body, idempotency_key, now())
    resource = NewKey.model_validate(_key(made.key).model_dump() | {"key": made.secret})
    location = f"{base_url(router.current_event)}/tenants/{tenant_id}/keys"
    return created(resource, location, replayed=made.secret is None)


@router.get(
    "/tenants/<tenant_id>/keys",
    summary="List a tenant's API keys",
    tags=["tenants"],
    responses=answers(200, KeyList) | refusals(400, 403, 404, 503),
)
def list_keys(tenant_id: TenantId, limit: Limit = 50, next_token: NextToken = None) -> KeyList:
    caller(router).require_admin()
    page = tenants.list_keys(tenant_id, limit, next_token)
    return KeyList(keys=[_key(found) for found in page.items], next_token=page.next_token)


@router.delete(
    "/tenants/<tenant_id>/keys/<key_id>",
    summary="Disable an API key for good",
    description="It is refused within a minute; its record stays.",
    tags=["tenants"],
    responses=answers(200, KeyResource) | refusals(403, 404, 409, 503),
)
def disable_key(tenant_id: TenantId, key_id: KeyId) -> KeyResource:
    caller(router).require_admin()
    return _key(tenants.disable_key(tenant_id, key_id, now()))


def _tenant(tenant: Tenant) -> TenantResource:
    return TenantResource.model_validate(tenant.model_dump())


def _key(key: ApiKey) -> KeyResource:
    return KeyResource.model_validate(key.model_dump())
