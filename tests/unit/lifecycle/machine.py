"""The life of jobs as a state machine for Hypothesis: what clients, workers, time and bad luck may do next."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from nightshift import dispatch
from nightshift.amend import patch, retry
from nightshift.cancel import cancel, withdraw
from nightshift.control import configure, start_scheduler, stop_scheduler
from nightshift.errors import StateConflictError
from nightshift.models.requests import JobPatch, SchedulerConfigPatch
from nightshift.reconcile import reconcile
from nightshift.store.lanes import KEEP_EMPTY
from nightshift.worker.errors import Fenced
from nightshift.worker.record import StepEnd, StepRecord
from nightshift.worker.task import Task
from tests.unit.control.jobs import ABORTED, CRASHED, REFUSED, SKIPPED, SUCCEEDED, TENANT, ask
from tests.unit.lifecycle.faults import Fault, Kind
from tests.unit.lifecycle.model import END
from tests.unit.lifecycle.settling import Settling

ENDS = {"succeeds": SUCCEEDED, "skips": SKIPPED, "crashes": CRASHED, "is refused": REFUSED, "is aborted": ABORTED}
JOBS_AT_MOST = 8
LAG_AT_MOST = KEEP_EMPTY.seconds // 2

# Rules pick by a number, modulo what there is to pick from: so a failure prints as plain calls to paste into a test.
which = st.integers(0, 20)
call = st.sampled_from([1, 2, 3, 4, 5, 6, 7, 8, 11])
kinds: st.SearchStrategy[Kind] = st.sampled_from(["crash", "cut", "refuse", "unanswered"])

type Request = tuple[str, int, int | None, int]
"""Type, priority, seconds until it may run (None: now), attempts."""

requests: st.SearchStrategy[Request] = st.tuples(
    st.sampled_from(["probe", "story"]),
    st.integers(0, 2),
    st.sampled_from([None, None, None, 10, 90, 1000]),
    st.integers(1, 3),
)


class Lifecycle(Settling):
    """One example: a fresh table, a sequence of the rules below, and at the end whatever has to come of it."""

    def __init__(self) -> None:
        super().__init__()
        self.workers: list[tuple[Task, StepRecord]] = []

    # ---- Clients -----------------------------------------------------------------------------------------------

    @initialize(requests=st.lists(requests, min_size=1, max_size=4))
    def begin(self, requests: list[Request]) -> None:
        for request in requests:
            self.create(request)

    @precondition(lambda self: len(self.world.model.jobs) < JOBS_AT_MOST)
    @rule(request=requests)
    def create(self, request: Request) -> None:
        world = self.world
        kind, priority, after, attempts = request
        body: dict[str, Any] = {"type": kind, "params": {}, "priority": priority, "max_attempts": attempts}
        if after is not None:
            body["run_at"] = world.now + timedelta(seconds=after)
        # Ids derive from the key, so that an example that is run again is the same example.
        key = f"job {len(world.model.jobs)}"
        made = world.act(lambda: ask(key, world.now, **body))
        if made:
            assert made.job.status == ("QUEUED" if after is None else "SCHEDULED")
            assert made.job.job_id in world.model.jobs

    @precondition(lambda self: self.world.model.jobs)
    @rule(job=which)
    def cancel(self, job: int) -> None:
        world = self.world
        before = _pick(list(world.model.jobs.values()), job)
        try:
            found = world.act(lambda: cancel(TENANT, before["job_id"], world.now))
        except StateConflictError:
            assert world.model.jobs[before["job_id"]]["status"] in END
            return
        if found and world.undisturbed:
            assert before["status"] not in END
            assert found.cancel_requested_at
            assert found.status == ("RUNNING" if before["status"] == "RUNNING" else "CANCELLED")

    @precondition(lambda self: self.world.model.jobs)
    @rule(job=which)
    def withdraw(self, job: int) -> None:
        world = self.world
        before = _pick(list(world.model.jobs.values()), job)
        try:
            world.act(lambda: withdraw(TENANT, before["job_id"], world.now))
        except StateConflictError:
            assert world.faults.interleaved or before["status"] not in ("QUEUED", "SCHEDULED")

    @precondition(lambda self: self.world.model.jobs)
    @rule(job=which, priority=st.none() | st.integers(0, 2), after=st.sampled_from([None, 0, 10, 90]))
    def patch(self, job: int, priority: int | None, after: int | None) -> None:
        world = self.world
        before = _pick(list(world.model.jobs.values()), job)
        wanted: dict[str, Any] = {"run_at": world.now + timedelta(seconds=after)} if after is not None else {}
        if priority is not None or not wanted:
            wanted["priority"] = priority or 0
        try:
            found = world.act(
                lambda: patch(TENANT, before["job_id"], JobPatch(**wanted), world.now), ("patch", before["job_id"])
            )
        except StateConflictError:
            assert world.faults.interleaved or before["status"] not in ("QUEUED", "SCHEDULED")
            return
        if found and world.undisturbed:
            assert all(getattr(found, name) == value for name, value in wanted.items())
            assert after is None or found.status == ("SCHEDULED" if after else "QUEUED")

    @precondition(lambda self: self.world.model.with_status("FAILED", "CANCELLED", "SKIPPED"))
    @rule(job=which)
    def retry(self, job: int) -> None:
        world = self.world
        before = _pick(world.model.with_status("FAILED", "CANCELLED", "SKIPPED"), job)
        found = world.act(lambda: retry(TENANT, before["job_id"], None, world.now), ("retry", before["job_id"]))
        if found and world.undisturbed:
            assert found.status == "QUEUED"

    @rule(running=st.booleans())
    def scheduler(self, running: bool) -> None:
        self.world.act(start_scheduler if running else stop_scheduler, ("configure", ""))

    @rule(slots=st.integers(1, 3), probes=st.none() | st.integers(0, 2))
    def configure(self, slots: int, probes: int | None) -> None:
        types = {} if probes is None else {"probe": probes}
        wanted = SchedulerConfigPatch(max_concurrency=slots, type_limits=types)
        self.world.act(lambda: configure(wanted), ("configure", ""))

    # ---- Functions ---------------------------------------------------------------------------------------------

    @rule()
    def dispatch(self) -> None:
        world = self.world
        lagging = bool(world.table.lag)
        if world.act(lambda: dispatch.fill([], world.now)) is not None and not lagging:
            self._expect_no_idle_slot()

    @rule()
    def reconcile(self) -> None:
        world = self.world
        lagging = bool(world.table.lag)
        if world.act(lambda: reconcile(world.now)) is not None and not lagging:
            self._expect_no_idle_slot()

    @precondition(lambda self: self.world.pending)
    @rule(event=which)
    def deliver(self, event: int) -> None:
        """Any of the events, so they come in any order. One whose function failed comes again."""
        world = self.world
        delivery = _pick(world.pending, event)
        world.act(lambda: world.handle(delivery))
        if not world.faults.struck:
            world.pending.remove(delivery)

    @precondition(lambda self: self.world.pending)
    @rule(backwards=st.booleans())
    def deliver_all(self, backwards: bool) -> None:
        for _ in range(len(self.world.pending)):
            self.deliver(-1 if backwards else 0)

    @precondition(lambda self: self.world.pending)
    @rule(event=which)
    def deliver_but_not_for_the_last_time(self, event: int) -> None:
        world = self.world
        delivery = _pick(world.pending, event)
        world.act(lambda: world.handle(delivery))

    @precondition(lambda self: self.world.pending)
    @rule(event=which)
    def drop(self, event: int) -> None:
        self.world.pending.remove(_pick(self.world.pending, event))

    # ---- Executions and their workers --------------------------------------------------------------------------

    @precondition(lambda self: self.live_executions())
    @rule(execution=which, how=st.sampled_from(sorted(ENDS)))
    def execution(self, execution: int, how: str) -> None:
        self.world.services.end(_pick(self.live_executions(), execution), ENDS[how])

    @precondition(lambda self: self.live_executions())
    @rule(execution=which)
    def execution_is_lost(self, execution: int) -> None:
        del self.world.services.executions[_pick(self.live_executions(), execution)]

    @precondition(lambda self: self.world.services.inputs)
    @rule(execution=which, iteration=st.integers(0, 1))
    def worker_begins(self, execution: int, iteration: int) -> None:
        """Of any execution that ever was: one whose run is no longer live must change nothing."""
        given = _pick(list(self.world.services.inputs.values()), execution)
        task = Task.from_event(given | {"command": "probe", "step": "probe", "iteration": iteration})
        record = StepRecord(task)
        self.workers.append((task, record))
        self._write(task, record.start)

    @precondition(lambda self: self.workers)
    @rule(worker=which, more=st.booleans())
    def worker_ends(self, worker: int, more: bool) -> None:
        """Any worker that ever was, twice if need be."""
        task, record = _pick(self.workers, worker)
        self._write(task, lambda: record.finish(StepEnd({}, [], 100, "", exit_code=0, more=more)))

    def _write(self, task: Task, write: Callable[[], Any]) -> None:
        """Writes of a worker whose run is live take effect, unless another worker of the run took its place."""
        world = self.world
        run = world.model.runs[task.run.job_id, task.run.run_number]
        rivals = sum(other.run.run_id == task.run.run_id for other, _ in self.workers) > 1
        try:
            world.act(write)
        except Fenced:
            assert run["status"] != "RUNNING" or rivals or world.faults.interleaved
        else:
            assert run["status"] == "RUNNING" or world.faults.struck

    # ---- Time and bad luck -------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([0.001, 1, 10, 21, 46, 61, 700]))
    def advance(self, seconds: float) -> None:
        self.world.advance(seconds)

    @rule(call=call, kind=kinds)
    def fail_next(self, call: int, kind: Kind) -> None:
        self.world.fault = Fault(call, kind)

    # Those above seldom hit the few calls between a claim and its record; these do.
    @rule(call=call, kind=kinds)
    def fail_a_dispatch(self, call: int, kind: Kind) -> None:
        self.fail_next(call, kind)
        self.dispatch()

    @precondition(lambda self: self.world.pending)
    @rule(call=call, kind=kinds, event=which)
    def fail_an_event(self, call: int, kind: Kind, event: int) -> None:
        self.fail_next(call, kind)
        self.deliver(event)

    @precondition(lambda self: self.world.pending)
    @rule(call=call, event=which)
    def deliver_during_next(self, call: int, event: int) -> None:
        world = self.world
        delivery = _pick(world.pending, event)
        world.meanwhile = call, lambda: world.handle(delivery)

    @precondition(lambda self: self.world.model.jobs)
    @rule(call=call, job=which)
    def cancel_during_next(self, call: int, job: int) -> None:
        world = self.world
        job_id = _pick(list(world.model.jobs), job)

        def other_client() -> None:
            try:
                cancel(TENANT, job_id, world.now)
            except StateConflictError:
                return

        world.meanwhile = call, other_client

    @rule(seconds=st.integers(1, LAG_AT_MOST))
    def index_lags(self, seconds: int) -> None:
        self.world.table.lag = timedelta(seconds=seconds)

    def _expect_no_idle_slot(self) -> None:
        if self.world.undisturbed:
            assert not self.world.model.claimable(), "a job waits beside a free slot"


def _pick[T](items: list[T], number: int) -> T:
    return items[number % len(items)]
