"""Stories, cards and model providers through the deployed stack."""

import json
from collections.abc import Iterator

import pytest

from scripts.stack import client_options, session
from tests.e2e.client import ended, log, runs, submit
from tests.fake_provider import provider
from tests.stack.deployed import Deployed

SECRET = "nightshift/providers"
KEY = "a-key-that-nobody-may-see"
FINDINGS = {
    "title": "The light",
    "summary": "What is known of lighthouses, in some words of summary.",
    "key_concepts": ["a: b", "c: d", "e: f"],
    "horror_applications": ["one", "two", "three"],
    "canonical_affinity": {"setting": ["infrastructure"], "twist": ["circularity"]},
}


@pytest.fixture
def url_of_a_model(stack: Deployed) -> Iterator[str]:
    """A provider that first has no time, and whose key is in the deployment's secret."""
    secrets = session().client("secretsmanager", **client_options(stack.stack.instance))
    with provider((429, {"Retry-After": "1"}), json.dumps(FINDINGS)) as server:
        content = {"ollama": {"base_url": f"{server.url}/v1", "api_key": KEY}}
        secrets.create_secret(Name=SECRET, SecretString=json.dumps(content))
        yield server.url
        assert server.requests[0][2]["authorization"] == f"Bearer {KEY}"
    secrets.delete_secret(SecretId=SECRET, ForceDeleteWithoutRecovery=True)


@pytest.mark.usefixtures("url_of_a_model")
def test_a_model_is_asked_and_what_it_cost_is_summed(stack: Deployed) -> None:
    params = {"topic": "a lighthouse", "language": "en", "model": "ollama:qwen3:30b"}
    job = ended(stack, submit(stack, type="research", params=params))
    assert job["status"] == "COMPLETED", log(stack, job)
    (spent,) = job["usage"]
    assert (spent["operation"], spent["model"], spent["input_tokens"]) == ("research", "ollama:qwen3:30b", 100)
    (run,) = runs(stack, job)
    assert run["usage"] == job["usage"]
    models = stack.api.get("/usage", params={"group_by": "model"}).json()["groups"]
    assert {"ollama:qwen3:30b"} <= {group["group"] for group in models}
    assert KEY not in json.dumps([job, run, log(stack, job)])


def test_a_story_is_registered_with_its_card_and_its_text(stack: Deployed) -> None:
    params = {"topic": "오래된 등대", "target_length": 400, "seed": 8, "max_stories": 2}
    job = ended(stack, submit(stack, type="story", params=params))
    assert job["status"] == "COMPLETED", log(stack, job)
    stories = [story for story in stack.api.get("/story/list").json()["stories"] if story["job_id"] == job["job_id"]]
    assert len(stories) == 2
    assert len({story["template_id"] for story in stories}) == 2
    shown = stack.api.get(f"/story/{stories[0]['story_id']}").json()
    assert shown["title"] in shown["text"]
    (card_id,) = {card_id for story in stories for card_id in story["research_used"]}
    card = stack.api.get(f"/research/{card_id}").json()
    assert (card["topic"], card["card"]["card_id"], card["job_id"]) == ("오래된 등대", card_id, job["job_id"])


def test_the_same_research_twice_is_found_to_be_told_before(stack: Deployed) -> None:
    params = {"topic": "a night in the hospital ward", "language": "en", "seed": 1}
    first = ended(stack, submit(stack, type="research", params=params))
    second = ended(stack, submit(stack, type="research", params=params))
    check = stack.api.post(f"/jobs/{second['job_id']}/dedup_check").json()
    assert (check["has_artifact"], check["signal"]) == (True, "HIGH")
    (card,) = (card for card in stack.api.get("/research/list").json()["cards"] if card["job_id"] == first["job_id"])
    assert check["nearest_id"] == card["card_id"]
    assert (card["usable"], card["quality"]) == (True, "good")
