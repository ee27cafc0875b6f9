"""How asking a model fails. Providers' own exceptions stay inside the adapters."""


class ModelError(Exception):
    """A model could not be asked, or its answer is of no use."""


class UnknownModelError(ModelError):
    """The name names no provider, or the provider lacks what was asked for."""


class UnreachableError(ModelError):
    """No connection, or one that broke off, each time it was tried."""


class ModelTimeoutError(ModelError):
    """No whole answer within the time."""


class RefusedError(ModelError):
    """The provider answered with an error, also after the retries that it allows."""


class UnreadableError(ModelError):
    """The answer does not fit the schema, nor does the one to the repair request.

    ``answer`` is what the model said last.
    """

    def __init__(self, reason: str, answer: str) -> None:
        super().__init__(reason)
        self.answer = answer
