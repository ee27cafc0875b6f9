"""A worker's surroundings: a table with one running job, a bucket, and steps to run in them."""

import json
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from nightshift import clients
from nightshift.settings import settings
from nightshift.store.items import from_item, to_item
from nightshift.store.recorded import counts, recorded_steps
from nightshift.worker.runner import StepRunner, Timing
from nightshift.worker.task import Plan, Task

FAST = Timing(heartbeat=0.05, progress_every=0.1, grace=0.4, drain=0.3, reserve=0)
PREFIX = "acme/job-1/run-1/"


@dataclass
class Surroundings:
    """Reads and changes what the worker sees."""

    table: str = "jobs"
    bucket: str = "files"
    event: dict[str, Any] = field(
        default_factory=lambda: {
            "run": {
                "job_id": "job-1",
                "run_id": "run-1",
                "run_number": 1,
                "tenant_id": "acme",
                "prefix": PREFIX,
                "timeout_seconds": 30,
                "correlation_id": "corr-1",
            },
            "command": "probe",
            "params": {},
            "step": "work",
            "iteration": 0,
            "started_at": None,
        }
    )

    @property
    def task(self) -> Task:
        return Task.from_event(self.event)

    def job(self) -> dict[str, Any]:
        return self._item("JOB")

    def step(self, iteration: int = 0) -> dict[str, Any]:
        return self._item(f"STEP#0001#{iteration:04d}#work")

    def step_counts(self, iteration: int = 0) -> bool:
        """Whether the step is one that the job was told of."""
        step = self.step(iteration)
        return bool(step) and counts(step, recorded_steps("job-1"))

    def set_job(self, **values: Any) -> None:
        """Overwrites attributes of the job, as other parts of the product would."""
        clients.dynamodb().put_item(TableName=self.table, Item=to_item(self.job() | values))

    def stored(self) -> list[str]:
        """Everything in the bucket, without the run's prefix."""
        found = clients.s3().list_objects_v2(Bucket=self.bucket).get("Contents", [])
        return [item["Key"].removeprefix(PREFIX) for item in found]

    def body(self, key: str) -> bytes:
        return clients.s3().get_object(Bucket=self.bucket, Key=PREFIX + key)["Body"].read()

    def log(self) -> list[str]:
        """The finished log's lines."""
        (key,) = [key for key in self.stored() if key.endswith(".log")]
        return self.body(key).decode().splitlines()

    def run(
        self,
        program: str,
        *arguments: str,
        plan: Plan | None = None,
        timing: Timing = FAST,
        remaining: float = 60,
    ) -> dict[str, Any]:
        """Runs Python source as the step's program; it finds its directory for files in ``out``."""
        source = "import sys, os, time, json, signal, subprocess\nout = sys.argv[1].removeprefix('--out=')\n"
        argv = (sys.executable, "-u", "-c", source + textwrap.dedent(program))
        return StepRunner(self.task, argv, plan or Plan(arguments), timing).run(remaining)

    def _item(self, sk: str) -> dict[str, Any]:
        key = to_item({"pk": "JOB#job-1", "sk": sk})
        return from_item(clients.dynamodb().get_item(TableName=self.table, Key=key).get("Item", {}))


@pytest.fixture
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Surroundings]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "TABLE_NAME": "jobs",
        "BUCKET_NAME": "files",
        "TMPDIR": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    cached = (settings, clients.dynamodb, clients.s3)
    for function in cached:
        function.cache_clear()
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="files")
        boto3.client("dynamodb").create_table(
            TableName="jobs",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
        )
        job = {"pk": "JOB#job-1", "sk": "JOB", "status": "RUNNING", "current_run_id": "run-1", "version": 7}
        clients.dynamodb().put_item(TableName="jobs", Item=to_item(job))
        yield Surroundings()
    for function in cached:
        function.cache_clear()


def log_records(printed: str) -> list[dict[str, Any]]:
    """What went to CloudWatch."""
    return [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
