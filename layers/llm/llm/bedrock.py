"""Adapter for Amazon Bedrock, through Converse and InvokeModel; botocore retries what is throttled, broken off or 5xx.

Credentials and region are the process's own. AWS_ENDPOINT_URL_BEDROCK_RUNTIME can name another endpoint.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import boto3
from botocore import exceptions
from botocore.config import Config
from botocore.parsers import ResponseParserError

from llm.errors import ModelTimeoutError, RefusedError, UnreachableError
from llm.port import Completion, Drawing, Embedding, Image, Prompt, Scene
from llm.sizes import size_for

TRIES = 4
_CONNECT_SECONDS = 10
_SEEDS = 858_993_460
"""Nova Canvas takes seeds below this, Titan larger ones too."""


class Bedrock:
    """A model or an inference profile of Bedrock."""

    def __init__(self, model: str, timeout: float) -> None:
        config = Config(
            connect_timeout=min(_CONNECT_SECONDS, timeout),
            read_timeout=timeout,
            retries={"mode": "standard", "total_max_attempts": TRIES},
        )
        self._model = model
        try:
            self._client: Any = boto3.client("bedrock-runtime", config=config)
        except (exceptions.BotoCoreError, ValueError) as error:  # no region, or an endpoint that is no URL
            raise RefusedError(f"bedrock cannot be asked: {error}") from error

    def complete(self, prompt: Prompt) -> Completion:
        messages = [_message("user", {"text": prompt.user})]
        if prompt.assistant is not None and prompt.reply is not None:
            messages += [_message("assistant", {"text": prompt.assistant}), _message("user", {"text": prompt.reply})]
        return self._converse(messages, system=[{"text": prompt.system}])

    def describe(self, image: Image, question: str) -> Completion:
        block = {"image": {"format": image.media_type.removeprefix("image/"), "source": {"bytes": image.data}}}
        return self._converse([_message("user", {"text": question}, block)])

    def embed(self, texts: Sequence[str]) -> Embedding:
        """One request a text: that is how the Titan models take them."""
        vectors, tokens = [], 0
        for text in texts:
            with _errors():
                answer = self._client.invoke_model(modelId=self._model, body=json.dumps({"inputText": text}))
                content = json.loads(answer["body"].read())
                vectors.append([float(value) for value in content["embedding"]])
                tokens += int(content.get("inputTextTokenCount", 0))
        return Embedding(vectors, tokens)

    def draw(self, scene: Scene) -> Drawing:
        """The request of Amazon's own image models, Titan and Nova Canvas."""
        width, height = size_for(self._model, scene.width, scene.height)
        request = {
            "taskType": "TEXT_IMAGE",
            "textToImageParams": {"text": scene.prompt},
            "imageGenerationConfig": {
                "numberOfImages": 1,
                "quality": "standard",
                "width": width,
                "height": height,
                "seed": scene.seed % _SEEDS,
            },
        }
        with _errors():
            answer = self._client.invoke_model(modelId=self._model, body=json.dumps(request))
            content = json.loads(answer["body"].read())
            if not content.get("images"):
                raise RefusedError(f"bedrock drew no image: {content.get('error') or 'it does not say why'}")
            return Drawing(base64.b64decode(content["images"][0], validate=True))

    def _converse(self, messages: list[dict[str, Any]], **options: Any) -> Completion:
        with _errors():
            answer = self._client.converse(modelId=self._model, messages=messages, **options)
            blocks = answer["output"]["message"]["content"]
            text = "".join(block.get("text", "") for block in blocks)
            usage = answer.get("usage", {})
        if not text.strip():
            raise RefusedError("bedrock answered without a text.")
        return Completion(text, usage.get("inputTokens", 0), usage.get("outputTokens", 0))


def _message(role: str, *content: dict[str, Any]) -> dict[str, Any]:
    return {"role": role, "content": list(content)}


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except exceptions.ReadTimeoutError as error:
        raise ModelTimeoutError("bedrock did not answer in time.") from error
    except exceptions.ClientError as error:
        raise RefusedError(f"bedrock answered {error}") from error
    except (exceptions.ConnectionError, exceptions.HTTPClientError) as error:
        raise UnreachableError(f"bedrock could not be reached, or broke off: {error}") from error
    except (ResponseParserError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise RefusedError(f"bedrock answered with something that is no answer: {error!r}") from error
    except exceptions.BotoCoreError as error:  # no credentials, no region
        raise RefusedError(f"bedrock could not be asked: {error}") from error
