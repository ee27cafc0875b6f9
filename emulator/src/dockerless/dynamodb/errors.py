"""Errors as DynamoDB words them."""

from localstack.aws.api import CommonServiceException


class ValidationError(CommonServiceException):
    """A request that DynamoDB refuses as malformed (`ValidationException`)."""

    def __init__(self, message: str) -> None:
        super().__init__("ValidationException", message)


INVALID = "One or more parameter values were invalid: "
KEY_MISMATCH = "The provided key element does not match the schema"
CONDITION_FAILED = "The conditional request failed"
