"""Schedules through the deployed stack: EventBridge Scheduler tells of a time, and the dispatcher makes its job."""

import json
from typing import Any

from tests.e2e.client import Job, ended, eventually, show
from tests.stack.deployed import Deployed

PROBE = {"type": "probe", "params": {"cli": False}}


def make(stack: Deployed, **body: Any) -> dict[str, Any]:
    answer = stack.api.post("/schedules", json={"name": "e2e", "job": PROBE} | body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def now_of(stack: Deployed, schedule: dict[str, Any]) -> dict[str, Any]:
    return dict(stack.api.get(f"/schedules/{schedule['schedule_id']}").json())


def jobs_of(stack: Deployed, schedule: dict[str, Any]) -> list[Job]:
    found = stack.api.get("/jobs", params={"type": "probe", "limit": 200}).json()["jobs"]
    return [job for job in found if job["schedule_id"] == schedule["schedule_id"]]


def known(stack: Deployed, schedule: dict[str, Any]) -> bool:
    """Whether EventBridge Scheduler has it."""
    name = f"schedule-{schedule['schedule_id']}"
    return bool(stack.scheduler.list_schedules(NamePrefix=name)["Schedules"])


def tell(stack: Deployed, schedule: dict[str, Any], scheduled_time: str) -> None:
    """As EventBridge Scheduler does, and waits until the dispatcher has done with it."""
    queue = stack.outputs["DispatchQueueUrl"]
    message = {"schedule_id": schedule["schedule_id"], "scheduled_time": scheduled_time}
    stack.sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(message))
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

    def is_empty() -> bool:
        counts = stack.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
        return not any(int(count) for count in counts.values())

    # What a dispatcher held that was killed is hidden for three minutes.
    eventually(is_empty, "the dispatch queue is empty", seconds=240)


def test_a_schedule_fires_at_its_time_once_and_not_while_it_is_disabled(stack: Deployed) -> None:
    every_minute = {"cron": "* * * * ? *", "timezone": "Asia/Seoul"}
    schedule = make(stack, **every_minute, overlap="allow")
    disabled = make(stack, **every_minute, enabled=False)
    withdrawn = make(stack, **every_minute)
    eventually(lambda: known(stack, withdrawn), "EventBridge Scheduler follows")
    assert stack.api.delete(f"/schedules/{withdrawn['schedule_id']}").status_code == 200
    eventually(lambda: not known(stack, withdrawn), "EventBridge Scheduler forgets it")

    # Its time is at the next full minute.
    eventually(lambda: now_of(stack, schedule)["last_job_id"], "a job was made", seconds=200)
    stack.api.patch(f"/schedules/{schedule['schedule_id']}", json={"enabled": False})
    fired = now_of(stack, schedule)
    assert fired["last_trigger_at"] >= schedule["next_trigger_at"]
    assert ended(stack, {"job_id": fired["last_job_id"]})["schedule_id"] == schedule["schedule_id"]
    eventually(lambda: not known(stack, schedule), "EventBridge Scheduler forgets a disabled one")

    made = len(jobs_of(stack, schedule))
    tell(stack, schedule, fired["last_trigger_at"])
    for never in (disabled, withdrawn):
        tell(stack, never, schedule["next_trigger_at"])
        assert jobs_of(stack, never) == []
    assert len(jobs_of(stack, schedule)) == made
    assert not known(stack, disabled)


def test_while_its_last_job_runs_a_schedule_makes_no_other(stack: Deployed) -> None:
    schedule = make(stack, rate="1 day", job={"type": "probe", "params": {"seconds": 600}})
    path = f"/schedules/{schedule['schedule_id']}/trigger"
    first = stack.api.post(path)
    assert first.status_code == 201
    refusal = stack.api.post(path)
    assert refusal.status_code == 409
    assert first.json()["job_id"] in refusal.json()["detail"]
    tell(stack, schedule, schedule["next_trigger_at"])
    assert [job["job_id"] for job in jobs_of(stack, schedule)] == [first.json()["job_id"]]
    assert stack.api.post(f"/jobs/{first.json()['job_id']}/cancel").status_code == 202
    ended(stack, first.json())
    again = stack.api.post(path)
    assert again.status_code == 201
    assert stack.api.delete(f"/schedules/{schedule['schedule_id']}").status_code == 200
    assert show(stack, again.json())["schedule_id"] == schedule["schedule_id"], "its jobs stay"
    stack.api.post(f"/jobs/{again.json()['job_id']}/cancel")
    ended(stack, again.json())
