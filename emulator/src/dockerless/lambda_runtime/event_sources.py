"""Lets event source mappings see a message at once, as AWS's long polling does.

LocalStack asks an idle queue less and less often, up to every 10 s, and the first message after a quiet time
would wait for that.
"""

import contextlib
from collections.abc import Callable
from typing import Any

from localstack.runtime import hooks
from localstack.utils.patch import patch

LONG_POLL_SECONDS = 2
"""Short enough for a mapping to be deleted or disabled without a long wait."""


@hooks.on_infra_start()
def long_poll_queues() -> None:
    from localstack.services.lambda_.event_source_mapping.pollers.poller import EmptyPollResultsException
    from localstack.services.lambda_.event_source_mapping.pollers.sqs_poller import SqsPoller

    @patch(SqsPoller._register_client_hooks)
    def _register_client_hooks(original: Callable[[Any], None], poller: Any) -> None:
        original(poller)
        events = poller.source_client.meta.events
        events.register("provide-client-params.sqs.ReceiveMessage", wait, unique_id="dockerless-long-poll")

    @patch(SqsPoller.poll_events)
    def poll_events(original: Callable[[Any], None], poller: Any) -> None:
        # A long poll that ended without a message has waited enough; LocalStack would wait a second more.
        with contextlib.suppress(EmptyPollResultsException):
            original(poller)


def wait(params: dict[str, Any], **_: Any) -> None:
    """Make a receive that would not wait a long poll, which ends with the first message."""
    if params.get("WaitTimeSeconds") == 0:
        params["WaitTimeSeconds"] = LONG_POLL_SECONDS
