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
from nightshift.store.write import Update
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
        self._started_at = now()
        self._begun = 0
        self._reported: tuple[int, str] = (0, "")

    @property
    def started_at(self) -> datetime:
        return self._started_at

    def start(self) -> bool:
        """The step is running."""
        job = self._update(
            {
                "current_step": self._task.step,
                "step_status": "running",
                "step_started_at": rfc3339(self._started_at),
            },
            condition=_LIVE,
        )
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
        job = self._update({"progress": {"percent": reached[0], "message": reached[1]}})
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
        finished_at = now()
        if not self._step_update(end, status, finished_at).apply():
            raise self._fenced()
        told = {"step_status": status, "progress": {"percent": percent, "message": message}}
        self._update(told, add={"recorded_steps": frozenset({self._begun})})

    def _advanced(self, percent: int, message: str) -> tuple[int, str]:
        return max(percent, self._reported[0]), message

    def _step_update(self, end: StepEnd, status: str, finished_at: datetime) -> Update:
        task = self._task
        error = {"code": end.error_code, "message": end.error_message} if end.error_code else None
        values = {
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
        key = step_key(task.run.job_id, task.run.run_number, task.iteration, task.step)
        return Update(
            key,
            values=values,
            # What a later worker of the step has written is not written over.
            condition="attribute_not_exists(#begun) OR #begun <= :begun",
            where={"begun": self._begun},
        )

    def _update(
        self, values: Mapping[str, Any], condition: str = _MINE, add: Mapping[str, frozenset[int]] | None = None
    ) -> dict[str, Any]:
        """Writes, and returns the job as it then is."""
        where = {"running": _RUNNING, "run_id": self._task.run.run_id}
        if condition == _MINE:
            where["started_at"] = rfc3339(self._started_at)
        update = Update(
            self._job_key,
            values={**values, "updated_at": rfc3339(now())},
            add={"version": 1, **(add or {})},
            condition=condition,
            where=where,
        )
        job = update.apply_and_read()
        if job is None:
            raise self._fenced()
        return job

    def _fenced(self) -> Fenced:
        return Fenced(f"This is not, or no longer, the worker of the live run of job {self._task.run.job_id}.")
