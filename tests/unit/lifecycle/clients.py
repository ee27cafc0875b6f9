"""What clients may ask for, at any time."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from pydantic import TypeAdapter

from nightshift.amend import patch, retry
from nightshift.batches import cancel_batch, submit_batch
from nightshift.cancel import cancel, withdraw
from nightshift.control import configure, start_scheduler, stop_scheduler
from nightshift.errors import StateConflictError
from nightshift.job_types import JOB_TYPES
from nightshift.models.requests import AnyJobRequest, JobPatch, SchedulerConfigPatch
from nightshift.reconcile import monitor
from nightshift.store.reads import get_job
from nightshift.submit import submit
from tests.unit.control.jobs import TENANT
from tests.unit.lifecycle.settling import Settling
from tests.unit.lifecycle.status import END
from tests.unit.lifecycle.strategies import Request, body_of, pick, requests, state_of_new, tenants, which

JOBS_AT_MOST = 8
MEMBERS_AT_MOST = 3

_PENDING = ("QUEUED", "SCHEDULED", "WAITING")
_RETRYABLE = ("FAILED", "CANCELLED", "SKIPPED")
_request: TypeAdapter[Any] = TypeAdapter(AnyJobRequest)


class Clients(Settling):
    """Requests for jobs and batches, and to the scheduler."""

    @initialize(requests=st.lists(requests, min_size=1, max_size=4))
    def begin(self, requests: list[Request]) -> None:
        for request in requests:
            self.create(request)

    @precondition(lambda self: len(self.world.model.jobs) < JOBS_AT_MOST)
    @rule(request=requests, tenant=tenants)
    def create(self, request: Request, tenant: str = TENANT) -> None:
        world = self.world
        wanted = _request.validate_python(body_of(request, world.now))
        # Ids derive from the key, so that an example that is run again is the same example.
        key = f"job {len(world.model.jobs)}"
        made = world.act(lambda: submit(tenant, wanted, key, None, world.now))
        if made:
            assert made.job.status == state_of_new(request)
            assert made.job.job_id in world.model.jobs

    @precondition(lambda self: len(self.world.model.jobs) <= JOBS_AT_MOST - MEMBERS_AT_MOST)
    @rule(requests=st.lists(requests, min_size=1, max_size=MEMBERS_AT_MOST), tenant=tenants)
    def create_batch(self, requests: list[Request], tenant: str) -> None:
        world = self.world
        bodies = [body_of(request, world.now) for request in requests]
        for body in bodies:
            if "run_at" in body:
                body["run_at"] = body["run_at"].isoformat()
        key = f"batch {len(world.model.batches)}"
        made = world.act(lambda: submit_batch(tenant, bodies, key, None, world.now))
        if made:
            assert not made.rejected
            assert set(made.batch.job_ids) <= set(world.model.jobs)

    @precondition(lambda self: self.world.model.jobs)
    @rule(job=which)
    def cancel(self, job: int) -> None:
        world = self.world
        before = self._job(job)
        try:
            found = world.act(lambda: cancel(before["tenant_id"], before["job_id"], world.now))
        except StateConflictError:
            assert world.model.jobs[before["job_id"]]["status"] in END
            return
        if found and world.undisturbed:
            assert before["status"] not in END
            assert found.cancel_requested_at
            assert found.status == ("RUNNING" if before["status"] == "RUNNING" else "CANCELLED")

    @precondition(lambda self: self.world.model.batches)
    @rule(batch=which)
    def cancel_batch(self, batch: int) -> None:
        world = self.world
        before = pick(list(world.model.batches.values()), batch)
        going_on = [job_id for job_id in before["job_ids"] if world.model.jobs[job_id]["status"] not in END]
        try:
            found = world.act(lambda: cancel_batch(before["tenant_id"], before["batch_id"], world.now))
        except StateConflictError:
            assert world.faults.interleaved or not going_on
            return
        if found and world.undisturbed:
            assert going_on
            for job in (world.model.jobs[job_id] for job_id in going_on):
                assert job["status"] == "CANCELLED" or (job["status"] == "RUNNING" and "cancel_requested_at" in job)

    @precondition(lambda self: self.world.model.jobs)
    @rule(job=which)
    def withdraw(self, job: int) -> None:
        world = self.world
        before = self._job(job)
        try:
            world.act(lambda: withdraw(before["tenant_id"], before["job_id"], world.now))
        except StateConflictError:
            assert world.faults.interleaved or before["status"] not in _PENDING

    @precondition(lambda self: self.world.model.jobs)
    @rule(job=which, priority=st.none() | st.integers(0, 2), after=st.sampled_from([None, 0, 10, 90]))
    def patch(self, job: int, priority: int | None, after: int | None) -> None:
        world = self.world
        before = self._job(job)
        wanted: dict[str, Any] = {"run_at": world.now + timedelta(seconds=after)} if after is not None else {}
        if priority is not None or not wanted:
            wanted["priority"] = priority or 0
        try:
            found = world.act(
                lambda: patch(before["tenant_id"], before["job_id"], JobPatch(**wanted), world.now),
                ("patch", before["job_id"]),
            )
        except StateConflictError:
            timeless = before["status"] == "WAITING" and "run_at" in wanted
            assert world.faults.interleaved or timeless or before["status"] not in _PENDING
            return
        if found and world.undisturbed:
            assert all(getattr(found, name) == value for name, value in wanted.items())
            assert after is None or found.status == ("SCHEDULED" if after else "QUEUED")

    @precondition(lambda self: self.world.model.with_status(*_RETRYABLE))
    @rule(job=which, from_step=st.booleans())
    def retry(self, job: int, from_step: bool) -> None:
        world = self.world
        before = pick(world.model.with_status(*_RETRYABLE), job)
        step = JOB_TYPES[before["type"]].steps[0] if from_step else None
        helped = before["job_id"] in world.model.helped
        found = world.act(
            lambda: retry(before["tenant_id"], before["job_id"], step, world.now), ("retry", before["job_id"])
        )
        if found and world.undisturbed:
            waits = before["type"] == "ad" and not (found.resume and found.resume.iteration)
            assert found.status == ("WAITING" if waits else "QUEUED")
            goes_on = step is None and ("resume" in before or helped)
            assert bool(found.resume) == goes_on, "it begins at another place"

    @precondition(lambda self: self.world.model.with_status("RUNNING"))
    @rule(job=which)
    def monitor(self, job: int) -> None:
        """What the monitor routes do; it settles what has ended unheard, and starts and stops nothing."""
        world = self.world
        before = pick(world.model.with_status("RUNNING"), job)
        run = world.model.runs[before["job_id"], before["run_number"]]
        execution = world.services.executions.get(run["run_id"])
        known = "execution_arn" in run or "step_status" in before
        found = world.act(lambda: monitor(get_job(before["tenant_id"], before["job_id"]), world.now))
        if found and world.undisturbed:
            goes_on = not execution.has_ended if execution else not known
            assert (found.status == "RUNNING") == goes_on

    @rule(running=st.booleans())
    def scheduler(self, running: bool) -> None:
        self.world.act(start_scheduler if running else stop_scheduler, ("configure", ""))

    @rule(
        slots=st.integers(1, 3),
        probes=st.none() | st.integers(0, 2),
        stories=st.none() | st.integers(0, 1),
        of_default_tenant=st.none() | st.integers(0, 2),
    )
    def configure(
        self, slots: int, probes: int | None, of_default_tenant: int | None, stories: int | None = None
    ) -> None:
        limits = {"probe": probes, "story": stories}
        wanted = SchedulerConfigPatch(
            max_concurrency=slots,
            type_limits={kind: limit for kind, limit in limits.items() if limit is not None},
            tenant_limits={} if of_default_tenant is None else {TENANT: of_default_tenant},
        )
        self.world.act(lambda: configure(wanted), ("configure", ""))

    def _job(self, number: int) -> dict[str, Any]:
        return pick(list(self.world.model.jobs.values()), number)
