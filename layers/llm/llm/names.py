"""Names of models: ``provider:model``."""

from dataclasses import dataclass
from typing import Self

from llm.errors import UnknownModelError

OFFLINE = "offline"
BEDROCK = "bedrock"

# Servers that speak OpenAI's protocol, and where they are unless <PROVIDER>_BASE_URL says otherwise.
OPENAI_COMPATIBLE = {
    "openai": "https://api.openai.com/v1",
    "ollama": "http://127.0.0.1:11434/v1",
    "vllm": "http://127.0.0.1:8000/v1",
    "llamacpp": "http://127.0.0.1:8080/v1",
}
PROVIDERS = (OFFLINE, BEDROCK, *OPENAI_COMPATIBLE)


@dataclass(frozen=True, slots=True)
class ModelName:
    """A model at a provider; ``model`` may itself hold colons."""

    provider: str
    model: str

    @classmethod
    def parse(cls, name: str) -> Self:
        """Raises UnknownModelError if the name is not ``offline`` or one of a known provider's."""
        provider, _, model = name.partition(":")
        if provider == OFFLINE and not model:
            return cls(OFFLINE, OFFLINE)
        if provider == OFFLINE or provider not in PROVIDERS or not model.strip():
            known = ", ".join(f"{known}:<model>" for known in PROVIDERS[1:])
            raise UnknownModelError(f"there is no model {name!r}; a model is named offline, or as {known}")
        return cls(provider, model)

    def __str__(self) -> str:
        return OFFLINE if self.provider == OFFLINE else f"{self.provider}:{self.model}"
