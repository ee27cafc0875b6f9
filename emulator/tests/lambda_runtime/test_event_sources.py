"""How mappings ask queues."""

from dockerless.lambda_runtime.event_sources import LONG_POLL_SECONDS, wait


def test_a_receive_that_would_not_wait_polls_long() -> None:
    params = {"WaitTimeSeconds": 0}
    wait(params)
    assert params == {"WaitTimeSeconds": LONG_POLL_SECONDS}


def test_a_batching_window_is_left_as_it_is() -> None:
    params = {"WaitTimeSeconds": 5}
    wait(params)
    assert params == {"WaitTimeSeconds": 5}
