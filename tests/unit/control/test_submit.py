"""Taking in jobs."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from nightshift.errors import InvalidRequestError
from nightshift.store.lanes import list_lanes
from tests.unit.control.jobs import T0, ask, at, make, status

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]


def test_a_job_without_run_at_is_queued_and_its_lane_listed() -> None:
    job = make()
    assert status(job) == "QUEUED"
    assert [(lane.tenant_id, lane.type) for lane in list_lanes()] == [("default", "probe")]


def test_a_job_for_later_is_scheduled_and_one_for_the_past_is_queued() -> None:
    assert status(make(run_at=at(60))) == "SCHEDULED"
    assert status(make(run_at=at(-60))) == "QUEUED"


def test_run_at_more_than_a_year_ahead_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="a year"):
        make(run_at=T0 + timedelta(days=400))


def test_the_same_key_and_body_is_the_same_job() -> None:
    first, again = ask("key"), ask("key", at(5))
    assert again.job.job_id == first.job.job_id
    assert (first.replayed, again.replayed) == (False, True)


def test_the_same_key_with_another_body_is_refused() -> None:
    ask("key")
    with pytest.raises(InvalidRequestError, match="Idempotency-Key"):
        ask("key", priority=7)


def test_without_a_key_equal_bodies_are_two_jobs() -> None:
    assert make().job_id != make().job_id


@pytest.mark.parametrize(
    "request_",
    [
        {"type": "nonsense"},
        {"surprise": 1},
        {"params": {"surprise": 1}},
        {"params": {"seconds": 841}},
        {"type": "story", "params": {"target_length": 299}},
        {"type": "story", "params": {"language": "fr"}},
        {"priority": 101},
        {"max_attempts": 0},
        {"timeout_seconds": 86_401},
        {"tags": ["x" * 51]},
    ],
)
def test_what_is_unknown_or_out_of_range_is_refused(request_: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        make(**request_)
