"""Direct requests: a slot of their own, before the queue, until they run, end or have waited too long."""

from collections.abc import Callable
from datetime import datetime

import pytest
from botocore.exceptions import ReadTimeoutError
from pydantic import TypeAdapter

from nightshift import clients, dispatch, transitions
from nightshift.amend import patch, retry
from nightshift.cancel import cancel, withdraw
from nightshift.control import configure, start_scheduler, stop_scheduler
from nightshift.direct import submit_direct
from nightshift.errors import InvalidRequestError, StateConflictError
from nightshift.models.job import Job
from nightshift.models.requests import AnyJobRequest, JobPatch, JobRequest, SchedulerConfigPatch
from nightshift.reconcile import reconcile
from nightshift.store.reads import find_job
from nightshift.store.scheduler import read_scheduler
from nightshift.submit import Submitted
from tests.unit.control.jobs import CRASHED, SUCCEEDED, TENANT, at, dispatched, end, fresh, make, running, status
from tests.unit.lifecycle.faults import Fault, Faults

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

TEN_MINUTES = 600


def request(**values: object) -> JobRequest:
    asked: JobRequest = TypeAdapter(AnyJobRequest).validate_python({"type": "story"} | values)
    return asked


def ask_directly(now: datetime, tenant: str = TENANT, key: str | None = None, **values: object) -> Submitted:
    return submit_direct(tenant, request(**values), key, None, now)


def directly(now: datetime, tenant: str = TENANT) -> Job:
    return ask_directly(now, tenant).job


def is_reserved(now: datetime, tenant: str = TENANT) -> bool:
    return read_scheduler().reservation_of(tenant, now) is not None


def test_a_direct_request_goes_before_every_job_of_the_queue() -> None:
    configure(SchedulerConfigPatch(max_concurrency=1))
    _, run = running(at(0))
    queued = make(at(1), priority=100)
    direct = directly(at(2))
    end(run, SUCCEEDED, at(3))
    assert dispatched(at(4)) == [direct.job_id]
    end(fresh(direct)[1], SUCCEEDED, at(5))
    assert dispatched(at(6)) == [queued.job_id]


def test_the_last_free_slot_is_kept_until_the_direct_job_is_claimed() -> None:
    running(at(0))
    queued, direct = make(at(1)), directly(at(2))
    assert transitions.claim(queued, read_scheduler(), at(3)) is None
    assert transitions.claim(direct, read_scheduler(), at(3))
    assert not is_reserved(at(3))
    assert read_scheduler().slots_used == 2


def test_a_claim_that_did_not_see_the_reservation_fails() -> None:
    running(at(0))
    queued, seen = make(at(1)), read_scheduler()
    direct = directly(at(2))
    assert transitions.claim(queued, seen, at(3)) is None
    assert dispatched(at(4)) == [direct.job_id]


def test_a_claim_that_still_sees_a_consumed_reservation_fails() -> None:
    first, second = make(at(0)), make(at(1))
    direct, seen = directly(at(2)), read_scheduler()
    assert transitions.claim(direct, seen, at(3))
    assert transitions.claim(first, seen, at(3)) is None
    assert dispatched(at(4)) == [first.job_id]
    assert status(second) == "QUEUED"


def test_a_tenant_has_one_reservation_at_a_time() -> None:
    first = directly(at(0))
    with pytest.raises(StateConflictError, match=first.job_id):
        directly(at(1))
    assert dispatched(at(2)) == [first.job_id]
    second = directly(at(3))
    assert dispatched(at(4)) == [second.job_id]


def test_tenants_reserve_apart_and_share_a_single_slot_in_turn() -> None:
    configure(SchedulerConfigPatch(max_concurrency=1))
    ours, theirs = directly(at(0)), directly(at(1), "other")
    queued = make(at(2))
    for job in (ours, theirs, queued):
        assert dispatched(at(3)) == [job.job_id]
        end(fresh(job)[1], SUCCEEDED, at(4))


def test_two_reservations_keep_two_slots() -> None:
    configure(SchedulerConfigPatch(max_concurrency=3))
    directly(at(0))
    directly(at(1), "other")
    first, second = make(at(2)), make(at(3))
    assert transitions.claim(first, read_scheduler(), at(4))
    assert transitions.claim(second, read_scheduler(), at(4)) is None


def test_the_slot_is_kept_within_the_limit_of_the_type_too() -> None:
    configure(SchedulerConfigPatch(max_concurrency=5, type_limits={"story": 1}))
    story = make(at(0), type="story", params={})
    probe, direct = make(at(1)), directly(at(2))
    assert transitions.claim(story, read_scheduler(), at(3)) is None
    assert dispatched(at(4)) == [direct.job_id, probe.job_id]


def test_a_limit_binds_a_direct_request_as_well() -> None:
    configure(SchedulerConfigPatch(type_limits={"story": 0}))
    direct = directly(at(0))
    assert dispatched(at(1)) == []
    assert transitions.claim(direct, read_scheduler(), at(1)) is None


def test_a_lapsed_reservation_counts_as_none_at_once() -> None:
    configure(SchedulerConfigPatch(max_concurrency=1, type_limits={"story": 0}))
    first = directly(at(0))
    queued = make(at(1))
    assert dispatched(at(TEN_MINUTES - 1)) == []
    assert not is_reserved(at(TEN_MINUTES))
    assert dispatched(at(TEN_MINUTES)) == [queued.job_id]
    second = directly(at(TEN_MINUTES))
    found = read_scheduler().reservation_of(TENANT, at(TEN_MINUTES))
    assert found
    assert found.job_id == second.job_id
    assert status(first) == "QUEUED"


def test_the_reconciler_takes_lapsed_reservations_away_and_no_others() -> None:
    configure(SchedulerConfigPatch(type_limits={"story": 0}))
    directly(at(0))
    directly(at(1), "other")
    reconcile(at(TEN_MINUTES))
    assert [found.tenant_id for found in read_scheduler().reservations.values()] == ["other"]


@pytest.mark.parametrize("act", [cancel, withdraw])
def test_a_job_that_ends_before_its_claim_gives_its_slot_back(act: Callable[[str, str, datetime], Job]) -> None:
    direct = directly(at(0))
    act(TENANT, direct.job_id, at(1))
    assert not is_reserved(at(1))
    assert read_scheduler().cancelled == 1
    retry(TENANT, direct.job_id, None, at(2))
    assert not is_reserved(at(2))


def test_a_job_that_is_put_off_gives_its_slot_back_and_one_put_nowhere_keeps_it() -> None:
    direct = directly(at(0))
    patch(TENANT, direct.job_id, JobPatch(priority=1), at(1))
    assert is_reserved(at(1))
    patch(TENANT, direct.job_id, JobPatch(run_at=at(60)), at(2))
    assert (status(direct), is_reserved(at(2))) == ("SCHEDULED", False)


def test_a_cancel_after_another_took_the_place_leaves_the_others_reservation() -> None:
    configure(SchedulerConfigPatch(type_limits={"story": 0}))
    first = directly(at(0))
    second = directly(at(TEN_MINUTES))
    cancel(TENANT, first.job_id, at(TEN_MINUTES + 1))
    found = read_scheduler().reservation_of(TENANT, at(TEN_MINUTES + 1))
    assert found
    assert found.job_id == second.job_id


def test_direct_requests_run_while_the_scheduler_is_stopped() -> None:
    stop_scheduler()
    queued, direct = make(at(0)), directly(at(1))
    assert dispatched(at(2)) == [direct.job_id]
    end(fresh(direct)[1], SUCCEEDED, at(3))
    late = directly(at(4))
    assert dispatched(at(4 + TEN_MINUTES)) == []
    start_scheduler()
    assert set(dispatched(at(5 + TEN_MINUTES))) == {queued.job_id, late.job_id}


def test_an_attempt_that_is_retried_waits_as_any_other() -> None:
    direct = directly(at(0))
    assert dispatched(at(1)) == [direct.job_id]
    end(fresh(direct)[1], CRASHED, at(2))
    assert (status(direct), is_reserved(at(2))) == ("SCHEDULED", False)


def test_the_same_key_makes_one_job_and_one_reservation() -> None:
    first = ask_directly(at(0), key="k")
    assert ask_directly(at(1), key="k") == Submitted(first.job, replayed=True)
    with pytest.raises(InvalidRequestError, match="Idempotency-Key"):
        ask_directly(at(2), key="k", params={"language": "en"})
    dispatched(at(3))
    other = directly(at(4))
    again = ask_directly(at(5), key="k")
    assert (again.replayed, again.job.status) == (True, "RUNNING")
    assert other.job_id != again.job.job_id


def test_a_request_whose_answer_was_lost_made_its_job_and_is_found_again() -> None:
    faults = Faults()
    ask_directly(at(0), "other")  # the lane is listed: the next request's first call is its transaction
    faults.hook(clients.dynamodb())
    try:
        faults.begin(Fault(2, "unanswered"), None)
        with pytest.raises(ReadTimeoutError):
            ask_directly(at(1), key="k")
    finally:
        faults.unhook(clients.dynamodb())
    again = ask_directly(at(2), key="k")
    assert again.replayed
    assert is_reserved(at(2))


def test_a_request_that_died_before_its_write_left_no_reservation() -> None:
    faults = Faults()
    faults.hook(clients.dynamodb())
    try:
        faults.begin(Fault(2, "refuse"), None)
        with pytest.raises(Exception, match="connect"):
            ask_directly(at(1), key="k")
    finally:
        faults.unhook(clients.dynamodb())
    assert not is_reserved(at(1))
    assert not ask_directly(at(2), key="k").replayed


def test_an_event_that_names_the_direct_job_claims_it_once() -> None:
    direct = directly(at(0))
    found = find_job(direct.job_id)
    assert found
    assert [run.job_id for run in dispatch.fill([found], at(1))] == [direct.job_id]
    assert dispatch.fill([found], at(2)) == []
