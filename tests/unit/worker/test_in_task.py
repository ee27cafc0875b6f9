"""A run in a Fargate task: the same steps and records as by its state machine and Lambda."""

import importlib.util
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from nightshift import clients, in_task
from nightshift.job_types import JOB_TYPES, StoryParams
from nightshift.models.job import Resume
from nightshift.models.run import Run
from nightshift.models.status import RunStatus
from nightshift.store.items import to_item
from nightshift.store.keys import run_key
from nightshift.worker.errors import InputError, StepError
from tests.table import TEMPLATE
from tests.unit.worker.conftest import Surroundings

MACHINES = TEMPLATE.parent / "statemachines"
HANDLER = TEMPLATE.parent / "functions/storyteller/handler.py"
STEPS = [(name, step) for name, job_type in JOB_TYPES.items() for step in job_type.steps]


def run_of(job_type: str, params: dict[str, Any], resume: Resume | None = None) -> Run:
    return Run(
        run_id="run-1",
        job_id="job-1",
        tenant_id="acme",
        type=job_type,
        run_number=1,
        attempt=1,
        status=RunStatus.RUNNING,
        params_snapshot=params,
        timeout_seconds=1000,
        resume=resume,
        started_at=datetime.now(UTC),
    )


class Recorder:
    """A handler that does nothing; of each event it keeps what a worker would be told."""

    def __init__(self, last: int) -> None:
        self.told: list[dict[str, Any]] = []
        self._last = last

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        assert context.get_remaining_time_in_millis() > 1000 * event["run"]["timeout_seconds"]
        self.told.append(dict(event) | {"done": dict(event["done"])})
        iteration = event["iteration"]
        more = iteration < self._last and not event["alone"]
        counts = {"made": event["made"] + 1, "skipped": 0, "started_at": event["started_at"]}
        return {"iteration": iteration + 1, "more": more, "result": {"of": event["step"]}, **counts}


@pytest.mark.parametrize(("job_type", "step"), STEPS)
@pytest.mark.usefixtures("surroundings")
def test_a_step_is_told_as_its_state_machine_tells_it(job_type: str, step: str) -> None:
    definition = yaml.safe_load((MACHINES / f"{job_type}.asl.yaml").read_text())
    payloads = [state["Parameters"]["Payload"] for state in definition["States"].values() if state["Type"] == "Task"]
    (payload,) = [payload for payload in payloads if payload["step"] == step]
    iteration = JOB_TYPES[job_type].steps.index(step)
    handler = Recorder(last=0)
    in_task.work(run_of(job_type, {}, Resume(iteration=iteration, alone=True)), handler)
    (event,) = handler.told
    assert {name.removesuffix(".$") for name in payload} <= event.keys()
    assert {name: event[name] for name in payload if not name.endswith(".$")} == {
        name: value for name, value in payload.items() if not name.endswith(".$")
    }


@pytest.mark.usefixtures("surroundings")
def test_each_step_is_told_what_those_before_it_left() -> None:
    handler = Recorder(last=5)
    in_task.work(run_of("ad", {}), handler)
    assert [event["command"] for event in handler.told] == list(JOB_TYPES["ad"].steps)
    assert handler.told[-1]["done"] == {
        step: {"output": {"of": step}, "prefix": "acme/job-1/run-1/"} for step in JOB_TYPES["ad"].steps[:-1]
    }


@pytest.fixture
def as_process(surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch) -> Surroundings:
    """What the container's process finds: the function's handler, and its run by name."""
    spec = importlib.util.spec_from_file_location("handler", HANDLER)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setitem(sys.modules, "handler", module)
    monkeypatch.setenv("JOB_ID", "job-1")
    monkeypatch.setenv("RUN_NUMBER", "1")
    return surroundings


def put(run: Run) -> None:
    item = to_item(run.model_dump(mode="json")) | run_key(run.job_id, run.run_number)
    clients.dynamodb().put_item(TableName="jobs", Item=item)


def recorded(iteration: int, name: str = "write_story") -> dict[str, Any]:
    key = {"pk": {"S": "JOB#job-1"}, "sk": {"S": f"STEP#0001#{iteration:04d}#{name}"}}
    return clients.dynamodb().get_item(TableName="jobs", Key=key)["Item"]


def test_it_does_all_iterations_that_are_left(as_process: Surroundings) -> None:
    asked = {"max_stories": 3, "interval_seconds": 0, "target_length": 300, "language": "en", "seed": 1}
    params = StoryParams.model_validate(asked).model_dump(mode="json", exclude_none=True)
    put(run_of("story", params, Resume(iteration=1, made=1, started_at=datetime.now(UTC))))

    in_task.main()

    steps = [recorded(1), recorded(2)]
    assert [(step["status"]["S"], step["more"]["BOOL"]) for step in steps] == [("done", True), ("done", False)]
    assert as_process.job()["progress"]["percent"] == 100
    assert len([key for key in as_process.stored() if key.startswith("logs/") or key.endswith(".log")]) == 2


def test_a_step_that_fails_is_recorded_and_fails_the_task(as_process: Surroundings) -> None:
    put(run_of("probe", {"cli": True, "exit_code": 3, "log": ["no answer"]}))
    with pytest.raises(SystemExit, match=r"ProviderError: .*no answer"):
        in_task.main()
    assert recorded(0, "probe")["status"] == {"S": "failed"}
    assert recorded(0, "probe")["error"]["M"]["code"] == {"S": "provider"}


@pytest.mark.usefixtures("surroundings")
def test_after_a_step_that_failed_no_other_is_begun() -> None:
    told = []

    def fail(event: Any, context: Any) -> dict[str, Any]:
        told.append(event["step"])
        raise InputError("no")

    with pytest.raises(StepError):
        in_task.work(run_of("ad", {}), fail)
    assert told == ["img_gen"]


def test_a_run_that_is_not_there(as_process: Surroundings) -> None:
    with pytest.raises(SystemExit, match="no run 1"):
        in_task.main()
