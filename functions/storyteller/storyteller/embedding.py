"""The model that embeds texts, if there is one: by meaning too is then judged what is new."""

import argparse
from typing import TYPE_CHECKING, Any

from commandline.exit_codes import CliError, ExitCode
from commandline.models import open_model, provider_errors

if TYPE_CHECKING:
    from llm.client import Client
    from llm.usage import Ledger
    from similarity.sketch import Sketch

LEXICAL = "lexical"
CUTOFFS = "0.70,0.85"
SECONDS = 10.0  # of each try: a verdict is not worth waiting longer for


def add_embedding_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options that name the model and its cut-offs."""
    parser.add_argument(
        "--embedding-model",
        default=LEXICAL,
        metavar="M",
        help="judges what was made before: lexical (default), or provider:model beside it",
    )
    parser.add_argument(
        "--embedding-cutoffs",
        default=CUTOFFS,
        metavar="M,H",
        help=f"cosines of its embeddings from which on likeness is MEDIUM, and HIGH (default {CUTOFFS})",
    )


def cutoffs_of(option: str) -> dict[str, float]:
    """The cut-offs; CliError for what are none."""
    from similarity.verdict import read_cutoffs

    try:
        return read_cutoffs(option)
    except ValueError as error:
        raise CliError(ExitCode.INPUT_ERROR, f"--embedding-cutoffs {option}: {error}") from error


class Embedder:
    """Asks the model as long as it answers; ``cutoffs`` are those of its embeddings."""

    def __init__(self, model: str = LEXICAL, cutoffs: str = CUTOFFS) -> None:
        """Raises CliError if there can be no such model, or if the cut-offs are none."""
        self.cutoffs = cutoffs_of(cutoffs)
        self._model = model
        self._client: Client | None
        self._ledger: Ledger | None
        self._client, self._ledger = (None, None) if model == LEXICAL else open_model(model, SECONDS)

    @property
    def usage(self) -> list[dict[str, Any]]:
        """What was spent so far."""
        return self._ledger.as_list() if self._ledger else []

    def sketch(self, text: str) -> "Sketch | None":
        """Of the text's embedding; None without a model, and from its first failure on: no work is held up for it."""
        if self._client is None:
            return None
        from similarity.sketch import sketch

        try:
            with provider_errors():
                (vector,) = self._client.embed("embed", [text])
            return sketch(self._model, vector)
        except (CliError, ValueError) as error:
            print(f"{self._model} embeds nothing, so likeness is judged lexically: {error}", flush=True)
            self._client = None
            return None
