"""What becomes of messages that nobody takes."""

import itertools
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from nightshift import clients
from nightshift.webhooks.record import list_deliveries
from tests.receiver import Receiver
from tests.unit.control.jobs import SUCCEEDED, at, end, fresh, running
from tests.unit.control.webhooks.conftest import Queue
from tests.unit.control.webhooks.jobs import SECRET, ended, outcomes
from tests.unit.lifecycle.faults import Crash, Fault, Faults, Kind

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

CALLS_AT_LEAST = 4
"""The job, what was tried, the secret, the record."""


def test_what_is_not_taken_is_sent_again_as_the_same_message(queue: Queue, receiver: Receiver) -> None:
    receiver.reply(500, body="out of order")
    receiver.reply(302, {"Location": "http://169.254.169.254/"})
    job = ended(receiver, secret=SECRET)
    queue.tell(job, "completed")
    assert queue.serve_all() == 3
    assert outcomes(job) == [(1, "failed", 500), (2, "failed", 302), (3, "delivered", 204)]
    assert len({received.message_id for received in receiver.received}) == 1
    assert all(received.verified(SECRET) for received in receiver.received)
    first = list_deliveries(job)[-1]
    assert first.error == "The receiver answered 500: out of order."


def test_one_that_fails_keeps_no_other_back(queue: Queue, receiver: Receiver) -> None:
    receiver.reply(503, {"Retry-After": "3600"})
    jobs = [ended(receiver) for _ in range(3)]
    for job in jobs:
        queue.tell(job, "completed")
    assert queue.serve_all() == 3
    assert sorted(outcomes(job)[0][1] for job in jobs) == ["delivered", "delivered", "failed"]
    assert queue.count() == 1


def test_gone_is_not_tried_again(queue: Queue, receiver: Receiver) -> None:
    receiver.reply(410)
    job = ended(receiver)
    queue.tell(job, "completed")
    assert queue.serve_all() == 1
    assert outcomes(job) == [(1, "failed", 410)]
    assert queue.count() == 0


def test_why_there_was_no_answer_is_recorded(queue: Queue, receiver: Receiver) -> None:
    job, run = running(webhook={"url": "http://127.0.0.1:1024/"})
    assert end(run, SUCCEEDED, at(5))
    job, _ = fresh(job)
    queue.tell(job, "completed")
    queue.serve()
    (delivery,) = list_deliveries(job)
    assert (delivery.status_code, delivery.error) == (None, "127.0.0.1 takes no connection on port 1024.")
    assert queue.count() == 1


def test_a_message_that_nobody_can_read_fails_alone(queue: Queue, receiver: Receiver) -> None:
    queue.put({"nonsense": 1})
    job = ended(receiver)
    queue.tell(job, "completed")
    assert queue.serve() == 2
    assert outcomes(job) == [(1, "delivered", 204)]
    assert queue.count() == 1


def test_a_crash_before_the_record_sends_again_and_loses_nothing(
    queue: Queue, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nightshift.webhooks import deliver

    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError("the function was stopped")

    job = ended(receiver)
    queue.tell(job, "completed")
    with monkeypatch.context() as patched:
        patched.setattr(deliver, "put_attempt", crash)
        queue.serve()
    assert queue.count() == 1
    queue.tell(job, "completed")
    queue.serve_all()
    assert len({received.message_id for received in receiver.received}) == 1
    assert len(receiver.received) == 2
    assert outcomes(job) == [(1, "delivered", 204)]


# "cut": the process ended when the call had taken effect, and before it knew.
@pytest.mark.parametrize("befalls", ["cut", "refuse", "unanswered"])
def test_whatever_befalls_one_of_its_calls_the_message_arrives(
    queue: Queue, receiver: Receiver, befalls: Kind, faults: Faults
) -> None:
    for call in itertools.count(1):
        job, before = ended(receiver, secret=SECRET), len(receiver.received)
        queue.tell(job, "completed")
        faults.begin(Fault(call, befalls), None)
        with suppress(Crash):
            queue.serve()
        faults.end()
        if not faults.struck:
            break
        queue.tell(job, "completed")  # it comes again
        queue.serve_all()
        assert len({received.message_id for received in receiver.received[before:]}) == 1
        assert {status for _, status, _ in outcomes(job)} == {"delivered"}
    assert call > CALLS_AT_LEAST


@pytest.fixture
def faults() -> Iterator[Faults]:
    """Watches what the function asks AWS for."""
    faults, watched = Faults(), (clients.dynamodb(), clients.kms())
    for client in watched:
        faults.hook(client)
    yield faults
    for client in watched:
        faults.unhook(client)
