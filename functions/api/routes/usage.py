"""What jobs spent on models."""

from datetime import date, timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift.clock import now
from nightshift.content.usage import GroupBy, report
from nightshift.errors import InvalidRequestError
from nightshift.models.base import Day
from nightshift.models.usage import Spent
from nightshift_http.app import tenant
from nightshift_http.documentation import answers, refusals

router = APIGatewayRouter()

_DAYS_AT_MOST = 366
_USUAL_SPAN = timedelta(days=30)


class UsageSum(BaseModel):
    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: float = Field(description="By the price list of the deployment; 0 where it has no price.")


class UsageGroup(UsageSum):
    group: str = Field(description="The day, type or model.")


class UsageReport(BaseModel):
    first: date
    last: date
    group_by: GroupBy
    groups: list[UsageGroup]
    total: UsageSum
    capped: bool = Field(description="True if there is more than one answer sums up: ask for fewer days.")


@router.get(
    "/usage",
    summary="Sum up tokens and cost",
    operation_id="get_usage",
    description="By the UTC day on which a run ended.",
    tags=["usage"],
    responses=answers(200, UsageReport) | refusals(503),
)
def show(
    first: Annotated[Day | None, Query(alias="from", description="The first day; default 30 days back.")] = None,
    last: Annotated[Day | None, Query(alias="to", description="The last day; default today.")] = None,
    group_by: Annotated[GroupBy, Query()] = "day",
) -> UsageReport:
    last = last or now().date()
    first = first or last - _USUAL_SPAN
    if not 0 <= (last - first).days < _DAYS_AT_MOST:
        raise InvalidRequestError(f"from must not lie after to, nor {_DAYS_AT_MOST} days or more before it.")
    found = report(tenant(router), first, last, group_by)
    groups = [UsageGroup(group=group, **_sum(spent)) for group, spent in sorted(found.groups.items())]
    total = UsageSum(**_sum(found.total))
    return UsageReport(first=first, last=last, group_by=group_by, groups=groups, total=total, capped=found.capped)


def _sum(spent: Spent) -> dict[str, float]:
    return spent.model_dump(exclude={"cost_microusd"}) | {"cost_usd": spent.cost_usd}
