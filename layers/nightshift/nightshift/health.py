"""Whether the services that the API rests on answer."""

import logging
from collections.abc import Callable
from typing import Literal

from botocore.exceptions import BotoCoreError, ClientError

from nightshift.clients import dynamodb, events, s3, stepfunctions
from nightshift.job_types import JOB_TYPES
from nightshift.settings import settings

logger = logging.getLogger(__name__)

CheckResult = Literal["ok", "error"]


def check() -> dict[str, CheckResult]:
    """Each dependency by name; what is wrong with one goes to the log, not to the client."""
    checks: dict[str, Callable[[], object]] = {
        "table": _table,
        "state_machines": _state_machines,
        "bucket": lambda: s3().head_bucket(Bucket=settings().bucket_name),
        "bus": lambda: events().describe_event_bus(Name=settings().event_bus_name),
    }
    return {name: _result(name, probe) for name, probe in checks.items()}


def _result(name: str, probe: Callable[[], object]) -> CheckResult:
    try:
        probe()
    except (ClientError, BotoCoreError):
        logger.exception("health check failed: %s", name)
        return "error"
    return "ok"


def _table() -> None:
    key = {"pk": {"S": "SCHEDULER"}, "sk": {"S": "STATE"}}
    dynamodb().get_item(TableName=settings().table_name, Key=key)


def _state_machines() -> None:
    for name in JOB_TYPES:
        stepfunctions().describe_state_machine(stateMachineArn=settings().state_machine_prefix + name)
