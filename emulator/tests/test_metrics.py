"""What SQS and Lambda count, on its way to CloudWatch."""

from dockerless.metrics import Sums

SQS, LAMBDA = ("000000000000", "us-east-1", "AWS/SQS"), ("000000000000", "us-east-1", "AWS/Lambda")
SIZE = ("SentMessageSize", "QueueName", "jobs", "Bytes")
SENT = ("NumberOfMessagesSent", "QueueName", "jobs", "Count")
INVOCATIONS = ("Invocations", "FunctionName", "api", "Count")


def test_each_metric_is_told_once_with_all_that_was_added() -> None:
    sums = Sums()
    for value in (300, 100, 200):
        sums.add(SQS, SIZE, value)
    sums.add(SQS, SENT, 1)
    sums.add(LAMBDA, INVOCATIONS, 1)

    told = sums.take()

    assert told.keys() == {SQS, LAMBDA}
    size, sent = told[SQS]
    assert size == {
        "MetricName": "SentMessageSize",
        "Dimensions": [{"Name": "QueueName", "Value": "jobs"}],
        "Unit": "Bytes",
        "StatisticValues": {"SampleCount": 3, "Sum": 600, "Minimum": 100, "Maximum": 300},
    }
    assert (sent["MetricName"], sent["StatisticValues"]["SampleCount"]) == ("NumberOfMessagesSent", 1)
    assert told[LAMBDA][0]["Dimensions"] == [{"Name": "FunctionName", "Value": "api"}]


def test_nothing_is_told_twice() -> None:
    sums = Sums()
    sums.add(SQS, SENT, 1)
    sums.take()

    assert sums.take() == {}
    sums.add(SQS, SENT, 1)
    assert sums.take()[SQS][0]["StatisticValues"]["Sum"] == 1
