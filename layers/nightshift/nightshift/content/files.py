"""Opening the files of registered stories and cards."""

from nightshift.clients import s3
from nightshift.content.records import Record
from nightshift.settings import settings


def text_of(tenant_id: str, record: Record, ending: str) -> str | None:
    """The text of the record's file with that ending; None if it is no longer kept."""
    name = next((name for name in record.artifacts if name.endswith(ending)), None)
    if name is None:
        return None
    key = f"{tenant_id}/{record.job_id}/{record.run_id}/artifacts/{name}"
    try:
        found = s3().get_object(Bucket=settings().bucket_name, Key=key)
    except s3().exceptions.NoSuchKey:
        return None
    return found["Body"].read().decode("utf-8", errors="replace")
