"""Images that clients upload for jobs to work on: straight into the bucket, by a form that the API signs."""

import uuid
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from nightshift.clients import s3
from nightshift.errors import InvalidRequestError
from nightshift.settings import settings

_FORM_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Upload:
    """A form to post the image with: ``fields`` first, then the file as ``file``. It holds for ``expires_in`` seconds.

    ``image_artifact`` is what jobs call the image.
    """

    image_artifact: str
    url: str
    fields: dict[str, str]
    expires_in: int


def upload_key(tenant_id: str, image_artifact: str) -> str:
    """Where the bucket keeps the tenant's image: none can name another tenant's."""
    return f"{tenant_id}/uploads/{image_artifact}"


def sign_upload(tenant_id: str, name: str, content_type: str, size: int) -> Upload:
    """A form for one image of that type and of at most that many bytes; ``name`` is kept with it."""
    image_artifact = str(uuid.uuid4())
    fields: dict[str, Any] = {"Content-Type": content_type, "x-amz-meta-name": ascii(name)[1:-1]}
    form = s3().generate_presigned_post(
        Bucket=settings().bucket_name,
        Key=upload_key(tenant_id, image_artifact),
        Fields=fields,
        Conditions=[*({field: value} for field, value in fields.items()), ["content-length-range", 1, size]],
        ExpiresIn=_FORM_SECONDS,
    )
    return Upload(image_artifact, form["url"], form["fields"], _FORM_SECONDS)


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
