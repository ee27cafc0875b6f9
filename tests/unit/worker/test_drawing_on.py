"""What a story job draws on: its own earlier stories, the tenant's, research cards, and a provider's key."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from commands import research, story
from nightshift import clients
from nightshift.content import library
from nightshift.job_types import PROVIDERS
from nightshift.settings import settings
from nightshift.store.items import to_item
from nightshift.store.keys import fingerprints_key, record_key
from nightshift.worker import providers
from nightshift.worker.errors import InputError, ProviderError
from nightshift.worker.providers import provider_environment
from nightshift.worker.runner import StepRunner
from nightshift.worker.task import Plan
from similarity.fingerprint import fingerprint, to_bytes
from tests.programs import PACKAGES
from tests.unit.worker.conftest import FAST, Surroundings
from tests.unit.worker.test_handler import invoke, task

__all__ = ["invoke"]

Invoke = Callable[..., dict[str, Any]]
ENGLISH = {"language": "en", "target_length": 400, "seed": 3}
CARD = "RC-20260131-093000-beef"


def register(kind: str, **mark: Any) -> None:
    """As the finisher does at the end of a run."""
    entry = {"fingerprint": base64.b64encode(to_bytes(fingerprint("a text"))).decode(), "signature": None} | mark
    key = fingerprints_key("acme", kind, "2026-01-31T09:30:00.000Z", mark["id"])
    item = to_item({"method": "lexical-1", "marks": [entry]}) | key
    clients.dynamodb().put_item(TableName="jobs", Item=item)


def card_file(name: str, card: bytes) -> None:
    clients.s3().put_object(Bucket="files", Key=f"acme/job-0/run-0/artifacts/{name}", Body=card)
    values = {"job_id": "job-0", "run_id": "run-0", "artifacts": [name.replace(".json", ".md"), name]}
    clients.dynamodb().put_item(TableName="jobs", Item=to_item(values) | record_key("acme", "research", CARD))


def test_a_job_does_not_tell_the_same_twice_in_a_row(invoke: Invoke, surroundings: Surroundings) -> None:
    params = ENGLISH | {"max_stories": 3, "enable_dedup": True}
    results = [invoke(command="story", params=params, iteration=number, made=number) for number in range(3)]
    told = [result["result"]["stories"][0] for result in results]
    assert len({entry["signature"] for entry in told}) == 3
    assert told[2]["dedup"]["compared"] == 2


def test_the_tenants_history_counts_if_it_is_asked_for(invoke: Invoke, surroundings: Surroundings) -> None:
    first = invoke(command="story", params=ENGLISH)["result"]["stories"][0]
    register("story", id="old", signature=first["signature"], about={"template_id": "elsewhere"})
    surroundings.event["iteration"] = 0
    alone = invoke(command="story", params=ENGLISH | {"enable_dedup": True})["result"]["stories"][0]
    assert alone["dedup"]["compared"] == 0
    minded = invoke(command="story", params=ENGLISH | {"enable_dedup": True, "load_history": True})
    assert minded["result"]["stories"][0]["dedup"]["compared"] == 1
    assert minded["result"]["stories"][0]["signature"] != first["signature"]


def test_nothing_new_is_skipped(invoke: Invoke, surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    from storyteller.story.core import CanonicalCore, signature
    from storyteller.story.templates import load_templates

    for template in load_templates():
        core: CanonicalCore = template.core
        register("story", id=template.template_id, signature=signature(core, []))
    result = invoke(command="story", params=ENGLISH | {"enable_dedup": True, "load_history": True})
    assert (result["outcome"], result["exit_code"], result["made"], result["skipped"]) == ("SKIPPED", 6, 0, 1)


def test_a_topics_card_is_made_once_for_the_job(invoke: Invoke, surroundings: Surroundings) -> None:
    params = ENGLISH | {"max_stories": 2, "topic": "lighthouse"}
    first = invoke(command="story", params=params)["result"]
    second = invoke(command="story", params=params, iteration=1, made=1)["result"]
    assert second["cards"] == []
    assert second["stories"][0]["research_used"] == [first["cards"][0]["card_id"]]


def test_a_registered_card_that_fits_is_drawn_on(invoke: Invoke, surroundings: Surroundings) -> None:
    # A story this short names no concept of some cards: of this seed's it does.
    made = invoke(command="research", params={"topic": "lighthouse", "language": "en", "seed": 1})
    (card,) = made["result"]["cards"]
    content = json.loads(surroundings.body(f"artifacts/{card['artifacts'][1]}")) | {"card_id": CARD}
    card_file(f"{CARD}.json", json.dumps(content).encode())
    register("research", id=CARD, about={"topic": "The  Tower", "usable": True})
    by_topic = invoke(command="story", params=ENGLISH | {"topic": "the tower"})["result"]
    assert (by_topic["cards"], by_topic["stories"][0]["research_used"]) == ([], [CARD])
    by_name = invoke(command="story", params=ENGLISH | {"research": [CARD]})["result"]
    assert by_name["stories"][0]["research_used"] == [CARD]


def test_a_card_that_is_not_there_is_an_input_error(invoke: Invoke) -> None:
    with pytest.raises(InputError, match="There is no research card RC-none"):
        invoke(command="story", params=ENGLISH | {"research": ["RC-none"]})


def test_a_history_that_cannot_be_read_stops_no_job(
    invoke: Invoke, surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(library, "earlier", fails)
    result = invoke(command="story", params=ENGLISH | {"enable_dedup": True, "load_history": True})
    assert result["outcome"] == "COMPLETED"
    assert surroundings.log()[0].startswith("Earlier stories could not be read")


@pytest.fixture
def secret(surroundings: Surroundings, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    from aws_lambda_powertools.utilities import parameters

    parameters.clear_caches()
    monkeypatch.setenv("PROVIDERS_SECRET", "nightshift/providers")
    settings.cache_clear()
    return lambda content: boto3.client("secretsmanager").create_secret(
        Name="nightshift/providers", SecretString=content
    )


def test_a_program_gets_the_key_of_its_own_provider_only(secret: Callable[[str], None]) -> None:
    secret(json.dumps({"openai": {"api_key": "k1"}, "ollama": {"base_url": "http://127.0.0.1:1/v1", "other": 1}}))
    assert provider_environment("offline") == {}
    assert provider_environment("openai:gpt-4o") == {"OPENAI_API_KEY": "k1"}
    assert provider_environment("ollama:qwen3:30b") == {"OLLAMA_BASE_URL": "http://127.0.0.1:1/v1"}
    assert provider_environment("vllm:x") == {}
    assert provider_environment("bedrock:x")["AWS_ACCESS_KEY_ID"] == os.environ["AWS_ACCESS_KEY_ID"]


@pytest.mark.parametrize("content", ["no json", "[]", '{"openai": "k1"}'])
def test_a_secret_that_is_none_is_not_quoted(secret: Callable[[str], None], content: str) -> None:
    secret(content)
    with pytest.raises(ProviderError) as raised:
        provider_environment("openai:gpt-4o")
    assert content not in str(raised.value)


def test_a_parameter_does_where_there_is_no_secret(secret: Callable[[str], None]) -> None:
    content = json.dumps({"openai": {"api_key": "k2"}})
    boto3.client("ssm").put_parameter(Name="/nightshift/providers", Value=content, Type="SecureString")
    assert provider_environment("openai:gpt-4o") == {"OPENAI_API_KEY": "k2"}
    secret(json.dumps({"openai": {"api_key": "k1"}}))
    assert provider_environment("openai:gpt-4o") == {"OPENAI_API_KEY": "k1"}


@pytest.mark.usefixtures("secret")
def test_no_secret_is_no_key() -> None:
    assert provider_environment("openai:gpt-4o") == {}


def test_the_program_sees_its_files_and_its_variables(surroundings: Surroundings) -> None:
    plan = Plan((), files={"history.jsonl": b"line"}, environment={"OPENAI_API_KEY": "k1"}, notes=("a note",))
    program = "print(open('history.jsonl').read(), os.environ['OPENAI_API_KEY'] == 'k1')"
    surroundings.run(program, plan=plan)
    assert surroundings.log() == ["a note", "line True"]
    assert "k1" not in repr(plan)
    assert StepRunner(surroundings.task, (), plan, FAST)


def test_providers_have_the_same_names_everywhere() -> None:
    from llm.names import PROVIDERS as KNOWN

    assert {"offline", *PROVIDERS} == set(KNOWN)


@pytest.mark.usefixtures("surroundings")
def test_the_model_of_the_deployment_is_asked_by_jobs_that_name_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEFAULT_MODEL", "ollama:m")
    settings.cache_clear()
    assert "--model=ollama:m" in story.plan(task({})).arguments
    assert "--model=offline" in story.plan(task({"model": "offline"})).arguments


@pytest.mark.usefixtures("surroundings")
def test_the_model_that_embeds_is_the_deployments_and_gets_its_own_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDING_MODEL", "ollama:e")
    monkeypatch.setattr(providers, "_secret", lambda: {"ollama": {"base_url": "o"}, "vllm": {"base_url": "v"}})
    settings.cache_clear()
    for plan, params in ((story.plan, {}), (research.plan, {"topic": "wells"})):
        asked = plan(task(params | {"model": "vllm:m"}))
        assert {"--embedding-model=ollama:e", "--embedding-cutoffs=0.70,0.85"} <= set(asked.arguments)
        assert asked.environment == {"OLLAMA_BASE_URL": "o", "VLLM_BASE_URL": "v"}


@pytest.mark.parametrize(("content", "cutoffs"), [("no json", "0.9,0.99"), ("{}", "0.9,0.8"), ("{}", "high")])
def test_a_model_that_embeds_but_cannot_be_asked_holds_up_no_job(
    secret: Callable[[str], None], content: str, cutoffs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret(content)
    monkeypatch.setenv("EMBEDDING_MODEL", "ollama:e")
    monkeypatch.setenv("EMBEDDING_CUTOFFS", cutoffs)
    settings.cache_clear()
    for plan, params in ((story.plan, {}), (research.plan, {"topic": "wells"})):
        asked = plan(task(params))
        assert not [argument for argument in asked.arguments if "embedding" in argument]
        assert ["judged lexically" in note for note in asked.notes] == [True]


def test_the_function_starts_without_what_only_programs_need() -> None:
    """Pydantic and openai take longer to import than most steps run."""
    code = "import sys, handler; from commands import probe, research, story; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": PACKAGES}, capture_output=True, text=True, check=True
    )
    assert not {"pydantic", "openai", "aws_lambda_powertools", "llm"} & set(done.stdout.split())
