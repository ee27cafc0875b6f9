"""Both adapters against a provider that misbehaves."""

import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from llm.client import Client
from llm.errors import ModelError, ModelTimeoutError, RefusedError, UnknownModelError, UnreachableError
from llm.names import ModelName
from llm.port import Image, Prompt
from llm.usage import Ledger
from tests.fake_provider import provider

PROMPT = Prompt("be brief", "say hello")
MODELS = {"openai": "openai:gpt-4o-mini", "bedrock": "bedrock:amazon.nova-lite-v1:0"}
Ask = Callable[..., Client]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between tries, not waited."""
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


@pytest.fixture(params=list(MODELS))
def client(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> Ask:
    """Makes a client of each kind that asks the server at a URL."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "OPENAI_API_KEY"):
        monkeypatch.setenv(name, "secret-key")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    def make(url: str, ledger: Ledger | None = None, timeout: float = 5) -> Client:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{url}/v1")
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", url)
        return Client(ModelName.parse(MODELS[request.param]), ledger or Ledger(), timeout)

    return make


def test_text_and_what_it_cost(client: Ask) -> None:
    ledger = Ledger()
    with provider("hello") as server:
        asked = client(server.url, ledger)
        assert [asked.complete("greet", PROMPT) for _ in range(2)] == ["hello", "hello"]
    (entry,) = ledger.as_list()
    assert (entry["operation"], entry["calls"], entry["input_tokens"], entry["output_tokens"]) == ("greet", 2, 200, 40)
    # 100 and 20 tokens at 0.15 and 0.60, or 0.06 and 0.24 dollars a million, rounded up by the call
    assert entry["cost_microusd"] == 2 * (27 if entry["model"].startswith("openai") else 11)


@pytest.mark.parametrize("misdeed", [(429, {"Retry-After": "7"}), (500, {}), (503, {})])
def test_what_passes_is_tried_again(client: Ask, waits: list[float], misdeed: Any) -> None:
    with provider(misdeed, misdeed, "hello") as server:
        assert client(server.url).complete("greet", PROMPT) == "hello"
        assert len(server.requests) == 3
    if misdeed[0] == 429 and server.requests[0][0].startswith("/v1"):
        assert waits == [7, 7]


def test_an_answer_that_is_cut_off(client: Ask) -> None:
    with provider("cut off", "hello") as server:
        asked = client(server.url)
        if asked.provider == "bedrock":
            # botocore takes half an answer for an empty one and does not ask again; the job's next attempt does.
            with pytest.raises(RefusedError):
                asked.complete("greet", PROMPT)
        else:
            assert asked.complete("greet", PROMPT) == "hello"


@pytest.mark.parametrize(
    ("misdeed", "error", "tries"),
    [
        ((429, {}), RefusedError, 4),
        ((500, {}), RefusedError, 4),
        ((400, {}), RefusedError, 1),
        ((401, {}), RefusedError, 1),
        ("", RefusedError, 1),
    ],
)
def test_what_stays_is_an_error_without_the_key(client: Ask, misdeed: Any, error: type[ModelError], tries: int) -> None:
    with provider(misdeed) as server:
        with pytest.raises(error) as raised:
            client(server.url).complete("greet", PROMPT)
        assert len(server.requests) == tries
    assert "secret-key" not in str(raised.value)


@pytest.mark.parametrize("misdeed", ["no json", "no choices"])
def test_an_answer_that_is_none(client: Ask, misdeed: str) -> None:
    with provider(misdeed) as server, pytest.raises(RefusedError):
        client(server.url).complete("greet", PROMPT)


def test_a_provider_that_hangs(client: Ask) -> None:
    with provider("hang") as server, pytest.raises(ModelTimeoutError):
        client(server.url, timeout=0.2).complete("greet", PROMPT)


def test_nobody_there(client: Ask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(UnreachableError):
        client(f"http://127.0.0.1:{port}").complete("greet", PROMPT)


def test_an_image_is_sent_and_described(client: Ask) -> None:
    with provider("a cat") as server:
        assert client(server.url).describe("look", Image(b"\x89PNG", "image/png"), "What is it?") == "a cat"
        (_, body, _) = server.requests[0]
    content = body["messages"][0]["content"]
    assert content[0]["text"] == "What is it?"
    assert "iVBORw==" in str(content[1]) or "data:image/png;base64,iVBORw" in str(content[1])


def test_texts_become_vectors_in_their_order(client: Ask) -> None:
    ledger = Ledger()
    with provider("") as server:
        vectors = client(server.url, ledger).embed("compare", ["one", "two"])
    assert len(vectors) == 2
    assert vectors[0] == [1, 0]
    assert ledger.as_list()[0]["input_tokens"] in (8, 9)


def test_the_key_goes_to_the_provider_only(client: Ask) -> None:
    with provider("hello") as server:
        client(server.url).complete("greet", PROMPT)
        (_, body, headers) = server.requests[0]
    assert "secret-key" in headers["authorization"]
    assert "secret-key" not in str(body)


@pytest.mark.parametrize("name", ["", "gpt-4", "openai:", "openai: ", "offline:x", "azure:gpt", "../x:y"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(UnknownModelError, match="there is no model"):
        ModelName.parse(name)


def test_a_model_name_may_hold_colons() -> None:
    assert ModelName.parse("ollama:qwen3:30b") == ModelName("ollama", "qwen3:30b")
    assert str(ModelName.parse("ollama:qwen3:30b")) == "ollama:qwen3:30b"


@pytest.mark.parametrize("url", ["garbage", "http://", "http://[::1", "ftp://127.0.0.1", "http://127.0.0.1:x"])
def test_an_address_that_is_none(url: str, client: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OLLAMA_BASE_URL", "AWS_ENDPOINT_URL_BEDROCK_RUNTIME"):
        monkeypatch.setenv(name, url)
    for name in ("ollama:m", MODELS["bedrock"]):
        with pytest.raises((UnreachableError, RefusedError)):
            Client(ModelName.parse(name), Ledger()).complete("greet", PROMPT)


def test_bedrock_without_a_region(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    with pytest.raises(RefusedError, match="region"):
        Client(ModelName.parse(MODELS["bedrock"]), Ledger())


@pytest.mark.parametrize("key", ["sécret", "sec\tret", "sec\nret"])
def test_a_key_that_no_header_can_carry_is_not_quoted(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_API_KEY", key)
    with pytest.raises(RefusedError, match="OLLAMA_API_KEY") as raised:
        Client(ModelName.parse("ollama:m"), Ledger())
    assert key not in str(raised.value)


def test_a_key_out_of_a_file_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_API_KEY", "secret-key\n")
    with provider("hello") as server:
        monkeypatch.setenv("OLLAMA_BASE_URL", f"{server.url}/v1")
        Client(ModelName.parse("ollama:m"), Ledger()).complete("greet", PROMPT)
        assert server.requests[0][2]["authorization"] == "Bearer secret-key"


def test_what_a_model_thought_is_no_part_of_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    with provider("<think>\nShort, so.\n</think>\n\nhello </think>", "<think>\n</think>\n") as server:
        monkeypatch.setenv("OLLAMA_BASE_URL", f"{server.url}/v1")
        asked = Client(ModelName.parse("ollama:qwen3:30b"), Ledger())
        assert asked.complete("greet", PROMPT).strip() == "hello </think>"
        with pytest.raises(RefusedError, match="without a text"):
            asked.complete("greet", PROMPT)


def test_offline_asks_nobody() -> None:
    with pytest.raises(UnknownModelError, match="offline cannot"):
        Client(ModelName.parse("offline"), Ledger()).complete("greet", PROMPT)
