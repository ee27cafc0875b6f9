"""Who writes: a model or the offline generators."""

from typing import TYPE_CHECKING, Any

from commandline.exit_codes import CliError
from commandline.models import OFFLINE, open_model, provider_errors

if TYPE_CHECKING:
    from llm.client import Client
    from llm.usage import Ledger
    from similarity.sketch import Sketch

LEXICAL = "lexical"
EMBEDDING_SECONDS = 30.0  # a verdict is not worth waiting longer for


class Author:
    """Who writes: a model, or, with no ``client``, the offline generators; and a model that embeds, if there is one."""

    def __init__(self, name: str, timeout: float | None = None, embedding_model: str = LEXICAL) -> None:
        """Raises CliError if there can be no such models. Only what is not offline is worth the imports."""
        self.name = name
        self.provider = name.partition(":")[0]
        self.client: Client | None
        self._ledger: Ledger | None
        self.client, self._ledger = (None, None) if name == OFFLINE else open_model(name, timeout)
        self._embedding_model = embedding_model
        self._embedding_ledger: Ledger | None = None
        self._embedder: Client | None = None
        if embedding_model != LEXICAL:
            self._embedder, self._embedding_ledger = open_model(embedding_model, EMBEDDING_SECONDS)

    @property
    def made_by(self) -> dict[str, str]:
        """What metadata say of the author."""
        return {"model": self.name, "provider": self.provider, "generator": self.name if self.client else OFFLINE}

    @property
    def usage(self) -> list[dict[str, Any]]:
        """What was spent so far, for the result summary."""
        return [entry for ledger in (self._ledger, self._embedding_ledger) if ledger for entry in ledger.as_list()]

    def sketch(self, text: str) -> "Sketch | None":
        """Of the text's embedding; None without such a model, or if it fails: no work is held up for that."""
        if self._embedder is None:
            return None
        from similarity.sketch import sketch

        try:
            with provider_errors():
                (vector,) = self._embedder.embed("embed", [text])
            return sketch(self._embedding_model, vector)
        except (CliError, ValueError) as error:
            print(f"{self._embedding_model} embeds nothing, so likeness is judged lexically: {error}", flush=True)
            return None
