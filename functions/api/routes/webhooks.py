"""The secret with which a tenant's webhooks are signed."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift.webhooks.secrets import replace_tenant_secret
from nightshift_http.app import tenant
from nightshift_http.documentation import answers, refusals
from nightshift_http.links import base_url
from nightshift_http.responses import created

router = APIGatewayRouter()


class WebhookSecret(BaseModel):
    secret: str = Field(description="Shown this once: give it to your receivers.")


@router.post(
    "/webhooks/secret",
    summary="Make a new secret for your webhooks",
    operation_id="create_webhook_secret",
    description="Messages of webhooks without a secret of their own are signed with it from now on, and with the one "
    "before no more.",
    tags=["webhooks"],
    status_code=201,
    responses=answers(201, WebhookSecret, "The secret.") | refusals(503),
)
def create_secret() -> Response[WebhookSecret]:
    secret = WebhookSecret(secret=replace_tenant_secret(tenant(router)))
    location = f"{base_url(router.current_event)}/webhooks/secret"
    return created(secret, location, headers={"Cache-Control": "no-store"})
