"""The secret with which a tenant's webhooks are signed."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift.clock import now
from nightshift.webhooks.secrets import replace_tenant_secret
from nightshift_http.app import tenant
from nightshift_http.documentation import answers, refusals
from nightshift_http.links import base_url
from nightshift_http.parameters import IdempotencyKey
from nightshift_http.responses import created

router = APIGatewayRouter()


class WebhookSecret(BaseModel):
    secret: str | None = Field(
        description="Shown this once, for you to give to your receivers; null when an earlier request made it."
    )


@router.post(
    "/webhooks/secret",
    summary="Make a new secret for your webhooks",
    operation_id="create_webhook_secret",
    description="Messages of webhooks without a secret of their own are signed with it from now on. For 24 hours they "
    "are signed with the three before it as well, so that receivers can change over one by one.",
    tags=["webhooks"],
    status_code=201,
    responses=answers(201, WebhookSecret, "The secret.") | refusals(409, 503),
)
def create_secret(idempotency_key: IdempotencyKey = None) -> Response[WebhookSecret]:
    made = replace_tenant_secret(tenant(router), idempotency_key, now())
    location = f"{base_url(router.current_event)}/webhooks/secret"
    headers = {"Cache-Control": "no-store"}
    return created(WebhookSecret(secret=made.resource), location, replayed=made.replayed, headers=headers)
