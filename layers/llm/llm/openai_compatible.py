"""Adapter for servers that speak OpenAI's protocol: OpenAI itself, Ollama, vLLM, llama.cpp.

The client of the ``openai`` package tries again after 408, 409, 429 and 5xx and after broken connections, with
exponential backoff or as long as Retry-After says.
"""

import base64
import os
import re
from collections.abc import Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import openai

from llm.errors import ModelTimeoutError, RefusedError, UnreachableError
from llm.names import OPENAI_COMPATIBLE
from llm.port import Completion, Drawing, Embedding, Image, Prompt, Scene
from llm.sizes import size_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openai.types.chat import ChatCompletionMessageParam

RETRIES = 3
_MESSAGE_LENGTH = 300
# Servers of reasoning models may send the model's thoughts as the beginning of its text.
_THOUGHTS = re.compile(r"\s*<think>.*?</think>", re.DOTALL)


class OpenAiCompatible:
    """A model of such a server. Where it is and its key come from <PROVIDER>_BASE_URL and <PROVIDER>_API_KEY."""

    def __init__(self, provider: str, model: str, timeout: float) -> None:
        self._provider = provider
        self._model = model
        self._client = openai.OpenAI(
            base_url=_base_url(provider),
            api_key=_key(provider),
            timeout=timeout,
            max_retries=RETRIES,
        )

    def complete(self, prompt: Prompt) -> Completion:
        messages: list[ChatCompletionMessageParam] = [
            {"role": "system", "content": prompt.system},
            {"role": "user", "content": prompt.user},
        ]
        if prompt.assistant is not None and prompt.reply is not None:
            messages += [{"role": "assistant", "content": prompt.assistant}, {"role": "user", "content": prompt.reply}]
        return self._chat(messages)

    def describe(self, image: Image, question: str) -> Completion:
        url = f"data:{image.media_type};base64,{base64.b64encode(image.data).decode()}"
        parts: Any = [{"type": "text", "text": question}, {"type": "image_url", "image_url": {"url": url}}]
        return self._chat([{"role": "user", "content": parts}])

    def embed(self, texts: Sequence[str]) -> Embedding:
        with self._errors():
            answer = self._client.embeddings.create(model=self._model, input=list(texts), encoding_format="float")
            vectors = [item.embedding for item in sorted(answer.data, key=lambda item: item.index)]
            return Embedding(vectors, answer.usage.prompt_tokens if answer.usage else 0)

    def draw(self, scene: Scene) -> Drawing:
        """The protocol has no seed: the same scene may be drawn otherwise each time."""
        width, height = size_for(self._model, scene.width, scene.height)
        # GPT Image sends the image itself anyway, and refuses to be asked to.
        inline: Any = {} if self._model.startswith("gpt-image") else {"response_format": "b64_json"}
        with self._errors():
            answer = self._client.images.generate(
                model=self._model, prompt=scene.prompt, n=1, size=f"{width}x{height}", **inline
            )
            data = base64.b64decode(answer.data[0].b64_json, validate=True)
            usage = answer.usage
        return Drawing(data, usage.input_tokens if usage else 0, usage.output_tokens if usage else 0)

    def _chat(self, messages: "list[ChatCompletionMessageParam]") -> Completion:
        with self._errors():
            answer = self._client.chat.completions.create(model=self._model, messages=messages)
            text = _THOUGHTS.sub("", answer.choices[0].message.content or "", count=1)
            usage = answer.usage
        if not text.strip():
            raise RefusedError(f"{self._provider} answered without a text.")
        return Completion(text, usage.prompt_tokens if usage else 0, usage.completion_tokens if usage else 0)

    @contextmanager
    def _errors(self) -> "Iterator[None]":
        try:
            yield
        except openai.APITimeoutError as error:
            raise ModelTimeoutError(f"{self._provider} did not answer in time.") from error
        except openai.APIConnectionError as error:
            raise UnreachableError(f"{self._provider} could not be reached, or broke off: {error.__cause__}") from error
        except openai.APIStatusError as error:
            words = error.message[:_MESSAGE_LENGTH]
            raise RefusedError(f"{self._provider} answered {error.status_code}: {words}") from error
        # The client checks little of what a server answers: what is no JSON, or lacks a field, shows here.
        except (openai.OpenAIError, ValueError, TypeError, LookupError, AttributeError) as error:
            raise RefusedError(f"{self._provider} answered with something that is no answer: {error!r}") from error


def _base_url(provider: str) -> str:
    """Where the server is; UnreachableError for what is no URL, of which the client would make an error of its own."""
    variable = f"{provider.upper()}_BASE_URL"
    url = os.environ.get(variable) or OPENAI_COMPATIBLE[provider]
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise UnreachableError(f"{variable} is no http or https URL.")
    return url


def _key(provider: str) -> str:
    """The key; RefusedError for what no header can carry, as the client's error would quote it."""
    variable = f"{provider.upper()}_API_KEY"
    key = os.environ.get(variable, "").strip()  # a key out of a file ends in a line feed
    if not (key.isascii() and key.isprintable()):
        raise RefusedError(f"{variable} has characters that a key cannot have.")
    return key or "none"  # servers of one's own ask for none, but the client insists
