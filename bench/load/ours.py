"""The API function, and the client that its first request needs."""

import app  # noqa: F401
from nightshift.clients import dynamodb

dynamodb()
