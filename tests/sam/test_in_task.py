"""The worker's image as a Fargate task runs it, but for ECS: its entry point, read-only but for /tmp."""

import subprocess
import uuid
from datetime import UTC, datetime

import pytest

from nightshift.models.run import Run
from nightshift.models.status import RunStatus
from nightshift.store.items import from_item, to_item
from nightshift.store.keys import job_key, run_key, step_key
from scripts.images import Image
from scripts.workspace import REGION
from tests.sam.local import SECONDS_AT_MOST
from tests.stack.deployed import Deployed

pytestmark = pytest.mark.timeout(1800)  # the first test waits until all images are built


def live_run(stack: Deployed) -> Run:
    """A run that nothing else works on."""
    run = Run(
        run_id=str(uuid.uuid4()),
        job_id=str(uuid.uuid4()),
        tenant_id="default",
        type="probe",
        run_number=1,
        attempt=1,
        status=RunStatus.RUNNING,
        params_snapshot={"cli": True, "log": ["from a task"], "artifact_bytes": 3},
        timeout_seconds=900,
        started_at=datetime.now(UTC),
    )
    job = {"status": "RUNNING", "current_run_id": run.run_id, "version": 1}
    job |= {"job_id": run.job_id, "tenant_id": run.tenant_id, "type": run.type}
    for item in (to_item(job) | job_key(run.job_id), to_item(run.model_dump(mode="json")) | run_key(run.job_id, 1)):
        stack.dynamodb.put_item(TableName=stack.table_name, Item=item)
    return run


def test_a_task_does_the_steps_of_its_run(worker_images: dict[str, Image], endpoint: str, stack: Deployed) -> None:
    run = live_run(stack)
    function = stack.functions.get_function_configuration(FunctionName=stack.function_name("StorytellerFunction"))
    told = function["Environment"]["Variables"] | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "JOB_ID": run.job_id,
        "RUN_NUMBER": "1",
    }
    container = ["docker", "run", "--rm", "--init", "--read-only", "--tmpfs", "/tmp", "--entrypoint", "python3"]
    container += [f"--env={name}={value}" for name, value in told.items()]
    container += [worker_images["storyteller"].tag, "-m", "nightshift.in_task"]
    done = subprocess.run(container, capture_output=True, text=True, timeout=SECONDS_AT_MOST)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    key = step_key(run.job_id, 1, 0, "probe")
    step = from_item(stack.dynamodb.get_item(TableName=stack.table_name, Key=key, ConsistentRead=True)["Item"])
    assert (step["status"], step["artifacts"][0]["size"]) == ("done", 3)
    log = stack.s3.list_objects_v2(Bucket=stack.bucket_name, Prefix=run.prefix)["Contents"]
    assert any(entry["Key"].endswith(".log") for entry in log)
