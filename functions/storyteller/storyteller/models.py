"""Who writes: a model or the offline generators."""

from typing import TYPE_CHECKING, Any

from commandline.models import OFFLINE, open_model
from storyteller.embedding import Embedder

if TYPE_CHECKING:
    from llm.client import Client
    from llm.usage import Ledger


class Author:
    """Who writes: a model, or, with no ``client``, the offline generators; and the ``embedder`` of what is written."""

    def __init__(self, name: str, timeout: float | None = None, embedder: Embedder | None = None) -> None:
        """Raises CliError if there can be no such model. Only what is not offline is worth the imports."""
        self.name = name
        self.provider = name.partition(":")[0]
        self.client: Client | None
        self._ledger: Ledger | None
        self.client, self._ledger = (None, None) if name == OFFLINE else open_model(name, timeout)
        self.embedder = embedder or Embedder()

    @property
    def made_by(self) -> dict[str, str]:
        """What metadata say of the author."""
        return {"model": self.name, "provider": self.provider, "generator": self.name if self.client else OFFLINE}

    @property
    def usage(self) -> list[dict[str, Any]]:
        """What was spent so far, for the result summary."""
        return [*(self._ledger.as_list() if self._ledger else ()), *self.embedder.usage]
