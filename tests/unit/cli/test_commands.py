"""What each command asks the API for, what it prints, and how it ends."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import FakeApi, Nightshift, job

MEMBERS = [{"type": "probe"}, {"type": "story"}]


def test_a_job_is_submitted_with_all_that_was_said(fake: FakeApi, nightshift: Nightshift) -> None:
    fake.answers("POST", "/jobs", job(), 201)
    asked = ["submit", "ad", "--params", '{"text": "Sea", "planner": {"max_proposals": 1}}', "-p", "planner.min=0.5"]
    asked += ["-p", "cta=Go now", "-p", 'prompt="7"', "--tag", "a", "--tag", "b", "--priority", "5"]
    ended = nightshift(*asked, "--webhook", "https://example.org/h", "--idempotency-key", "k")
    assert (ended.code, ended.out) == (0, "j1\n")
    (request,) = fake.requests
    assert request.body == {
        "type": "ad",
        "params": {"text": "Sea", "planner": {"max_proposals": 1, "min": 0.5}, "cta": "Go now", "prompt": "7"},
        "priority": 5,
        "tags": ["a", "b"],
        "webhook": {"url": "https://example.org/h"},
    }
    assert (request.headers["idempotency-key"], request.headers["x-api-key"]) == ("k", "nsk_test")


def test_params_may_come_from_a_file(fake: FakeApi, nightshift: Nightshift, tmp_path: Path) -> None:
    fake.answers("POST", "/jobs", job(), 201)
    file = tmp_path / "params.json"
    file.write_text('{"topic": "등대"}', encoding="utf-8")
    assert nightshift("submit", "story", "--params", f"@{file}", "--json").json == job()
    assert fake.requests[0].body["params"] == {"topic": "등대"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("-p", "language"),
        ("-p", "=en"),
        ("--params", "[1]"),
        ("--params", "{nope"),
        ("--params", "@/does/not/exist"),
        ("-p", "a=1", "-p", "a.b=2"),
    ],
)
def test_params_that_are_none_are_not_sent(fake: FakeApi, nightshift: Nightshift, arguments: tuple[str, ...]) -> None:
    ended = nightshift("submit", "story", *arguments)
    assert (ended.code, ended.out, fake.requests) == (2, "", [])
    assert ended.err.startswith("nightshift: ")


def test_a_list_is_read_page_by_page_up_to_the_limit(fake: FakeApi, nightshift: Nightshift) -> None:
    fake.answers("GET", "/jobs", {"jobs": [job(job_id="j1"), job(job_id="j2")], "next_token": "t"})
    fake.answers("GET", "/jobs", {"jobs": [job(job_id="j3"), job(job_id="j4")], "next_token": "u"})
    ended = nightshift("list", "--status", "QUEUED", "--type", "story", "--limit", "3", "--json")
    assert [found["job_id"] for found in ended.json] == ["j1", "j2", "j3"]
    first, second = fake.requests
    assert first.query == "status=QUEUED&type=story&limit=3&view=current"
    assert second.query.endswith("&next_token=t")


def test_a_table_has_a_line_a_job_that_nothing_cuts(fake: FakeApi, nightshift: Nightshift) -> None:
    running = job("RUNNING", tags=["t" * 300], progress={"percent": 40, "message": ""})
    fake.answers("GET", "/jobs", {"jobs": [running], "next_token": None})
    head, line = nightshift("list").out.splitlines()
    assert head.split() == ["JOB", "TYPE", "STATUS", "PROGRESS", "CREATED", "TAGS"]
    assert line.split()[:5] == ["j1", "story", "RUNNING", "40", "%"]
    assert line.endswith("t" * 300)


def test_what_comes_from_elsewhere_cannot_steer_the_terminal(fake: FakeApi, nightshift: Nightshift) -> None:
    error = {"code": "crash", "message": "[red]x[/red]\x1b[2J\x9b2J\r\n"}
    fake.answers("GET", "/jobs/j1", job("FAILED", error=error))
    out = nightshift("show", "j1").out
    assert "crash: [red]x[/red]" in out
    assert not {"\x1b", "\x9b", "\r"} & set(out)


def test_cancel_goes_on_after_a_refusal(fake: FakeApi, nightshift: Nightshift) -> None:
    fake.refuses("POST", "/jobs/j1/cancel", 409, "Job j1 is COMPLETED.")
    fake.answers("POST", "/jobs/j2/cancel", job("CANCELLED", job_id="j2"), 202)
    ended = nightshift("cancel", "j1", "j2")
    assert (ended.code, ended.out, ended.err) == (3, "j2 CANCELLED\n", "nightshift: Job j1 is COMPLETED.\n")


def test_retry_may_begin_with_a_step(fake: FakeApi, nightshift: Nightshift) -> None:
    fake.answers("POST", "/jobs/j1/retry", job(), 202)
    assert nightshift("retry", "j1", "--from-step", "planner", "--json").json == [job()]
    assert fake.requests[0].body == {"from_step": "planner"}


@pytest.mark.parametrize(
    "text",
    [json.dumps({"jobs": MEMBERS}), json.dumps(MEMBERS), "\n".join(json.dumps(member) for member in MEMBERS)],
)
def test_a_batch_is_a_list_an_object_or_lines(
    fake: FakeApi, nightshift: Nightshift, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    fake.answers("POST", "/jobs/batch/trigger", {"batch_id": "b1", "job_ids": ["j1", "j2"], "rejected": []}, 202)
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert nightshift("batch", "-").out == "b1\nj1\nj2\n"
    assert fake.requests[0].body == {"jobs": MEMBERS}


def test_rejected_members_are_named_and_the_others_made(fake: FakeApi, nightshift: Nightshift, tmp_path: Path) -> None:
    rejected = [{"index": 1, "errors": [{"loc": ["params", "x"], "msg": "unknown field"}]}]
    fake.answers("POST", "/jobs/batch/trigger", {"batch_id": "b1", "job_ids": ["j1"], "rejected": rejected}, 202)
    fake.answers("GET", "/jobs/j1", job("COMPLETED"))
    file = tmp_path / "jobs.json"
    file.write_text(json.dumps(MEMBERS))
    ended = nightshift("batch", str(file), "--watch")
    assert (ended.code, ended.err) == (1, f"nightshift: job 1 of {file}: params.x: unknown field\n")
    assert "COMPLETED" in ended.out


@pytest.mark.parametrize("text", ["{nope", '{"type": "probe"}\n{nope'])
def test_a_batch_that_is_no_json_is_not_sent(fake: FakeApi, nightshift: Nightshift, tmp_path: Path, text: str) -> None:
    file = tmp_path / "jobs.json"
    file.write_text(text)
    assert nightshift("batch", str(file)).code == 2
    assert fake.requests == []


def schedule(**values: Any) -> dict[str, Any]:
    shown = {"schedule_id": "s1", "name": "daily", "job": {"type": "story", "params": {}}, "cron": "0 8 * * ? *"}
    shown |= {"rate": None, "timezone": "UTC", "enabled": True, "overlap": "skip", "last_job_id": None}
    return shown | {"next_trigger_at": "2026-02-01T08:00:00.000Z", "last_trigger_at": None} | values


def test_schedules_are_made_listed_changed_and_deleted(fake: FakeApi, nightshift: Nightshift) -> None:
    fake.answers("POST", "/schedules", schedule(), 201)
    made = nightshift("schedule", "create", "daily", "story", "--cron", "0 8 * * ? *", "-p", "language=en")
    assert made.out == "s1\n"
    assert fake.requests[-1].body == {
        "name": "daily",
        "job": {"type": "story", "params": {"language": "en"}},
        "cron": "0 8 * * ? *",
    }
    fake.answers("GET", "/schedules", {"schedules": [schedule()], "next_token": None})
    assert nightshift("schedule", "list").out.splitlines()[1].split()[:3] == ["s1", "daily", "story"]
    fake.answers("PATCH", "/schedules/s1", schedule(enabled=False))
    assert "paused" in nightshift("schedule", "pause", "s1").out
    assert fake.requests[-1].body == {"enabled": False}
    nightshift("schedule", "resume", "s1")
    assert fake.requests[-1].body == {"enabled": True}
    nightshift("schedule", "update", "s1", "--rate", "1 hour")
    assert fake.requests[-1].body == {"rate": "1 hour"}
    fake.answers("POST", "/schedules/s1/trigger", job(), 201)
    assert nightshift("schedule", "trigger", "s1").out == "j1\n"
    fake.answers("DELETE", "/schedules/s1", {"schedule_id": "s1", "success": True, "message": "Gone."})
    assert nightshift("schedule", "delete", "s1").out == "Gone.\n"


def test_the_scheduler_is_shown_stopped_and_started(fake: FakeApi, nightshift: Nightshift) -> None:
    status = {"scheduler_running": False, "draining": True, "running_job_ids": ["j1"], "queue_length": 1000}
    status |= {"scheduled_count": 2, "capped": True, "cumulative_stats": {"succeeded": 3}}
    status |= {"scheduled_next": [{"job_id": "j2", "type": "probe", "due_at": "2026-01-31T09:30:00.000Z"}]}
    fake.answers("GET", "/scheduler/status", status)
    out = nightshift("scheduler", "status").out
    assert [part in out for part in ("draining", "j1", "1000 or more", "j2 2026-01-31", "succeeded 3")] == [True] * 5
    assert nightshift("scheduler", "status", "--json").json == status
    fake.answers("POST", "/scheduler/stop", {"scheduler_running": False, "draining": False, "running_jobs": 0})
    assert nightshift("scheduler", "stop").out == "stopped\n"
    fake.answers("POST", "/scheduler/start", {"scheduler_running": True})
    assert nightshift("scheduler", "start").out == "running\n"
