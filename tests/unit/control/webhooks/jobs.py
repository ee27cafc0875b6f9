"""Jobs that have something to tell, and what was told of them."""

from typing import Any

from nightshift.models.job import Job
from nightshift.webhooks.record import list_deliveries
from tests.receiver import Receiver
from tests.unit.control.jobs import SUCCEEDED, at, end, fresh, running

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def ended(receiver: Receiver, **webhook: Any) -> Job:
    """A job that has completed and told nobody yet."""
    job, run = running(webhook={"url": receiver.url} | webhook)
    assert end(run, SUCCEEDED, at(5))
    return fresh(job)[0]


def outcomes(job: Job) -> list[tuple[int, str, int | None]]:
    return [(seen.attempt, seen.status, seen.status_code) for seen in reversed(list_deliveries(job))]
