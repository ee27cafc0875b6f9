"""Logs that are stored together."""

from localstack.services.lambda_.invocation.logs import QUEUE_SHUTDOWN, LogItem

from dockerless.lambda_runtime.logs import MergingQueue


def test_what_waits_for_a_stream_is_taken_as_one() -> None:
    queue = MergingQueue()
    queue.put(LogItem("group", "a", "1\n"))
    queue.put(LogItem("group", "b", "2\n"))
    queue.put(LogItem("group", "a", "3\n"))

    assert queue.get() == LogItem("group", "a", "1\n3\n")
    assert queue.get() == LogItem("group", "b", "2\n")
    assert queue.empty()


def test_the_order_to_stop_comes_after_the_logs_before_it() -> None:
    queue = MergingQueue()
    queue.put(LogItem("group", "a", "1\n"))
    queue.put(QUEUE_SHUTDOWN)

    assert queue.get() == LogItem("group", "a", "1\n")
    assert queue.get() is QUEUE_SHUTDOWN
