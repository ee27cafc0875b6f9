"""The models that a job's program is to ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nightshift.settings import settings
from nightshift.worker.errors import ProviderError
from nightshift.worker.providers import provider_environment
from similarity.verdict import read_cutoffs

LEXICAL = "lexical"


@dataclass(frozen=True, slots=True)
class Models:
    """The models that a program is to ask: its ``options``, its ``environment``, and ``notes`` for its log."""

    options: dict[str, str]
    environment: dict[str, str]
    notes: tuple[str, ...] = ()


def writing_models(params: Mapping[str, Any]) -> Models:
    """The model of a job's params, or the deployment's, and the one that embeds, if the deployment has one.

    Without that one likeness is judged lexically, so that it holds up no job.

    Raises:
        ProviderError: the writing model's provider cannot be asked, for the secret cannot be used.
    """
    model, embedding_model = params.get("model") or settings().default_model, settings().embedding_model
    options, environment = {"model": model}, provider_environment(model)
    if embedding_model == LEXICAL:
        return Models(options, environment)
    embedding = {"embedding_model": embedding_model, "embedding_cutoffs": settings().embedding_cutoffs}
    try:
        read_cutoffs(settings().embedding_cutoffs)
        return Models(options | embedding, environment | provider_environment(embedding_model))
    except (ProviderError, ValueError) as error:
        note = f"{embedding_model} is not asked, so likeness is judged lexically: {error}"
        return Models(options, environment, (note,))
