"""Parameters that several routes take, and what leads to the page after an answer."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query
from pydantic import Field

from nightshift_http.views import View

JobId = Annotated[str, Path(description="The job's id.")]
BatchId = Annotated[str, Path(description="The batch's id.")]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="However often the same request is sent with the same key, it makes one resource.",
    ),
]
ViewParameter = Annotated[
    View | None,
    Query(description="legacy: as the old trigger API showed jobs. Default: legacy for jobs that were made by it."),
]
IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match", description="An ETag seen before.")]
Limit = Annotated[int, Query(ge=1, le=200)]
NextToken = Annotated[str | None, Query(description="From the page before.")]
FollowingPage = Annotated[str | None, Field(description="Ask again with it for the next page; null at the end.")]
"""Of an answer that is a page: what to send as ``next_token``."""
