"""What runs made becomes stories, cards and sums, once, whatever the programs say."""

import base64
import json
from typing import Any

import pytest

from nightshift import clients
from nightshift.content import fingerprints
from nightshift.content.fingerprints import Mark, load_marks, take_snapshot
from nightshift.content.records import Story
from nightshift.content.registry import get_record, list_records
from nightshift.errors import NotFoundError
from nightshift.settings import settings
from similarity.fingerprint import fingerprint, to_bytes
from similarity.sketch import sketch
from similarity.verdict import Known
from tests.unit.control.gateway import Gateway, refused
from tests.unit.control.jobs import CRASHED, SUCCEEDED, TENANT, at, end, fresh, record_step, running

pytestmark = pytest.mark.usefixtures("aws")

SPENT = {"operation": "write", "model": "openai:gpt-4o", "calls": 1, "input_tokens": 100, "output_tokens": 10}


def bits(text: str, vector: list[float] | None = None) -> str:
    embedded = sketch("ollama:e", vector) if vector else None
    return base64.b64encode(Known("", fingerprint(text), sketch=embedded).data).decode()


def story(number: int, **values: Any) -> dict[str, Any]:
    story_id = f"20260131-0930{number:02d}-0123456789abcdef"
    told = {"title": f"Story {number}", "signature": f"s{number}", "fingerprint": bits(f"story number {number}")}
    return {"story_id": story_id, "artifacts": [f"{number}.md", f"{number}.json"]} | told | values


def card(number: int, text: str) -> dict[str, Any]:
    card_id = f"RC-20260131-0930{number:02d}-beef"
    told = {"title": text[:20], "topic": text, "quality": "good", "usable": True, "fingerprint": bits(text)}
    return {"card_id": card_id, "artifacts": [f"{card_id}.md", f"{card_id}.json"]} | told


def made(*steps: dict[str, Any], execution: Any = SUCCEEDED, **request: Any) -> tuple[Any, Any]:
    """A job that has run, with a step's record for each output."""
    job, run = running(**{"type": "story", "params": {}} | request)
    for iteration, output in enumerate(steps):
        values = {"status": "done", "exit_code": 0, "output": output}
        values["more"] = iteration + 1 < len(steps) or execution is not SUCCEEDED
        record_step(run, iteration=iteration, **values)
    assert end(run, execution, at(iteration))
    return fresh(job)


def test_the_stories_of_a_run_can_be_listed_and_shown(api: Gateway) -> None:
    job, run = made({"stories": [story(1)]}, {"stories": [story(2, dedup={"signal": "HIGH", "similarity_score": 1})]})
    clients.s3().put_object(Bucket="nightshift-artifacts", Key=f"{run.prefix}artifacts/1.md", Body="# 이야기".encode())
    listed = api.call("GET", "/story/list").json()
    assert [entry["title"] for entry in listed["stories"]] == ["Story 2", "Story 1"]
    assert "fingerprint" not in listed["stories"][0]
    accepted = api.call("GET", "/story/list?accepted_only=true").json()["stories"]
    assert [entry["title"] for entry in accepted] == ["Story 1"]
    shown = api.call("GET", f"/story/{story(1)['story_id']}").json()
    assert (shown["job_id"], shown["text"]) == (job.job_id, "# 이야기")
    assert shown["artifacts"][0]["url"].endswith(f"/artifacts/1.md?run_id={run.run_id}")
    assert api.call("GET", f"/story/{story(2)['story_id']}").json()["text"] is None
    refused(api.call("GET", "/story/20260131-000000-none"), 404)


def test_pages_of_stories(api: Gateway) -> None:
    made({"stories": [story(number) for number in range(5)]})
    seen, url = [], "/story/list?limit=2"
    while True:
        page = api.call("GET", url).json()
        seen += [entry["title"] for entry in page["stories"]]
        if not page["next_token"]:
            break
        url = f"/story/list?limit=2&next_token={page['next_token']}"
    assert seen == [f"Story {number}" for number in reversed(range(5))]
    token = api.call("GET", "/story/list?limit=2").json()["next_token"]
    refused(api.call("GET", f"/research/list?next_token={token}"), 400)
    refused(api.call("GET", "/research/list?next_token=nonsense"), 400)
    refused(api.call("GET", "/story/list?limit=501"), 422)


def test_another_tenants_story_is_none() -> None:
    made({"stories": [story(1)]})
    assert list_records("other", Story, 10, None).items == []
    with pytest.raises(NotFoundError):
        get_record("other", Story, story(1)["story_id"])


@pytest.mark.parametrize(
    "output",
    [
        {"stories": "none"},
        {"stories": [None, 3, {}, {"story_id": ""}, {"story_id": "a/b"}, story(1, fingerprint="~")]},
        {"cards": {"card_id": "x"}, "usage": {"calls": 1}},
        {"usage": [{"calls": -1}, {"model": "", "operation": "x"}, None]},
        {"stories": [story(1, char_count="1" * 60), story(2, dedup={"signal": "LOW", "similarity_score": "nan"})]},
    ],
)
def test_what_a_program_reports_amiss_ends_its_run_all_the_same(output: dict[str, Any]) -> None:
    job, run = made(output)
    assert (job.status, job.usage, run.usage) == ("COMPLETED", (), ())
    assert list_records(TENANT, Story, 10, None).items == []


def test_a_run_that_failed_keeps_what_it_finished_and_its_next_attempt_adds_to_it() -> None:
    job, run = made({"stories": [story(1)], "usage": [SPENT]}, execution=CRASHED)
    assert (job.status, run.status) == ("SCHEDULED", "FAILED")
    assert [record.title for record in list_records(TENANT, Story, 10, None).items] == ["Story 1"]
    assert job.usage[0].input_tokens == 100


def test_a_story_that_is_told_of_twice_is_one() -> None:
    job, _ = made({"stories": [story(1), story(1)]}, {"stories": [story(1)]})
    assert job.status == "COMPLETED"
    assert len(list_records(TENANT, Story, 10, None).items) == len(list(load_marks(TENANT, "story"))) == 1


def test_more_stories_than_a_transaction_holds() -> None:
    made({"stories": [story(number % 60, story_id=f"20260131-{number:06d}-a") for number in range(120)]})
    assert len(list_records(TENANT, Story, 200, None).items) == 120
    assert len(list(load_marks(TENANT, "story"))) == 120


def test_what_was_spent_is_summed_in_run_job_and_day(api: Gateway) -> None:
    priced = SPENT | {"cost_microusd": 350}
    job, run = made({"usage": [priced]}, {"usage": [priced, SPENT | {"operation": "repair"}]})
    assert [(entry.operation, entry.calls) for entry in run.usage] == [("write", 2), ("repair", 1)]
    shown = api.call("GET", f"/jobs/{job.job_id}").json()["usage"]
    assert shown[0]["cost_usd"] == 0.0007
    made({"usage": [SPENT | {"model": "ollama:qwen3:30b"}]})
    days = api.call("GET", "/usage?from=2026-01-01&to=2026-01-31").json()
    assert [(group["group"], group["calls"]) for group in days["groups"]] == [("2026-01-31", 4)]
    models = api.call("GET", "/usage?from=2026-01-31&to=2026-01-31&group_by=model").json()["groups"]
    assert {group["group"]: group["input_tokens"] for group in models} == {
        "openai:gpt-4o": 300,
        "ollama:qwen3:30b": 100,
    }
    assert api.call("GET", "/usage?from=2026-02-01&to=2026-02-02").json()["total"]["calls"] == 0


@pytest.mark.parametrize("query", ["from=2026-02-02&to=2026-02-01", "from=2020-01-01", "from=yesterday", "group_by=x"])
def test_usage_that_cannot_be_asked_for(api: Gateway, query: str) -> None:
    refused(api.call("GET", f"/usage?{query}"), 422)


NIGHT_WARD = "The nurse on the night ward makes her round every two hours, also when nobody is on duty."


def research(number: int, text: str) -> Any:
    job, run = running(type="research", params={"topic": "x topic"})
    entry = card(number, text)
    artifact = {"name": f"{entry['card_id']}.json", "content_type": "application/json", "size": 2}
    record_step(run, status="done", exit_code=0, more=False, output={"cards": [entry]}, artifacts=[artifact])
    assert end(run, SUCCEEDED, at(number))
    return fresh(job)[0]


def test_a_cards_likeness_to_the_others(api: Gateway) -> None:
    first = research(1, NIGHT_WARD)
    check = api.call("POST", f"/jobs/{first.job_id}/dedup_check").json()
    assert (check["has_artifact"], check["signal"], check["similarity_score"]) == (True, "LOW", 0)
    again = research(2, NIGHT_WARD.replace("also", "even"))
    check = api.call("POST", f"/jobs/{again.job_id}/dedup_check").json()
    assert (check["signal"], check["nearest_id"]) == ("HIGH", card(1, "")["card_id"])
    assert check["artifact_path"].endswith(f"{card(2, '')['card_id']}.json?run_id={again.current_run_id}")
    by_id = api.call("POST", "/research/dedup", {"card_id": card(2, "")["card_id"]}).json()
    assert (by_id["signal"], by_id["compared"], by_id["method"]) == ("HIGH", 1, "lexical-1")
    by_text = api.call("POST", "/research/dedup", {"text": "A drought lays bare the bed of the reservoir."}).json()
    assert (by_text["signal"], by_text["compared"]) == ("LOW", 2)


def test_cards_that_a_model_embedded_are_compared_by_meaning_and_others_by_words(
    api: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingerprints, "_TAIL_AT_MOST", 2)
    reservoir = "A drought lays bare the bed of the reservoir."
    embedded = {"embedding_model": "ollama:e"}
    cards = [
        card(1, NIGHT_WARD) | embedded | {"fingerprint": bits(NIGHT_WARD, [1, 0])},
        card(2, reservoir) | embedded | {"fingerprint": bits(reservoir, [1, 0.1])},
        card(3, reservoir),
    ]
    made({"cards": cards}, type="research", params={"topic": "any"})
    for _ in range(2):  # from the table, then from a snapshot
        verdicts = [api.call("POST", "/research/dedup", {"card_id": one["card_id"]}).json() for one in cards]
        assert [(found["signal"], found["nearest_id"], found["method"]) for found in verdicts] == [
            ("HIGH", cards[1]["card_id"], "ollama:e"),
            ("HIGH", cards[0]["card_id"], "ollama:e"),
            ("HIGH", cards[1]["card_id"], "lexical-1"),
        ]
        take_snapshot(TENANT, "research", load_marks(TENANT, "research"), at(3600))
    assert load_marks(TENANT, "research").tail == []
    monkeypatch.setenv("EMBEDDING_CUTOFFS", "0.90,1")
    settings.cache_clear()
    found = api.call("POST", "/research/dedup", {"card_id": cards[0]["card_id"]}).json()
    assert (found["signal"], found["cutoffs"]) == ("MEDIUM", {"medium": 0.9, "high": 1.0})


def test_jobs_without_a_card_have_nothing_to_compare(api: Gateway) -> None:
    job, _ = made({"stories": [story(1)]})
    check = api.call("POST", f"/jobs/{job.job_id}/dedup_check").json()
    assert (check["has_artifact"], check["signal"]) == (False, None)
    waiting, _ = running(type="research", params={"topic": "x topic"})
    assert api.call("POST", f"/jobs/{waiting.job_id}/dedup_check").json()["message"] == "The job has made no card."
    refused(api.call("POST", "/jobs/none/dedup_check"), 404)


def test_the_checks_of_a_card(api: Gateway) -> None:
    job = research(1, NIGHT_WARD)
    card_id = card(1, "")["card_id"]
    key = f"{TENANT}/{job.job_id}/{job.current_run_id}/artifacts/{card_id}.json"
    body = json.dumps({"card_id": card_id, "validation": {"checks": {"has_title": True}}})
    clients.s3().put_object(Bucket="nightshift-artifacts", Key=key, Body=body.encode())
    assert api.call("POST", "/research/validate", {"card_id": card_id}).json()["checks"] == {"has_title": True}
    assert api.call("GET", f"/research/{card_id}").json()["card"]["card_id"] == card_id
    assert [entry["topic"] for entry in api.call("GET", "/research/list").json()["cards"]] == [NIGHT_WARD]
    for body_sent in ({}, {"card_id": "a", "text": "bb"}, {"text": "b"}, {"topic": "x"}):
        refused(api.call("POST", "/research/dedup", body_sent), 422)
    refused(api.call("POST", "/research/dedup", {"card_id": "RC-none"}), 404)


@pytest.mark.parametrize("body", [b"", b"not a snapshot", b'{"marks": []}\n', b'{"marks": [1], "until": ""}\n'])
def test_a_broken_snapshot_is_passed_over(api: Gateway, body: bytes) -> None:
    research(1, NIGHT_WARD)
    job = research(2, NIGHT_WARD)
    key = f"{TENANT}/fingerprints/research-lexical-1.bin"
    clients.s3().put_object(Bucket="nightshift-artifacts", Key=key, Body=body)
    assert api.call("POST", f"/jobs/{job.job_id}/dedup_check").json()["signal"] == "HIGH"


def test_a_bucket_that_fails_blocks_nothing(api: Gateway) -> None:
    job = research(1, NIGHT_WARD)
    bucket = clients.s3()
    for found in bucket.list_objects_v2(Bucket="nightshift-artifacts").get("Contents", []):
        bucket.delete_object(Bucket="nightshift-artifacts", Key=found["Key"])
    bucket.delete_bucket(Bucket="nightshift-artifacts")
    check = api.call("POST", f"/jobs/{job.job_id}/dedup_check").json()
    assert (check["has_artifact"], check["signal"]) == (True, "LOW")
    assert "could not be compared" in check["message"]


def test_a_snapshot_stands_for_what_it_was_made_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprints, "_TAIL_AT_MOST", 2)
    made({"stories": [story(1), story(2)]})
    loaded = load_marks(TENANT, "story")
    assert not take_snapshot(TENANT, "story", loaded, at(60))  # what is young may still be joined by older ones
    assert take_snapshot(TENANT, "story", loaded, at(3600))
    made({"stories": [story(3)]}, {"stories": [story(4)]})
    again = load_marks(TENANT, "story")
    assert list(again)[:2] == list(loaded)
    assert [mark.item_id for mark in again] == [story(number)["story_id"] for number in (1, 2, 3, 4)]
    assert sum(len(marks) for _, marks in again.tail) == 2
    assert load_marks(TENANT, "story").marks is again.marks  # not read a second time
    assert next(iter(again)) == Mark(
        story(1)["story_id"], to_bytes(fingerprint("story number 1")), "s1", {"title": "Story 1"}
    )
