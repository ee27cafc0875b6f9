"""The writes of schedules: each on its condition only, wherever the table is served."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from nightshift import transitions
from nightshift.firing import fire, job_of
from nightshift.models.schedule import Overlap, Schedule
from nightshift.store import schedules as store
from nightshift.store.reads import find_job

pytestmark = pytest.mark.usefixtures("backend")

T0 = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def new(second: float = 0, overlap: Overlap = Overlap.ALLOW) -> Schedule:
    """Due every minute."""
    schedule = Schedule(
        schedule_id=str(uuid.uuid4()),
        tenant_id="t",
        name="every minute",
        job={"type": "probe", "params": {"seconds": 0.5}},
        rate="1 minute",
        overlap=overlap,
        since=T0,
        next_trigger_at=at(60),
        created_at=at(second),
        updated_at=at(second),
    )
    assert store.create(schedule)
    return schedule


def now(schedule: Schedule) -> Schedule:
    found = store.find_schedule(schedule.schedule_id)
    assert found
    return found


def test_what_was_created_is_read_back_alike_and_is_not_overwritten() -> None:
    schedule = new()
    assert now(schedule) == schedule
    assert not store.create(schedule.model_copy(update={"name": "other"}))
    assert now(schedule) == schedule


def test_a_change_needs_the_version_that_was_read() -> None:
    schedule = new()
    assert store.change(schedule, {"enabled": False, "next_trigger_at": None}, at(1), revise=True).apply()
    assert not store.change(schedule, {"name": "late"}, at(2)).apply()
    seen = now(schedule)
    assert (seen.enabled, seen.next_trigger_at, seen.revision, seen.version) == (False, None, 2, 2)
    assert store.overdue_schedules(at(10_000)) == []


def test_a_job_is_made_with_the_change_of_its_schedule_or_not_at_all() -> None:
    schedule = new()
    job = job_of(schedule, str(uuid.uuid4()), None, at(60))
    told = store.change(schedule, {"last_job_id": job.job_id}, at(60)).write
    assert transitions.create_with(job, told)
    assert not transitions.create_with(job, store.change(now(schedule), {"name": "n"}, at(61)).write)
    other = job_of(schedule, str(uuid.uuid4()), None, at(60))
    assert not transitions.create_with(other, told)
    assert find_job(other.job_id) is None
    assert (now(schedule).last_job_id, now(schedule).name) == (job.job_id, "every minute")


def test_a_deleted_schedule_is_found_by_its_id_only() -> None:
    kept, gone = new(), new(1)
    assert set(store.overdue_schedules(at(300))) == {kept.schedule_id, gone.schedule_id}
    assert store.delete(gone, at(2))
    assert now(gone).deleted_at == at(2)
    assert store.list_schedules("t", 50, None).items == [kept]
    assert store.overdue_schedules(at(300)) == [kept.schedule_id]


def test_pages_are_complete_and_newest_first() -> None:
    made = [new(second).schedule_id for second in range(5)]
    token, seen = None, []
    while True:
        page = store.list_schedules("t", 2, token)
        seen += [schedule.schedule_id for schedule in page.items]
        token = page.next_token
        if token is None:
            break
    assert seen == made[::-1]


@pytest.mark.parametrize("overlap", list(Overlap))
def test_a_time_told_to_sixteen_at_once_makes_one_job(backend: str, overlap: Overlap) -> None:
    if backend == "moto":
        pytest.skip("moto, used in process, has no locks; LocalStack serves the same table with them")
    schedule = new(overlap=overlap)
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda _: fire(schedule.schedule_id, at(60), at(60)), range(16)))
    (job,) = [job for job in made if job]
    assert (now(schedule).last_job_id, now(schedule).last_trigger_at) == (job.job_id, at(60))
