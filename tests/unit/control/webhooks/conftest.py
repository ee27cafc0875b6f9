"""A stack that sends to this machine, its queue of webhooks, and a receiver."""

import json
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from nightshift import clients
from nightshift.models.job import Job
from nightshift.settings import settings
from tests.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


class Queue:
    """The webhooks' queue as SQS and Lambda serve it: what is received is sent, deleted or hidden."""

    def __init__(self, url: str, app: ModuleType, context: Any) -> None:
        self._url = url
        self.app = app
        self._context = context

    def tell(self, job: Job, event: str, **detail: Any) -> None:
        told = {"job_id": job.job_id, "version": job.version, "occurred_at": "2026-01-31T09:30:00.000Z"}
        self.put(told | {"webhook": event} | detail)

    def put(self, detail: dict[str, Any]) -> None:
        clients.sqs().send_message(QueueUrl=self._url, MessageBody=json.dumps(detail))

    def serve(self) -> int:
        """One batch through the function; the number of messages in it."""
        found = clients.sqs().receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=10, AttributeNames=["ApproximateReceiveCount"]
        )
        messages = found.get("Messages", [])
        if not messages:
            return 0
        records = [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message["Attributes"],
                "eventSource": "aws:sqs",
            }
            for message in messages
        ]
        answer = self.app.handler({"Records": records}, self._context)
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        for message in messages:
            if message["MessageId"] not in failed:
                clients.sqs().delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return len(messages)

    def serve_all(self) -> int:
        """Batch after batch until nothing is visible; the number of messages received."""
        return sum(iter(self.serve, 0))

    def count(self) -> int:
        """Messages visible or hidden."""
        names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = clients.sqs().get_queue_attributes(QueueUrl=self._url, AttributeNames=names)
        return sum(int(found["Attributes"][name]) for name in names)


@pytest.fixture
def queue(aws: None, function: Callable[[str], ModuleType], context: Any, monkeypatch: pytest.MonkeyPatch) -> Queue:
    """Messages that were not taken are hidden for as long as retries says; tests that wait say for no time."""
    url = clients.sqs().create_queue(QueueName="webhooks", Attributes={"VisibilityTimeout": "180"})["QueueUrl"]
    environment = {
        "ALLOW_LOCAL_TARGETS": "true",
        "API_ID": "api1",
        "API_URL": "https://api.example/v1",
        "WEBHOOK_QUEUE_URL": url,
        "WEBHOOK_RETRY_SCALE": "0",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    return Queue(url, function("webhooks"), context)
