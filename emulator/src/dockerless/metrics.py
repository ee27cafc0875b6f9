"""Tells CloudWatch what SQS and Lambda count in sums of some seconds, not one by one.

LocalStack makes a call of its own for each message that is sent, received or deleted and for each invocation:
a quarter of what a busy emulator does.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from localstack.runtime import hooks
from localstack.utils.patch import patch

LOG = logging.getLogger(__name__)

INTERVAL_SECONDS = 2.0
_METRICS_AT_MOST = 1000

type Source = tuple[str, str, str]
"""Account, region and namespace."""

type Metric = tuple[str, str, str, str]
"""Its name, the name and the value of its dimension, and its unit."""


class Sums:
    """Values as CloudWatch keeps them: how many, their sum, the least and the greatest of each metric."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: dict[Source, dict[Metric, list[float]]] = {}

    def add(self, source: Source, metric: Metric, value: float) -> None:
        with self._lock:
            metrics = self._values.setdefault(source, defaultdict(list))
            metrics[metric].append(value)

    def take(self) -> dict[Source, list[dict[str, Any]]]:
        """What was added since, as MetricData by source."""
        with self._lock:
            values, self._values = self._values, {}
        return {
            source: [_datum(metric, added) for metric, added in metrics.items()]
            for source, metrics in values.items()
        }


def _datum(metric: Metric, values: list[float]) -> dict[str, Any]:
    name, dimension, value, unit = metric
    return {
        "MetricName": name,
        "Dimensions": [{"Name": dimension, "Value": value}],
        "Unit": unit,
        "StatisticValues": {
            "SampleCount": len(values),
            "Sum": sum(values),
            "Minimum": min(values),
            "Maximum": max(values),
        },
    }


def publish(sums: Sums) -> None:
    """Tell CloudWatch what was added since."""
    from localstack.aws.connect import connect_to

    for (account_id, region, namespace), data in sums.take().items():
        cloudwatch = connect_to(aws_access_key_id=account_id, region_name=region).cloudwatch
        for start in range(0, len(data), _METRICS_AT_MOST):
            try:
                cloudwatch.put_metric_data(
                    Namespace=namespace, MetricData=data[start : start + _METRICS_AT_MOST]
                )
            except Exception:
                LOG.info("metrics of %s were not published", namespace, exc_info=True)


@hooks.on_infra_start()
def sum_metrics() -> None:
    from localstack.services.lambda_.invocation import metrics
    from localstack.services.sqs.provider import CloudwatchDispatcher
    from localstack.utils.bootstrap import is_api_enabled

    if not is_api_enabled("cloudwatch"):
        return
    sums = Sums()

    @patch(CloudwatchDispatcher.dispatch_sqs_metric, pass_target=False)
    def dispatch_sqs_metric(
        dispatcher: Any,
        account_id: str,
        region: str,
        queue_name: str,
        metric: str,
        value: float = 1,
        unit: str = "Count",
    ) -> None:
        sums.add((account_id, region, "AWS/SQS"), (metric, "QueueName", queue_name, unit), value)

    def publish_lambda_metric(
        metric: str, value: float, kwargs: Mapping[str, str], account_id: str, region_name: str
    ) -> None:
        function = kwargs["func_name"]
        sums.add((account_id, region_name, "AWS/Lambda"), (metric, "FunctionName", function, "Count"), value)

    metrics.publish_lambda_metric = publish_lambda_metric
    threading.Thread(target=_publish_for_ever, args=(sums,), name="metrics", daemon=True).start()


def _publish_for_ever(sums: Sums) -> None:
    while True:
        time.sleep(INTERVAL_SECONDS)
        publish(sums)
