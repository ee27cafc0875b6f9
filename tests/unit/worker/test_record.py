"""The worker's writes to the table, and what it learns by them."""

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from nightshift.clients import dynamodb
from nightshift.store.write import Update
from nightshift.worker.errors import Fenced
from nightshift.worker.record import StepEnd, StepRecord
from tests.unit.worker.conftest import Surroundings

DONE = StepEnd(output={}, artifacts=[], percent=100, message="", exit_code=0)


CONFLICT = ClientError({"Error": {"Code": "TransactionConflictException", "Message": ""}}, "UpdateItem")


def ended(output: str) -> StepEnd:
    return replace(DONE, output={"by": output})


def two_workers(surroundings: Surroundings) -> tuple[StepRecord, StepRecord]:
    """Of the same step, as when Lambda runs it again: one to begin, and one to begin later."""
    earlier, later = StepRecord(surroundings.task), StepRecord(surroundings.task)
    later._started_at = earlier.started_at + timedelta(seconds=2)
    return earlier, later


def test_progress_is_written_and_never_goes_back(surroundings: Surroundings) -> None:
    record = StepRecord(surroundings.task)
    record.start()

    assert record.is_news(40, "writing")
    record.report(40, "writing")
    assert surroundings.job()["progress"] == {"percent": 40, "message": "writing"}
    assert not record.is_news(40, "writing")
    assert not record.is_news(10, "writing")
    record.report(10, "reading")
    assert surroundings.job()["progress"] == {"percent": 40, "message": "reading"}
    assert surroundings.job()["version"] == 10


def test_progress_goes_on_from_what_earlier_iterations_reported(surroundings: Surroundings) -> None:
    surroundings.set_job(progress={"percent": 50, "message": "one story written"})
    record = StepRecord(surroundings.task)
    record.start()

    record.report(0, "beginning")

    assert surroundings.job()["progress"] == {"percent": 50, "message": "beginning"}


def test_every_call_tells_of_a_cancel(surroundings: Surroundings) -> None:
    record = StepRecord(surroundings.task)
    assert (record.start(), record.report(1, ""), record.watch()) == (False, False, False)

    surroundings.set_job(cancel_requested_at="2026-01-01T00:00:00.000Z")

    assert (record.start(), record.report(2, ""), record.watch()) == (True, True, True)


@pytest.mark.parametrize("change", [{"status": "CANCELLED"}, {"current_run_id": "run-2"}])
def test_every_call_is_fenced(surroundings: Surroundings, change: dict[str, str]) -> None:
    record = StepRecord(surroundings.task)
    surroundings.set_job(**change)
    before = surroundings.job()

    for call in (record.start, lambda: record.report(1, ""), record.watch, lambda: record.finish(DONE)):
        with pytest.raises(Fenced):
            call()

    assert surroundings.job() == before
    assert not surroundings.step_counts()


def test_a_step_expires_no_earlier_than_its_job_may(surroundings: Surroundings) -> None:
    record = StepRecord(surroundings.task)
    record.start()
    record.finish(DONE)

    run_ends_by = record.started_at + timedelta(seconds=surroundings.task.run.timeout_seconds)
    assert surroundings.step()["expires_at"] >= int((run_ends_by + timedelta(days=90)).timestamp())


def test_a_job_that_is_gone_fences_its_worker(surroundings: Surroundings) -> None:
    record = StepRecord(surroundings.task)
    dynamodb().delete_item(TableName="jobs", Key={"pk": {"S": "JOB#job-1"}, "sk": {"S": "JOB"}})

    for call in (record.start, record.watch):
        with pytest.raises(Fenced):
            call()

    assert surroundings.job() == {}


def test_other_writers_in_the_way_are_waited_for(surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    write, in_the_way = dynamodb().update_item, itertools.cycle([True, True, False])

    def write_at_the_third_time(**arguments: Any) -> object:
        if next(in_the_way):
            raise CONFLICT
        return write(**arguments)

    monkeypatch.setattr(dynamodb(), "update_item", write_at_the_third_time)
    record = StepRecord(surroundings.task)
    record.start()
    record.finish(DONE)

    assert surroundings.step()["status"] == "done"
    assert surroundings.step_counts()
    assert surroundings.job()["version"] == 9


def test_two_workers_of_different_runs_cannot_mix(surroundings: Surroundings) -> None:
    """The second run is claimed while the first one's worker still writes."""
    first = StepRecord(surroundings.task)
    first.start()
    surroundings.event["run"] |= {"run_id": "run-2", "run_number": 2}
    second = StepRecord(surroundings.task)
    surroundings.set_job(current_run_id="run-2")
    second.start()

    with pytest.raises(Fenced):
        first.finish(DONE)
    second.report(70, "mine")

    assert surroundings.job()["progress"] == {"percent": 70, "message": "mine"}
    assert surroundings.job()["step_status"] == "running"


def test_a_later_worker_of_the_same_step_fences_the_earlier(surroundings: Surroundings) -> None:
    earlier, later = two_workers(surroundings)
    earlier.start()
    later.start()

    for write in (lambda: earlier.report(50, ""), earlier.watch, lambda: earlier.finish(DONE)):
        with pytest.raises(Fenced):
            write()
    assert not surroundings.step_counts()
    later.finish(ended("later"))
    assert surroundings.step()["output"] == {"by": "later"}
    assert surroundings.step_counts()


def test_a_fenced_worker_writes_over_nothing_that_a_later_one_has_written(surroundings: Surroundings) -> None:
    earlier, later = two_workers(surroundings)
    earlier.start()
    later.start()
    later.finish(ended("later"))

    with pytest.raises(Fenced):
        earlier.finish(ended("earlier"))

    assert surroundings.step()["output"] == {"by": "later"}
    assert surroundings.step_counts()


@pytest.mark.parametrize("fence", ["the run has ended", "the next iteration runs"])
def test_a_fenced_worker_writes_over_nothing_that_counts(surroundings: Surroundings, fence: str) -> None:
    """Its own has been recorded by an earlier one, whose answer was lost."""
    earlier, later = two_workers(surroundings)
    earlier.start()
    earlier.finish(ended("earlier"))
    later.start()
    if fence == "the run has ended":
        surroundings.set_job(status="COMPLETED")
    else:
        surroundings.event["iteration"] = 1
        StepRecord(surroundings.task).start()

    with pytest.raises(Fenced):
        later.finish(ended("later"))

    assert surroundings.step()["output"] == {"by": "earlier"}
    assert surroundings.step_counts()


def test_a_worker_that_dies_takes_nothing_away_that_counts(
    surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier, later = two_workers(surroundings)
    earlier.start()
    earlier.finish(ended("earlier"))
    later.start()
    with monkeypatch.context() as dying:
        dying.setattr(dynamodb(), "transact_write_items", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            later.finish(ended("later"))
    assert surroundings.step_counts()

    later.finish(ended("later"))
    assert surroundings.step()["output"] == {"by": "later"}
    assert surroundings.step_counts()


def test_a_run_that_is_lost_between_the_writes_of_a_steps_end(
    surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = StepRecord(surroundings.task)
    record.start()
    tell = record._apply

    def lose_the_run_first(update: Update) -> dict[str, Any]:
        surroundings.set_job(current_run_id="run-2")
        return tell(update)

    monkeypatch.setattr(record, "_apply", lose_the_run_first)
    with pytest.raises(Fenced):
        record.finish(DONE)
    assert surroundings.step()["status"] == "done"
    assert not surroundings.step_counts()


def test_a_step_that_the_job_was_not_told_of_does_not_count(
    surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = StepRecord(surroundings.task)
    record.start()
    with monkeypatch.context() as dying:
        dying.setattr(record, "_apply", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            record.finish(DONE)
    assert surroundings.step()["status"] == "done"
    assert not surroundings.step_counts()

    # As a client does that got no answer.
    record.finish(DONE)
    record.finish(DONE)
    assert surroundings.step_counts()
