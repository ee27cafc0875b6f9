"""The port as programs use it: a model's name in, answers out, every call counted."""

from collections.abc import Sequence

from pydantic import BaseModel

from llm.errors import UnreadableError
from llm.names import BEDROCK, OFFLINE, ModelName
from llm.port import Adapter, Image, Prompt, Scene
from llm.structured import instruction, read
from llm.usage import Ledger

TIMEOUT_SECONDS = 120.0


class Client:
    """One model. ``timeout`` bounds each try of each request, in seconds; ``ledger`` counts what is asked."""

    def __init__(self, name: ModelName, ledger: Ledger, timeout: float = TIMEOUT_SECONDS) -> None:
        self.provider = name.provider
        self._name = name
        self._ledger = ledger
        self._adapter = _adapter(name, timeout)

    def complete(self, operation: str, prompt: Prompt) -> str:
        """Text for a prompt; `operation` names the call in the ledger.

        Raises:
            ModelError: see `llm.errors`.
        """
        completion = self._adapter.complete(prompt)
        self._ledger.add(operation, str(self._name), completion.input_tokens, completion.output_tokens)
        return completion.text

    def structured[M: BaseModel](self, operation: str, prompt: Prompt, schema: type[M]) -> M:
        """An object of the schema; an answer that is none is sent back once to be repaired.

        Raises:
            UnreadableError: the repaired answer is none either.
            ModelError: see `llm.errors`.
        """
        system = f"{prompt.system}\n\n{instruction(schema)}"
        answer = self.complete(operation, Prompt(system, prompt.user))
        try:
            return read(answer, schema)
        except ValueError as error:
            reply = f"This could not be read: {error}. Send the same content again as one JSON object of the schema."
        answer = self.complete(f"{operation}_repair", Prompt(system, prompt.user, assistant=answer, reply=reply))
        try:
            return read(answer, schema)
        except ValueError as error:
            raise UnreadableError(str(error), answer) from error

    def describe(self, operation: str, image: Image, question: str) -> str:
        """Text about an image.

        Raises:
            ModelError: see `llm.errors`.
        """
        completion = self._adapter.describe(image, question)
        self._ledger.add(operation, str(self._name), completion.input_tokens, completion.output_tokens)
        return completion.text

    def structured_about[M: BaseModel](self, operation: str, image: Image, question: str, schema: type[M]) -> M:
        """An object of the schema that says something of an image; asked once more if the answer is none.

        Raises:
            UnreadableError: the second answer is none either.
            ModelError: see `llm.errors`.
        """
        asked = f"{question}\n\n{instruction(schema)}"
        try:
            return read(self.describe(operation, image, asked), schema)
        except ValueError as error:
            complaint = f"An earlier answer of yours could not be read: {error}."
        answer = self.describe(f"{operation}_repair", image, f"{asked}\n\n{complaint}")
        try:
            return read(answer, schema)
        except ValueError as error:
            raise UnreadableError(str(error), answer) from error

    def embed(self, operation: str, texts: Sequence[str]) -> list[list[float]]:
        """One vector for each text.

        Raises:
            ModelError: see `llm.errors`.
        """
        embedding = self._adapter.embed(texts)
        self._ledger.add(operation, str(self._name), embedding.input_tokens, 0)
        return embedding.vectors

    def draw(self, operation: str, scene: Scene) -> bytes:
        """An image file, as the provider made it.

        Raises:
            ModelError: see `llm.errors`.
        """
        drawing = self._adapter.draw(scene)
        self._ledger.add(operation, str(self._name), drawing.input_tokens, drawing.output_tokens, images=1)
        return drawing.data


def _adapter(name: ModelName, timeout: float) -> Adapter:
    if name.provider == OFFLINE:
        from llm.offline import Offline

        return Offline()
    if name.provider == BEDROCK:
        from llm.bedrock import Bedrock

        return Bedrock(name.model, timeout)
    from llm.openai_compatible import OpenAiCompatible

    return OpenAiCompatible(name.provider, name.model, timeout)
