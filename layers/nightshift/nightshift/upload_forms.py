"""Forms by which clients upload images straight into the bucket."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nightshift.clients import s3
from nightshift.idempotency import KeyedRequest, Made
from nightshift.models.requests import UploadRequest
from nightshift.settings import settings
from nightshift.uploads import upload_key

_FORM_SECONDS = 900
_NAME_AT_MOST = 1900  # S3 takes 2 KB of what is kept with an object


@dataclass(frozen=True, slots=True)
class Upload:
    """A form to post the image with: ``fields`` first, then the file as ``file``. It holds for ``expires_in`` seconds.

    ``image_artifact`` is what jobs call the image.
    """

    image_artifact: str
    url: str
    fields: dict[str, str]
    expires_in: int


def sign_upload(tenant_id: str, wanted: UploadRequest, idempotency_key: str | None, now: datetime) -> Made[Upload]:
    """A form for one image of that type and of at most that many bytes; its name is kept with it.

    The same request with the same key gets a new form for the same image.

    Raises:
        InvalidRequestError: the key was used for another request.
    """
    made = Made(str(uuid.uuid4()), replayed=False)
    if idempotency_key:
        made = KeyedRequest(tenant_id, "upload", idempotency_key, wanted.model_dump()).claim(made.resource, now)
    fields: dict[str, Any] = {
        "Content-Type": wanted.content_type,
        "x-amz-meta-name": ascii(wanted.name)[1:-1][:_NAME_AT_MOST],
    }
    form = s3().generate_presigned_post(
        Bucket=settings().bucket_name,
        Key=upload_key(tenant_id, made.resource),
        Fields=fields,
        Conditions=[*({field: value} for field, value in fields.items()), ["content-length-range", 1, wanted.size]],
        ExpiresIn=_FORM_SECONDS,
    )
    return Made(Upload(made.resource, form["url"], form["fields"], _FORM_SECONDS), made.replayed)
