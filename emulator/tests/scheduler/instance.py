"""What the tests against a running instance share."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

ROLE = "arn:aws:iam::000000000000:role/scheduler"
OFF = {"Mode": "OFF"}

Clients = Callable[[str], Any]


class Queue:
    """A queue of its own for a test."""

    def __init__(self, sqs: Any, name: str, attributes: dict[str, str]) -> None:
        self._sqs = sqs
        self.url: str = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        self.arn = f"arn:aws:sqs:us-east-1:000000000000:{name}"

    def receive(self, seconds: float = 10) -> dict[str, Any]:
        """The next message, waited for until the deadline."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            answer = self._sqs.receive_message(
                QueueUrl=self.url, WaitTimeSeconds=2, AttributeNames=["All"], MessageAttributeNames=["All"]
            )
            for message in answer.get("Messages", []):
                self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
                found: dict[str, Any] = message
                return found
        raise AssertionError(f"nothing came within {seconds} s")

    def delete(self) -> None:
        self._sqs.delete_queue(QueueUrl=self.url)


def soon(seconds: int = 1) -> datetime:
    """The full second that is at least so far away."""
    return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds + 1)


def at(moment: datetime) -> str:
    return f"at({moment:%Y-%m-%dT%H:%M:%S})"


def to(queue: Queue, text: str = "x", **options: Any) -> dict[str, Any]:
    return {"Arn": queue.arn, "RoleArn": ROLE, "Input": text} | options


def stored(scheduler: Any, name: str) -> bool:
    return bool(scheduler.list_schedules(NamePrefix=name)["Schedules"])


def sent(message: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
