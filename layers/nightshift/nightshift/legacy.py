"""Jobs asked for in the words of the old trigger API."""

from datetime import datetime

from nightshift import transitions
from nightshift.idempotency import derived_id
from nightshift.models.base import Request
from nightshift.models.requests import request_from
from nightshift.submit import Submitted, identified, make


def submit_trigger(
    tenant_id: str, job_type: str, body: Request, idempotency_key: str | None, correlation_id: str | None, now: datetime
) -> Submitted:
    """Write the job that the body asks for: with one attempt, as the old API gave each, and to be shown as it did.

    Args:
        body: Of the model that ``trigger_body_of`` makes of the type.

    Raises:
        InvalidRequestError: the webhook's URL is refused, or the key was used for another request.
        TooLargeError: the params are over 64 KB.
    """
    request = request_from(job_type, body, max_attempts=1)
    job_id = derived_id(tenant_id, f"trigger\n{idempotency_key}") if idempotency_key else None
    job = identified(tenant_id, request, job_id, correlation_id, now)
    return make(job.model_copy(update={"legacy": True}), transitions.create)
