"""Objects out of answers: three readings, one repair."""

import pytest
from pydantic import BaseModel

from llm.client import Client
from llm.errors import UnreadableError
from llm.names import ModelName
from llm.port import Prompt
from llm.structured import read
from llm.usage import Ledger
from tests.fake_provider import provider

PROMPT = Prompt("count", "the sheep")


class Count(BaseModel):
    number: int


@pytest.mark.parametrize(
    "answer",
    [
        '{"number": 3}',
        ' \n{"number": 3}\n',
        'Here you are:\n```json\n{"number": 3}\n```\nAnything else?',
        'First:\n```\nnot this\n```\n```JSON\n{"number": 3}\n```',
        'I count {"number": 3} of them.',
    ],
)
def test_readable(answer: str) -> None:
    assert read(answer, Count).number == 3


@pytest.mark.parametrize("answer", ["", "three", '{"number": "many"}', "}{", '{"number": 3', "[" * 100_000, "null"])
def test_unreadable(answer: str) -> None:
    with pytest.raises(ValueError, match=r"it is|number|whole"):
        read(answer, Count)


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    monkeypatch.setenv("OLLAMA_API_KEY", "none")
    return Ledger()


def ask(url: str, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Count:
    monkeypatch.setenv("OLLAMA_BASE_URL", f"{url}/v1")
    return Client(ModelName.parse("ollama:m"), ledger).structured("count", PROMPT, Count)


def test_an_unreadable_answer_is_repaired_once(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    with provider("three", '{"number": 3}') as server:
        assert ask(server.url, ledger, monkeypatch).number == 3
        messages = server.requests[1][1]["messages"]
    assert [message["role"] for message in messages] == ["system", "user", "assistant", "user"]
    assert messages[2]["content"] == "three"
    assert "not JSON" in messages[3]["content"]
    assert [entry["operation"] for entry in ledger.as_list()] == ["count", "count_repair"]


def test_there_is_no_second_repair(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    with provider("three") as server:
        with pytest.raises(UnreadableError) as raised:
            ask(server.url, ledger, monkeypatch)
        assert len(server.requests) == 2
    assert raised.value.answer == "three"
