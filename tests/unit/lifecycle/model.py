"""What the scheduler promises, as a plain model that watches the table change and objects.

It knows nothing of how the domain does it: it sees old and new images in the stream's order, how the executions
ended, and what clients asked for, and keeps its own ledger of what ended.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nightshift.clock import rfc3339
from nightshift.executions import Execution
from nightshift.job_types import JOB_TYPES
from tests.unit.lifecycle import counters
from tests.unit.lifecycle.recorded import Recorded
from tests.unit.lifecycle.reservations import active, check_reservations
from tests.unit.lifecycle.retention import check_expiry
from tests.unit.lifecycle.schedules import Schedules
from tests.unit.lifecycle.services import Services
from tests.unit.lifecycle.status import EDGES, EDGES_OF_PATCH, EDGES_OF_RETRY, EDGES_OF_STAGE
from tests.unit.lifecycle.table import Change

Image = dict[str, Any]

_OPEN = ("WAITING", "FAILED")
_NOT_RETRYABLE = "InputError"
_STATISTIC = {"COMPLETED": "succeeded", "SKIPPED": "skipped", "FAILED": "failed", "CANCELLED": "cancelled"}


class Model:
    """An execution that ``services`` do not have was refused or lost.

    ``client`` is what a client is just asking for, and of which job: some changes need a wish. ``helped`` are the jobs
    without a live run of which a step was done elsewhere, and that step.
    """

    def __init__(self, slots: int, services: Services) -> None:
        self._services = services
        self.client: tuple[str, str] | None = None
        self.jobs: dict[str, Image] = {}
        self.runs: dict[tuple[str, int], Image] = {}
        self.steps: dict[str, dict[str, Image]] = {}
        self.recorded = Recorded()
        self.batches: dict[str, Image] = {}
        self.schedules = Schedules(self.jobs)
        self._never_set: Image = {
            "scheduler_running": True,
            "max_concurrency": slots,
            "type_limits": {},
            "tenant_limits": {},
        }
        self.state = self._never_set
        self.statistics: dict[str, Image] = {}
        self.ledger: counters.Ledger = {}
        self.helped: dict[str, str] = {}

    def with_status(self, *statuses: str) -> list[Image]:
        return [job for job in self.jobs.values() if job["status"] in statuses]

    def claimable(self, now: datetime) -> list[str]:
        """Ids of the queued jobs that there is room for, best first.

        Those whose clients wait come before the queue, the oldest first; then priority descending, age and id count.
        """
        direct = [kept["job_id"] for kept in active(self.state, now)]
        queued = sorted(self.with_status("QUEUED"), key=lambda j: (-j["priority"], j["created_at"], j["job_id"]))
        ordered = dict.fromkeys(direct + [job["job_id"] for job in queued])
        return [job_id for job_id in ordered if self._has_room(self.jobs[job_id], now)]

    def _has_room(self, job: Image, now: datetime) -> bool:
        kept = active(self.state, now)
        waits_directly = any(one["job_id"] == job["job_id"] for one in kept)
        taken = self.with_status("RUNNING") + ([] if waits_directly else kept)
        of_type = sum(other["type"] == job["type"] for other in taken)
        of_tenant = sum(other["tenant_id"] == job["tenant_id"] for other in taken)
        return bool(
            (self.state["scheduler_running"] or waits_directly)
            and len(taken) < self.state["max_concurrency"]
            and of_type < self.state["type_limits"].get(job["type"], len(taken) + 1)
            and of_tenant < self.state["tenant_limits"].get(job["tenant_id"], len(taken) + 1)
        )

    def see(self, change: Change, now: datetime, *, ordered: bool) -> None:
        """Take note of one change; ``ordered`` if the claims of this moment have to follow the queue's order.

        Raises:
            AssertionError: the change breaks a promise.
        """
        kind = change.key[1].split("#")[0]
        if kind == "JOB":
            self._see_job(change.old, change.new, now, ordered)
        elif kind == "RUN":
            self._see_run(change.old, change.new)
        elif kind == "STEP" and change.new and "run_id" in change.new:
            self.recorded.see(change.key, change.new)
            self.steps.setdefault(change.new["run_id"], {})[change.key[1]] = change.new
        elif kind == "BATCH" and change.new:
            assert change.old == self.batches.get(change.new["batch_id"]), "the stream skips a change"
            self.batches[change.new["batch_id"]] = change.new
        elif kind == "SCHEDULE":
            self.schedules.see(change.old, change.new, now, self.client, alone=ordered)
        elif kind == "STATISTICS" and change.new:
            self.statistics[change.key[0]] = change.new
        elif kind == "STATE":
            assert change.new, "the scheduler's state was deleted"
            assert change.new.get("config_version") == self.state.get("config_version") or self._is_wished(change.new)
            self.state = self._never_set | change.new

    def _is_wished(self, new: Image) -> bool:
        """Whether a client has asked for another limit, or one who waits for a job has come or been served."""
        kept, before = ({n for n in state if n.startswith("reserved_")} for state in (new, self.state))
        renewed = any(new[name] != self.state[name] for name in kept & before)
        return kept != before or renewed or (self.client is not None and self.client[0] == "configure")

    def _see_job(self, old: Image | None, new: Image | None, now: datetime, ordered: bool) -> None:
        assert new, "a job was deleted"
        assert old == self.jobs.get(new["job_id"]), "the stream skips a change"
        if old is None and "schedule_id" in new:
            self.schedules.see_job(new, now, self.client)
        before, after = old["status"] if old else None, new["status"]
        if before != after:
            self._see_status(old, new, before, after, now, ordered)
            self.helped.pop(new["job_id"], None)
        elif old and after in _OPEN and self._was_helped(old, new):
            self.helped[new["job_id"]] = new["current_step"]
        self._see_recorded(old or {}, new)
        self.jobs[new["job_id"]] = new

    @staticmethod
    def _see_recorded(old: Image, new: Image) -> None:
        if new.get("recorded_steps", frozenset()) - old.get("recorded_steps", frozenset()):
            assert (old["status"], new["status"]) == ("RUNNING", "RUNNING"), "told by a fenced worker"

    def _was_helped(self, old: Image, new: Image) -> bool:
        said = self.client == ("finish", new["job_id"]) or new.get("current_step") != old.get("current_step")
        return said and new.get("step_status") == "done"

    def _see_status(
        self, old: Image | None, new: Image, before: str | None, after: str, now: datetime, ordered: bool
    ) -> None:
        if self.client == ("patch", new["job_id"]) and after in EDGES_OF_PATCH.get(before, ()):
            return
        if self.client == ("retry", new["job_id"]) and after in EDGES_OF_RETRY.get(before, ()):
            assert "cancel_requested_at" not in new
            assert new["attempts"] < new["max_attempts"], "a manual retry is always granted one attempt"
            return
        if self.client == ("finish", new["job_id"]) and (before, after) == ("WAITING", "FAILED"):
            return
        if self.client == ("stage", new["job_id"]) and after in EDGES_OF_STAGE.get(before, ()):
            assert new["resume"]["alone"]
            return
        assert after in EDGES.get(before, ()), f"{before} -> {after} is not documented"
        if before in _OPEN and after == "QUEUED":
            done = JOB_TYPES[new["type"]].steps.index(self.helped[new["job_id"]])
            assert (new["resume"]["iteration"], new["resume"]["alone"]) == (done + 1, False)
        elif old and after == "QUEUED":
            assert (old.get("next_attempt_at") or old["run_at"]) <= rfc3339(now), "released before its time"
        if after == "RUNNING":
            assert self._has_room(new, now), "claimed past a limit, or though the scheduler was stopped"
            assert not ordered or new["job_id"] == self.claimable(now)[0], "claimed out of order"
        if old and before == "RUNNING":
            assert after == self._job_after(old), f"ended {after} with {self._execution(old)}"
        elif after == "CANCELLED":
            self._enter(new, "cancelled")

    def _see_run(self, old: Image | None, new: Image | None) -> None:
        assert new, "a run was deleted"
        if old is None:
            job = self.jobs[new["job_id"]]
            assert (new["status"], new["attempt"]) == ("RUNNING", job["attempts"])
            assert new["params_snapshot"] == job["params"]
            assert new.get("resume") == job.get("resume"), "it does not go on where the job stands"
        elif old["status"] != new["status"]:
            assert old["status"] == "RUNNING", "a run that had ended ended again"
            self._enter(new, "total_executed", _STATISTIC[new["status"]])
        self.runs[new["job_id"], new["run_number"]] = new

    def _enter(self, image: Image, *names: str) -> None:
        """Into the ledger of the job's tenant."""
        self.ledger.setdefault(image["tenant_id"], Counter()).update(names)

    def _execution(self, job: Image) -> Execution | None:
        return self._services.executions.get(job["current_run_id"])

    def _job_after(self, job: Image) -> str:
        """What the job has to become now that its execution ended, or was lost."""
        execution = self._execution(job)
        assert execution is None or execution.has_ended, "ended before its execution"
        resume = job.get("resume") or {}
        followed = resume.get("alone") and resume["iteration"] + 1 < len(JOB_TYPES[job["type"]].steps)
        completed = "WAITING" if followed else "COMPLETED"
        if execution and execution.status == "SUCCEEDED":
            outcome = str((execution.output or {})["outcome"])
            return completed if outcome == "COMPLETED" else outcome
        recorded = self.steps.get(job["current_run_id"], {}).values()
        steps = [step for step in recorded if step.get("begun") in job.get("recorded_steps", ())]
        step = max(steps, key=lambda step: (step["started_at"], step["iteration"]), default=None)
        if step and step["status"] == "done" and not step["more"]:
            return completed  # the worker did all it was asked to, and died before it could say so
        if "cancel_requested_at" in job or (execution and execution.status == "ABORTED"):
            return "CANCELLED"
        refused = job["current_run_id"] in self._services.refused
        hopeless = refused or (execution is not None and execution.error == _NOT_RETRYABLE)
        return "FAILED" if hopeless or job["attempts"] >= job["max_attempts"] else "SCHEDULED"

    def check(self, items: Mapping[tuple[str, str], Image], now: datetime) -> None:
        """What has to hold between any two actions."""
        running = self.with_status("RUNNING")
        counters.check_slots(self.state, running)
        counters.check_statistics(self.state, self.statistics, self.ledger)
        counters.check_batches(self.batches, self.jobs)
        check_reservations(self.state, self.jobs, now)
        check_expiry(self.jobs, self.batches, items)
        self.schedules.check()
        self.recorded.check(self.jobs)
        live = [(run["job_id"], run["run_id"]) for run in self.runs.values() if run["status"] == "RUNNING"]
        assert sorted(live) == sorted((job["job_id"], job["current_run_id"]) for job in running)
        for job in self.jobs.values():
            _check_indexes(job)
            if job["status"] == "QUEUED":
                lane = f"{job['tenant_id']}#{job['type']}"
                assert ("LANES", lane) in items, "a queued job whose lane nobody looks at"


def _check_indexes(job: Image) -> None:
    """Each index shows the job exactly where its status puts it."""
    status, tenant = job["status"], job["tenant_id"]
    places = {
        "QUEUED": (f"LANE#{tenant}#{job['type']}", f"{100 - job['priority']:03d}#{job['created_at']}#{job['job_id']}"),
        "SCHEDULED": (f"SCHEDULED#{tenant}", f"{job.get('next_attempt_at') or job.get('run_at')}#{job['job_id']}"),
    }
    assert job["status_pk"] == f"TENANT#{tenant}#STATUS#{status}"
    assert (job.get("queue_pk"), job.get("queue_sk")) == places.get(status, (None, None))
    looked_at = status in ("SCHEDULED", "RUNNING", "WAITING")
    # One that has failed is looked at if somebody has helped it, until that was seen.
    assert job.get("due_pk") == (f"DUE#{status}" if looked_at or (status == "FAILED" and "due_at" in job) else None)
    if status == "SCHEDULED":
        # Later than its time, if the reconciler could not release it at once.
        assert job["due_at"] >= (job.get("next_attempt_at") or job["run_at"])
    elif status not in ("RUNNING", *_OPEN):
        assert "due_at" not in job
