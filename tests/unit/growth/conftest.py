"""The control plane on moto, as the tests of the control plane have it."""

from tests.unit.control.conftest import api, aws, context, function, waiter

__all__ = ["api", "aws", "context", "function", "waiter"]
