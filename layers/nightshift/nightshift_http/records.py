"""What clients see of stories and research cards alike."""

from typing import Any

from pydantic import BaseModel, Field

from nightshift.content.records import Record
from nightshift_http.links import artifact_url


class FileResource(BaseModel):
    name: str
    url: str = Field(description="Redirects to a presigned URL that is made afresh.")


class VerdictResource(BaseModel):
    signal: str = Field(description="LOW: new. MEDIUM: related. HIGH: told before.")
    similarity_score: float = Field(description="0-1, to the nearest other item.")
    nearest_id: str | None
    method: str = Field(description="How likeness was found.")
    cutoffs: dict[str, float] = Field(description="From which score on the signal is MEDIUM or HIGH.")
    compared: int = Field(description="With how many items.")
    message: str | None


def shown(record: Record, base: str) -> dict[str, Any]:
    """The record's values, its files with their URLs."""
    files = [{"name": name, "url": artifact_url(base, record.job_id, name, record.run_id)} for name in record.artifacts]
    return record.model_dump(exclude={"artifacts", "fingerprint"}) | {"artifacts": files}
