"""The adapter that asks nobody. What writes offline (stories, research) does so itself, without a prompt."""

from collections.abc import Sequence
from typing import NoReturn

from llm.errors import UnknownModelError
from llm.port import Completion, Drawing, Embedding, Image, Prompt, Scene


class Offline:
    """Refuses what only a model can do."""

    def complete(self, prompt: Prompt) -> Completion:
        self._refuse("complete a prompt")

    def describe(self, image: Image, question: str) -> Completion:
        self._refuse("describe an image")

    def embed(self, texts: Sequence[str]) -> Embedding:
        self._refuse("embed a text; the lexical fingerprint stands in for that")

    def draw(self, scene: Scene) -> Drawing:
        self._refuse("draw an image")

    def _refuse(self, what: str) -> NoReturn:
        raise UnknownModelError(f"offline cannot {what}")
