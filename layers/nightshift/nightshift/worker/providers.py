"""What a program needs to ask a model: where its provider is, and the key.

One secret of Secrets Manager, or SecureString of Parameter Store, holds them for all providers, as JSON:
``{"openai": {"api_key": "…", "base_url": "…"}, …}``. A program is given those of the provider that it asks, in its
environment, and nothing of the others.
"""

import os
from collections.abc import Mapping
from functools import partial
from typing import Any

from nightshift.settings import settings
from nightshift.worker.errors import ProviderError

OFFLINE = "offline"
BEDROCK = "bedrock"

_SECONDS_REMEMBERED = 300
_NOT_THERE = ("ResourceNotFoundException", "ParameterNotFound")
_CREDENTIALS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
)


def provider_environment(model: str) -> dict[str, str]:
    """Variables for the program that asks the model; none for ``offline``.

    A program that asks Bedrock is given the function's own credentials, as nothing else can sign its requests.

    Raises:
        ProviderError: the secret is there but cannot be used.
    """
    provider = model.partition(":")[0]
    if provider == OFFLINE:
        return {}
    known = _secret().get(provider) or {}
    if not isinstance(known, Mapping):
        raise ProviderError(f"In the providers' secret, {provider} is no object.")
    if provider == BEDROCK:
        base_url = {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": str(known["base_url"])} if "base_url" in known else {}
        return {name: os.environ[name] for name in _CREDENTIALS if name in os.environ} | base_url
    prefix = provider.upper()
    return {f"{prefix}_{name.upper()}": str(known[name]) for name in ("api_key", "base_url") if name in known}


def _secret() -> dict[str, Any]:
    """The secret's content: Secrets Manager's, else Parameter Store's; empty while nobody has made it."""
    name = settings().providers_secret
    if not name:
        return {}
    from aws_lambda_powertools.utilities import parameters

    in_secrets_manager = partial(parameters.get_secret, name)
    in_parameter_store = partial(parameters.get_parameter, f"/{name}", decrypt=True)
    for content_of in (in_secrets_manager, in_parameter_store):
        try:
            content = content_of(transform="json", max_age=_SECONDS_REMEMBERED)
        except parameters.GetParameterError as error:
            if any(code in str(error) for code in _NOT_THERE):
                continue
            raise ProviderError("The providers' secret could not be read.") from error
        except parameters.TransformParameterError:
            # Not from the cause: that quotes what it could not read.
            raise ProviderError("The providers' secret is not JSON.") from None
        if not isinstance(content, dict):
            raise ProviderError("The providers' secret is no JSON object.")
        return content
    return {}
