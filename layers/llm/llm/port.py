"""What an adapter offers: the least that every provider can do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Prompt:
    """``system`` says what to do; ``user`` holds what to do it with. ``assistant`` and ``reply`` go on from there."""

    system: str
    user: str
    assistant: str | None = None
    reply: str | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """``media_type`` is image/jpeg, image/png, image/webp or image/gif."""

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Completion:
    """A model's text, and the tokens that the provider counted (0 where it counts none)."""

    text: str
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class Embedding:
    """One vector for each text, in their order."""

    vectors: list[list[float]]
    input_tokens: int


@dataclass(frozen=True, slots=True)
class Scene:
    """What an image is to show, and how large it should be, in pixels; a model may draw another size."""

    prompt: str
    width: int
    height: int
    seed: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """An image file as the provider made it, unchecked, and the tokens that it counted (0 where it counts none)."""

    data: bytes
    input_tokens: int = 0
    output_tokens: int = 0


class Adapter(Protocol):
    """A model at a provider. Methods raise the errors of `llm.errors`, after the retries that make sense."""

    def complete(self, prompt: Prompt) -> Completion:
        """Text for a prompt."""

    def describe(self, image: Image, question: str) -> Completion:
        """Text about an image."""

    def embed(self, texts: Sequence[str]) -> Embedding:
        """Vectors for texts; the model has to be one for embeddings."""

    def draw(self, scene: Scene) -> Drawing:
        """One image; the model has to be one that draws."""
