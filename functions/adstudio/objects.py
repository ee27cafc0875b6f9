"""Reads from the bucket what a stage works on."""

import hashlib
import os
import tempfile
from pathlib import Path

from nightshift.clients import s3
from nightshift.settings import settings
from nightshift.worker.errors import InputError


def read_object(key: str) -> bytes:
    """Raises InputError if it is not there."""
    try:
        return s3().get_object(Bucket=settings().bucket_name, Key=key)["Body"].read()
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
