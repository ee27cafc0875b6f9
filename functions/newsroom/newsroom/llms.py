"""What CrewAI asks for text: the port to models, or the offline desk."""

from collections.abc import Callable
from typing import Any

from crewai import BaseLLM
from pydantic import BaseModel, PrivateAttr

from llm.client import Client
from llm.port import Prompt


class AskedModel(BaseLLM):
    """A model behind the port, asked for one agent, under whose role its cost is counted."""

    _client: Client = PrivateAttr()
    _role: str = PrivateAttr()

    def __init__(self, client: Client, role: str) -> None:
        super().__init__(model="port")
        self._client = client
        self._role = role

    def call(self, messages: str | list[Any], *_: Any, **__: Any) -> str:
        if isinstance(messages, str):
            messages = [{"role": "user", "content": messages}]
        system = "\n\n".join(str(part["content"]) for part in messages if part["role"] == "system")
        rest = "\n\n".join(str(part["content"]) for part in messages if part["role"] != "system")
        return self._client.complete(self._role, Prompt(system, rest))

    def supports_function_calling(self) -> bool:
        return False


class OfflineModel(BaseLLM):
    """Answers with a draft that was made without asking anybody; the prompt only says whose turn it is."""

    _draft: Callable[[], BaseModel] = PrivateAttr()

    def __init__(self, draft: Callable[[], BaseModel]) -> None:
        super().__init__(model="offline")
        self._draft = draft

    def call(self, messages: str | list[Any], *_: Any, **__: Any) -> str:
        return self._draft().model_dump_json()

    def supports_function_calling(self) -> bool:
        return False
