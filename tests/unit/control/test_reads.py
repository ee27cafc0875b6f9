"""Reads that DynamoDB answers in several pages."""

import pytest

from nightshift.store.reads import list_steps
from tests.unit.control.jobs import record_step, running

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]


def test_steps_of_more_than_a_megabyte_are_all_read() -> None:
    job, run = running(type="story", params={})
    for iteration in range(50):
        record_step(run, status="done", iteration=iteration, output={"x": "y" * 30_000})
    assert [step.iteration for step in list_steps(run, job.recorded_steps)] == list(range(50))
