"""Schedules that fire on moto, by a clock that the test moves."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import Any

import boto3
from botocore.stub import Stubber
from moto.scheduler.models import EventBridgeSchedulerBackend, scheduler_backends

from dockerless.scheduler.firing import Firing
from dockerless.scheduler.schedule import Schedule, ScheduleKey, from_stored

ACCOUNT = "123456789012"
REGION = "eu-west-1"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **duration: float) -> None:
        self.now += timedelta(**duration)

    def text(self, **duration: float) -> str:
        return f"{self.now + timedelta(**duration):%Y-%m-%dT%H:%M:%S}"


class InlineExecutor(Executor):
    """Runs what is submitted at once, in the caller's thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class World:
    """Moto's services, with schedules that fire on them when the clock is moved."""

    def __init__(self) -> None:
        self.clock = Clock()
        self._stubbed: dict[str, Any] = {}
        self.backend: EventBridgeSchedulerBackend = scheduler_backends[ACCOUNT][REGION]
        self.firing = Firing(self.client, self._delete, RLock(), self.clock, InlineExecutor())

    def client(self, service: str, region: str = REGION, account: str = ACCOUNT) -> Any:
        return self._stubbed.get(service) or boto3.client(service, region_name=region)

    def stub(self, service: str) -> Stubber:
        """Answer the calls of a service that LocalStack's moto does not have."""
        self._stubbed[service] = boto3.client(service, region_name=REGION)
        stubber = Stubber(self._stubbed[service])
        stubber.activate()
        return stubber

    def _delete(self, schedule: Schedule) -> None:
        self.backend.delete_schedule(schedule.key.group, schedule.key.name)

    def queue(self, name: str, **attributes: str) -> str:
        """Make a queue and return its ARN."""
        self.client("sqs").create_queue(QueueName=name, Attributes=attributes)
        return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"

    def messages(self, queue_arn: str) -> list[dict[str, Any]]:
        """Take every message out of a queue."""
        sqs = self.client("sqs")
        url = sqs.get_queue_url(QueueName=queue_arn.rsplit(":", 1)[1])["QueueUrl"]
        found: list[dict[str, Any]] = []
        while batch := sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"], MessageAttributeNames=["All"]
        ).get("Messages"):
            found += batch
        return found

    def bodies(self, queue_arn: str) -> list[str]:
        """Take every message out of a queue and return what they say."""
        return [message["Body"] for message in self.messages(queue_arn)]

    def schedule(
        self, expression: str, target: dict[str, Any], name: str = "demo", **options: Any
    ) -> Schedule:
        """Store an enabled schedule and fire it from now on; the options are columns of moto's schedule."""
        columns: dict[str, Any] = dict.fromkeys(
            ("description", "kms_key_arn", "start_date", "end_date", "action_after_completion")
        )
        stored = self.backend.create_schedule(
            group_name="default",
            name=name,
            schedule_expression=expression,
            schedule_expression_timezone="UTC",
            flexible_time_window={"Mode": "OFF"},
            target=target,
            state="ENABLED",
            **(columns | options),
        )
        stored.last_modified_date = self.clock.now.timestamp()
        schedule = from_stored(ScheduleKey(ACCOUNT, REGION, "default", name), stored)
        self.firing.track(schedule)
        return schedule

    def names(self) -> list[str]:
        """The schedules that are stored."""
        return list(self.backend.schedule_groups["default"].schedules)

    def pass_time(self, **duration: float) -> None:
        """Move the clock and fire what is due then."""
        self.clock.move(**duration)
        self.firing.fire_due()
