"""What may be done to many jobs in one request."""

from pydantic import Field, model_validator

from nightshift.models.base import NOT_EMPTY, Request, Timestamp
from nightshift.models.legacy import StatusFilter, TypeFilter
from nightshift.models.requests import Tag

JOBS_AT_MOST = 100


class JobSelection(Request):
    """Which jobs: those that GET /jobs lists for the same filters."""

    model_config = NOT_EMPTY

    status: StatusFilter | None = None
    type: TypeFilter | None = None
    tag: Tag | None = None
    batch_id: str | None = None
    created_after: Timestamp | None = None
    created_before: Timestamp | None = None

    @model_validator(mode="after")
    def _something(self) -> "JobSelection":
        if not self.model_fields_set:
            raise ValueError("name at least one of status, type, tag, batch_id, created_after and created_before")
        return self


class BulkRequest(Request):
    """Jobs by their ids, or those that a filter finds, page by page."""

    ids: list[str] | None = Field(default=None, min_length=1, max_length=JOBS_AT_MOST)
    filter: JobSelection | None = None
    limit: int = Field(default=JOBS_AT_MOST, ge=1, le=JOBS_AT_MOST, description="With filter: jobs to look at.")
    next_token: str | None = Field(default=None, description="With filter: from the answer before.")

    @model_validator(mode="after")
    def _one(self) -> "BulkRequest":
        if (self.ids is None) == (self.filter is None):
            raise ValueError("name either ids or filter")
        if self.ids is not None and self.model_fields_set & {"limit", "next_token"}:
            raise ValueError("limit and next_token go with filter")
        return self


class BulkRetryRequest(BulkRequest):
    from_step: str | None = Field(default=None, description="Where to begin; default where each of them failed.")
