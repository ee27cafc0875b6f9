"""Images that clients uploaded for jobs to work on. Workers import this too, and need no models."""

import uuid

from botocore.exceptions import ClientError

from nightshift.clients import s3
from nightshift.errors import InvalidRequestError
from nightshift.settings import settings


def upload_key(tenant_id: str, image_artifact: str) -> str:
    """Where the bucket keeps the tenant's image: none can name another tenant's."""
    return f"{tenant_id}/uploads/{image_artifact}"


def require_upload(tenant_id: str, image_artifact: str) -> None:
    """Raises InvalidRequestError if the tenant has uploaded no such image."""
    try:
        uuid.UUID(image_artifact)
        s3().head_object(Bucket=settings().bucket_name, Key=upload_key(tenant_id, image_artifact))
    except ValueError as error:
        raise InvalidRequestError(f"image_artifact: {image_artifact} is no id of an upload.") from error
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchKey", "NotFound"):
            raise
        raise InvalidRequestError(f"image_artifact: there is no upload {image_artifact}, or not yet.") from error
