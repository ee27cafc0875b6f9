"""The routes of schedules: what they answer and what they refuse."""

from typing import Any

import pytest

from tests.unit.control.gateway import Gateway, refused

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

BODY: dict[str, Any] = {
    "name": "every morning",
    "job": {"type": "probe", "params": {"cli": False}},
    "cron": "cron(0 8 ? * mon-fri *)",
    "timezone": "Asia/Seoul",
}


def made(api: Gateway, **changes: Any) -> dict[str, Any]:
    answer = api.call("POST", "/schedules", BODY | changes)
    assert answer.status == 201, answer.body
    return dict(answer.json())


def test_a_schedule_is_made_shown_changed_and_deleted(api: Gateway) -> None:
    answer = api.call("POST", "/schedules", BODY)
    schedule = answer.json()
    assert answer.headers["location"].endswith(f"/schedules/{schedule['schedule_id']}")
    assert (schedule["cron"], schedule["overlap"], schedule["enabled"]) == ("0 8 ? * MON-FRI *", "skip", True)
    assert schedule["next_trigger_at"].endswith("T23:00:00.000Z")
    path = f"/schedules/{schedule['schedule_id']}"
    assert api.call("GET", path).json() == schedule
    changed = api.call("PATCH", path, {"enabled": False, "overlap": "allow", "name": "never"}).json()
    assert (changed["enabled"], changed["next_trigger_at"], changed["version"]) == (False, None, 2)
    assert api.call("DELETE", path).json()["success"] is True
    refused(api.call("GET", path), 404)
    refused(api.call("DELETE", path), 404)


def test_a_webhook_is_shown_without_its_secret(api: Gateway) -> None:
    webhook = {"url": "https://example.com/hook", "events": ["failed"]}
    schedule = made(api, job=BODY["job"] | {"webhook": webhook | {"secret": "whsec_" + "QUJD" * 10}})
    assert schedule["job"]["webhook"] == webhook
    assert api.call("GET", f"/schedules/{schedule['schedule_id']}").json() == schedule
    refused(api.call("POST", "/schedules", BODY | {"job": BODY["job"] | {"webhook": {"url": "http://10.0.0.1"}}}), 422)


def test_the_same_key_makes_one_schedule(api: Gateway) -> None:
    key = {"Idempotency-Key": "k"}
    first, again = (api.call("POST", "/schedules", BODY, key) for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    refused(api.call("POST", "/schedules", BODY | {"name": "other"}, key), 422)


def test_a_triggered_job_names_its_schedule_and_a_second_is_refused(api: Gateway) -> None:
    schedule = made(api)
    path = f"/schedules/{schedule['schedule_id']}"
    answer = api.call("POST", f"{path}/trigger")
    assert answer.status == 201
    job = answer.json()
    assert job["schedule_id"] == schedule["schedule_id"]
    assert api.call("GET", path).json()["last_job_id"] == job["job_id"]
    assert job["job_id"] in refused(api.call("POST", f"{path}/trigger"), 409)["detail"]


def test_pages_are_complete_newest_first_and_bound_to_their_listing(api: Gateway) -> None:
    ids = [made(api, name=f"s{number}")["schedule_id"] for number in range(5)]
    seen: list[str] = []
    token = ""
    while True:
        page = api.call("GET", f"/schedules?limit=2{token}").json()
        seen += [schedule["schedule_id"] for schedule in page["schedules"]]
        if page["next_token"] is None:
            break
        token = f"&next_token={page['next_token']}"
    assert sorted(seen) == sorted(ids)
    refused(api.call("GET", "/schedules?next_token=nonsense"), 400)
    refused(api.call("GET", f"/jobs?{token[1:]}"), 400)
    assert api.call("GET", "/jobs").json()["jobs"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"cron": "0 8 * * * *"},
        {"cron": "0 8 31 2 ? *"},
        {"cron": None},
        {"rate": "1 hour"},
        {"cron": None, "rate": "1 hours"},
        {"timezone": "Mars/Olympus"},
        {"overlap": "queue"},
        {"enabled": "yes"},
        {"name": ""},
        {"job": None},
        {"job": {"type": "poem"}},
        {"job": {"type": "ad", "params": {"text": "t", "image_artifact": "no upload"}}},
        {"job": {"type": "probe", "run_at": "2099-01-01T00:00:00Z"}},
        {"surprise": 1},
    ],
)
def test_what_cannot_be_a_schedule_is_refused(api: Gateway, changes: dict[str, Any]) -> None:
    refused(api.call("POST", "/schedules", BODY | changes), 422)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"job": None},
        {"cron": None},
        {"name": None},
        {"cron": "0 8 * * ? *", "rate": "1 hour"},
        {"cron": "0 0 * * ? 2020"},
        {"tenant_id": "other"},
    ],
)
def test_what_cannot_be_changed_is_refused(api: Gateway, changes: dict[str, Any]) -> None:
    schedule = made(api)
    path = f"/schedules/{schedule['schedule_id']}"
    refused(api.call("PATCH", path, changes), 422)
    assert api.call("GET", path).json() == schedule


def test_the_next_five_times_are_told_before_anything_is_made(api: Gateway) -> None:
    answer = api.call("POST", "/schedules/preview", {"cron": "0 8 1 1 ? *", "timezone": "Asia/Seoul"})
    assert answer.status == 200
    times = answer.json()["times"]
    assert len(times) == 5
    assert all(time.endswith("-12-31T23:00:00.000Z") for time in times)
    assert times == sorted(times)
    hours = api.call("POST", "/schedules/preview", {"rate": "1 hour"}).json()["times"]
    assert len(set(hours)) == 5
    assert api.call("POST", "/schedules/preview", {"cron": "0 0 31 2 ? *"}).json()["times"] == []
    assert api.call("GET", "/schedules").json()["schedules"] == []


@pytest.mark.parametrize(
    "body", [{}, {"cron": "0 8 * * *"}, {"rate": "1 hour", "cron": "0 8 * * ? *"}, {"rate": "0 hours"}]
)
def test_times_that_are_none_are_refused(api: Gateway, body: dict[str, str]) -> None:
    assert refused(api.call("POST", "/schedules/preview", body), 422)["errors"]


@pytest.mark.parametrize("schedule_id", ["nothing", "x" * 3000])
def test_an_unknown_schedule_is_not_there(api: Gateway, schedule_id: str) -> None:
    for method, end, body in (
        ("GET", "", None),
        ("PATCH", "", {"name": "n"}),
        ("DELETE", "", None),
        ("POST", "/trigger", None),
    ):
        refused(api.call(method, f"/schedules/{schedule_id}{end}", body), 404)
