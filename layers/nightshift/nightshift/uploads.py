"""Images that clients uploaded for jobs to work on. Workers import this too, and need no models."""

import uuid
from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from nightshift.clients import s3
from nightshift.clock import rfc3339
from nightshift.errors import InvalidRequestError
from nightshift.settings import settings


def upload_key(tenant_id: str, image_artifact: str) -> str:
    """Where the bucket keeps the tenant's image: none can name another tenant's."""
    return f"{tenant_id}/uploads/{image_artifact}"


def kept_for() -> timedelta:
    """How long the bucket keeps an image after it was uploaded, or last used by a job."""
    return timedelta(days=settings().retention_days)


def require_upload(tenant_id: str, image_artifact: str, until: datetime | None = None) -> None:
    """Raises InvalidRequestError if the tenant has uploaded no such image, or it will be gone before that time."""
    try:
        uuid.UUID(image_artifact)
        found = s3().head_object(Bucket=settings().bucket_name, Key=upload_key(tenant_id, image_artifact))
    except ValueError as error:
        raise InvalidRequestError(f"image_artifact: {image_artifact} is no id of an upload.") from error
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchKey", "NotFound"):
            raise
        raise InvalidRequestError(
            f"image_artifact: there is no upload {image_artifact}, not yet or no more."
        ) from error
    kept_until = found["LastModified"] + kept_for()
    if until and until > kept_until:
        raise InvalidRequestError(
            f"image_artifact: the upload {image_artifact} is kept until {rfc3339(kept_until)}, "
            f"or longer if a job uses it before, and is needed at {rfc3339(until)}; name an image_url instead."
        )
