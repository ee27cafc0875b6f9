"""Absolute URLs of the API's own routes."""

import os
from urllib.parse import quote

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent


def base_url(event: APIGatewayProxyEvent) -> str:
    """The URL under which the client reached the API, without a slash at the end.

    Behind an emulator's single endpoint an API lives under a path that its requests do not tell of.
    """
    context = event.request_context
    emulator = os.environ.get("AWS_ENDPOINT_URL")
    if emulator:
        return f"{emulator}/_aws/execute-api/{context.api_id}/{context.stage}"
    mounted_at = (context.path or "").removesuffix(event.path)
    return f"https://{context.domain_name}{mounted_at}"


def deployed_url() -> str:
    """The API's URL for those whom no request of a client led here."""
    emulator = os.environ.get("AWS_ENDPOINT_URL")
    return f"{emulator}/_aws/execute-api/{os.environ['API_ID']}/v1" if emulator else os.environ["API_URL"]


def job_url(base: str, job_id: str) -> str:
    return f"{base}/jobs/{job_id}"


def batch_url(base: str, batch_id: str) -> str:
    return f"{base}/jobs/batch/{batch_id}"


def log_url(base: str, job_id: str, run_id: str | None = None) -> str:
    return f"{job_url(base, job_id)}/logs" + (f"?run_id={run_id}" if run_id else "")


def artifact_url(base: str, job_id: str, name: str, run_id: str | None = None) -> str:
    """A stable route, which redirects to a fresh presigned URL."""
    return f"{job_url(base, job_id)}/artifacts/{quote(name)}" + (f"?run_id={run_id}" if run_id else "")
