"""Parameters that several routes take."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Header, Query

from nightshift_http.views import View

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
NextToken = Annotated[str | None, Query(description="From the page before.")]
