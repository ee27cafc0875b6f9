"""What may become of executions, and what their workers write."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from nightshift.job_types import JOB_TYPES
from nightshift.worker.errors import Fenced
from nightshift.worker.record import StepEnd, StepRecord
from nightshift.worker.task import Task
from tests.unit.lifecycle.settling import Settling
from tests.unit.lifecycle.strategies import ENDS, pick, which


class Workers(Settling):
    def __init__(self) -> None:
        super().__init__()
        self.workers: list[tuple[Task, StepRecord]] = []

    @rule()
    def refuse_starts(self) -> None:
        """Step Functions takes no start during the next action, for good."""
        self.world.services.refusing = True

    @precondition(lambda self: self.world.services.live())
    @rule(execution=which, how=st.sampled_from(sorted(ENDS)))
    def execution(self, execution: int, how: str) -> None:
        services = self.world.services
        services.end(pick(services.live(), execution), ENDS[how])

    @precondition(lambda self: self.world.services.live())
    @rule(execution=which)
    def execution_is_lost(self, execution: int) -> None:
        services = self.world.services
        del services.executions[pick(services.live(), execution)]

    @precondition(lambda self: self.world.services.inputs)
    @rule(execution=which, iteration=st.integers(0, 1))
    def worker_begins(self, execution: int, iteration: int) -> None:
        """Of any execution that ever was: one whose run is no longer live must change nothing."""
        given = pick(list(self.world.services.inputs.values()), execution)
        steps = self._steps_of(given)
        index = min(steps.index(given["stages"]["start_at"]) + iteration, len(steps) - 1)
        told = {"command": "probe", "step": steps[index], "alone": given["stages"]["alone"]}
        task = Task.from_event(given | told | {"iteration": index if len(steps) > 1 else iteration})
        record = StepRecord(task)
        self.workers.append((task, record))
        self._write(task, record.start)

    @precondition(lambda self: self.workers)
    @rule(worker=which, percent=st.integers(0, 100))
    def worker_reports(self, worker: int, percent: int) -> None:
        task, record = pick(self.workers, worker)
        self._write(task, lambda: record.report(percent, "so far"))

    @precondition(lambda self: self.workers)
    @rule(worker=which, more=st.booleans())
    def worker_ends(self, worker: int, more: bool) -> None:
        """Any worker that ever was, twice if need be."""
        task, record = pick(self.workers, worker)
        self._write(task, lambda: record.finish(StepEnd({}, [], 100, "", exit_code=0, more=more and not task.alone)))

    def _steps_of(self, given: dict[str, Any]) -> tuple[str, ...]:
        return JOB_TYPES[self.world.model.jobs[given["run"]["job_id"]]["type"]].steps

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
