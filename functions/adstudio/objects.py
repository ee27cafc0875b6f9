"""Reads from the bucket what a stage works on."""

import hashlib
import os
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from nightshift.clients import s3
from nightshift.clock import now
from nightshift.settings import settings
from nightshift.uploads import upload_key
from nightshift.worker.errors import InputError

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

_FRESH = timedelta(hours=1)
"""An upload used within this time is as good as new."""


def read_object(key: str) -> bytes:
    """Raises InputError if it is not there."""
    return _get(key)["Body"].read()


def read_upload(tenant_id: str, image_artifact: str) -> bytes:
    """The tenant's image, which from now on is kept as long again as when it was uploaded: others may need it later.

    Raises:
        InputError: it is not there.
    """
    key = upload_key(tenant_id, image_artifact)
    found = _get(key)
    image = found["Body"].read()
    if now() - found["LastModified"] > _FRESH:
        # The bucket drops files by the time they were written.
        s3().put_object(
            Bucket=settings().bucket_name,
            Key=key,
            Body=image,
            ContentType=found["ContentType"],
            Metadata=found["Metadata"],
        )
    return image


def _get(key: str) -> "GetObjectOutputTypeDef":
    try:
        return s3().get_object(Bucket=settings().bucket_name, Key=key)
    except s3().exceptions.NoSuchKey as error:
        raise InputError(f"There is no file {key.rpartition('/')[2]}, or it is no longer kept.") from error


def detector_path() -> Path | None:
    """Where the deployment's detector lies; one in a bucket is fetched once by each environment.

    Raises:
        InputError: there is none where the deployment says.
    """
    uri = os.environ.get("DETECTOR_MODEL_URI", "")
    if not uri.startswith("s3://"):
        return Path(uri) if uri else None
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    name = f"{hashlib.sha256(uri.encode()).hexdigest()[:16]}-{Path(key).name}"
    path = Path(tempfile.gettempdir()) / name
    if not path.exists():
        unfinished = path.with_name(f".{name}.part")
        try:
            s3().download_file(bucket, key, str(unfinished))
        except s3().exceptions.ClientError as error:
            raise InputError(f"The detector {uri} cannot be read: {error}") from error
        unfinished.replace(path)
    return path
