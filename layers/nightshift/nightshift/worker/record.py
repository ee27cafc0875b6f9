"""What a worker writes to the table: a step's beginning, progress and end, while its run is live."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from nightshift.clients import dynamodb
from nightshift.clock import now, rfc3339
from nightshift.settings import settings
from nightshift.store.expiry import expires_at
from nightshift.store.items import from_item
from nightshift.store.keys import job_key, step_key
from nightshift.store.write import Update, transact, tries
from nightshift.worker.artifacts import StoredArtifact
from nightshift.worker.errors import Fenced
from nightshift.worker.task import Task

_LIVE = "#status = :running AND #current_run_id = :run_id"
# Lambda may run a task again although the first worker still goes on; the later one fences the earlier.
_MINE = f"{_LIVE} AND #step_started_at = :started_at"
_RUNNING = "RUNNING"


@dataclass(frozen=True, slots=True)
class StepEnd:
    """``error_code`` is None for a step that is done; ``more`` says whether another iteration is to follow.

    ``percent`` is where the job's progress now stands, ``seconds_left`` the longest that what follows may take.
    """

    output: Mapping[str, Any]
    artifacts: list[StoredArtifact]
    percent: int
    message: str
    exit_code: int | None
    error_code: str | None = None
    error_message: str = ""
    more: bool = False
    seconds_left: float = 0


class StepRecord:
    """The step in the table. Every method raises ``Fenced`` when the job's live run is another, or none.

    ``start``, ``report`` and ``watch`` tell whether somebody asked for the job to be cancelled. One thread
    uses a record at a time.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._job_key = job_key(task.run.job_id)
        self._step_key = step_key(task.run.job_id, task.run.run_number, task.iteration, task.step)
        self._started_at = now()
        self._begun = 0
        self._reported: tuple[int, str] = (0, "")

    @property
    def started_at(self) -> datetime:
        return self._started_at

    def start(self) -> bool:
        """The step is running."""
        begin = {
            "current_step": self._task.step,
            "step_status": "running",
            "step_started_at": rfc3339(self._started_at),
        }
        job = self._apply(self._job_update(begin, condition=_LIVE))
        # No other worker of the job ever has the same, and a later one has a greater.
        self._begun = int(job["version"])
        before = job.get("progress") or {}
        self._reported = (int(before.get("percent", 0)), str(before.get("message", "")))
        return bool(job.get("cancel_requested_at"))

    def is_news(self, percent: int, message: str) -> bool:
        """Whether ``report`` would change anything; progress never goes back within a run."""
        return self._advanced(percent, message) != self._reported

    def report(self, percent: int, message: str) -> bool:
        """How far the job is."""
        reached = self._advanced(percent, message)
        job = self._apply(self._job_update({"progress": {"percent": reached[0], "message": reached[1]}}))
        self._reported = reached
        return bool(job.get("cancel_requested_at"))

    def watch(self) -> bool:
        """Reads only."""
        found = dynamodb().get_item(
            TableName=settings().table_name,
            Key=self._job_key,
            ConsistentRead=True,
            ProjectionExpression="#status, current_run_id, step_started_at, cancel_requested_at",
            ExpressionAttributeNames={"#status": "status"},
        )
        job = from_item(found.get("Item", {}))
        mine = (_RUNNING, self._task.run.run_id, rfc3339(self._started_at))
        if (job.get("status"), job.get("current_run_id"), job.get("step_started_at")) != mine:
            raise self._fenced()
        return bool(job.get("cancel_requested_at"))

    def finish(self, end: StepEnd) -> None:
        """The step has ended.

        Its item is written first, and counts from when the job lists it; so a worker that is fenced in between has
        changed nothing. In one transaction both would cost twice as much.
        """
        status = "failed" if end.error_code else "done"
        percent, message = self._advanced(end.percent, end.message)
        told = self._job_update(
            {"step_status": status, "progress": {"percent": percent, "message": message}},
            add={"recorded_steps": frozenset({self._begun})},
        )
        step = self._step_values(end, status, now())
        is_first = "attribute_not_exists(pk) OR #begun = :begun"
        if Update(self._step_key, values=step, condition=is_first, where={"begun": self._begun}).apply():
            self._apply(told)
        else:
            self._replace(step, told)

    def _replace(self, step: Mapping[str, Any], told: Update) -> None:
        """Another worker has recorded the step, which may count: it is replaced only if this one counts instead."""
        for _ in tries():
            if transact(told.write, Update(self._step_key, values=step).write):
                return
            self.watch()  # raises if that was the reason; otherwise another writer was in the way
        raise TimeoutError(f"The end of step {self._task.step} could not be written for other writers.")

    def _advanced(self, percent: int, message: str) -> tuple[int, str]:
        return max(percent, self._reported[0]), message

    def _step_values(self, end: StepEnd, status: str, finished_at: datetime) -> dict[str, Any]:
        task = self._task
        error = {"code": end.error_code, "message": end.error_message} if end.error_code else None
        return {
            "entity": "Step",
            "run_id": task.run.run_id,
            "name": task.step,
            "iteration": task.iteration,
            "status": status,
            "begun": self._begun,
            "started_at": rfc3339(self._started_at),
            "finished_at": rfc3339(finished_at),
            "output": end.output,
            "artifacts": [asdict(artifact) for artifact in end.artifacts],
            "exit_code": end.exit_code,
            "error": error,
            "more": end.more,
            # Later than the job's own, whatever the run has still to do.
            "expires_at": expires_at(finished_at + timedelta(seconds=end.seconds_left + task.run.timeout_seconds)),
        }

    def _job_update(
        self, values: Mapping[str, Any], condition: str = _MINE, add: Mapping[str, frozenset[int]] | None = None
    ) -> Update:
        where = {"running": _RUNNING, "run_id": self._task.run.run_id}
        if condition == _MINE:
            where["started_at"] = rfc3339(self._started_at)
        return Update(
            self._job_key,
            values={**values, "updated_at": rfc3339(now())},
            add={"version": 1, **(add or {})},
            condition=condition,
            where=where,
        )

    def _apply(self, update: Update) -> dict[str, Any]:
        """Writes, and returns the job as it then is."""
        job = update.apply_and_read()
        if job is None:
            raise self._fenced()
        return job

    def _fenced(self) -> Fenced:
        return Fenced(f"This is not, or no longer, the worker of the live run of job {self._task.run.job_id}.")
