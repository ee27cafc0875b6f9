"""`make cost`: what a thousand jobs cost on AWS, of calls counted on a stack of its own and list prices.

The calls are AWS's own; how long functions take is this machine's, and says little of AWS. ``PRICES`` in the
environment names a file to take the place of ``bench/prices.toml``.
"""

import os
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.cost_counts import Counts, count
from bench.latency import client
from scripts.instances import own_instance
from scripts.tools import Failed, explained, step
from scripts.up import bring_up

JOBS = 10
THOUSAND = 1000
STORY = {"type": "story", "params": {"language": "en", "target_length": 2000, "seed": 7}}
PRICES = Path(__file__).with_name("prices.toml")

# SQS: a message is sent, received and deleted; Lambda's poller asks of an idle queue with five connections every 20 s.
_REQUESTS_OF_A_MESSAGE = 3
_IDLE_REQUESTS_OF_A_MONTH = 5 * 3 * 60 * 24 * 30
_MINUTES_OF_A_MONTH = 60 * 24 * 30
_POLLED_QUEUES = 2
_ALARMED_METRICS, _DASHBOARDS, _KEYS = 13, 1, 1
# Metrics of jobs by type, WebhookFailures of all: what a month in which every type ran has at most.
_METRICS = 9 * 5 + 1
_RECONCILER_GB_SECONDS = 0.5 * 0.2

ASSUMPTIONS = f"""\
- us-east-1, no free tier; taxes and data transfer left out.
- A client makes each job by one POST and follows it by long polls until it has ended; both are requests and functions.
- The jobs are stories of 2 000 characters by the offline generator; a model's tokens come on top (GET /usage).
- Seconds of functions are this machine's, each invocation rounded up to a millisecond, with the memory of the template.
- DynamoDB's units are those that the emulator tells, index writes of transactions counted twice; streams are free for
  Lambda, storage, backups (PITR) and files are left out: they depend on how long you keep what.
- A dispatcher's invocation is taken for one message of {_REQUESTS_OF_A_MESSAGE} requests; batches make it less.
- The month: alarms over {_ALARMED_METRICS} metrics, the dashboard, the KMS key, at most {_METRICS} metrics of jobs, the
  reconciler every minute with 0.2 s, and Lambda's polling of {_POLLED_QUEUES} idle queues."""


def read_prices(file: Path) -> dict[str, Any]:
    """Prices of ``each`` call and of a ``month``, and the ``source`` that they are from.

    Raises:
        Failed: the file cannot be read, or a price that ours has is missing.
    """
    ours = tomllib.loads(PRICES.read_text())
    try:
        theirs = tomllib.loads(file.read_text())
    except (OSError, ValueError) as error:
        raise Failed(f"{file} cannot be read: {error}") from None
    for table in ("each", "month"):
        if missing := ours[table].keys() - theirs.get(table, {}).keys():
            raise Failed(f"{file} has no {', '.join(sorted(missing))} under [{table}]")
    return {"source": f"{file}, which does not say"} | theirs


def cost_of_jobs(counts: Counts, each: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """By line of the bill: how many for one job, and dollars for a thousand jobs."""
    calls = Counter(counts.calls)
    quantities = {
        "api_request": counts.invocations["api"] + counts.invocations["waiter"],
        "lambda_request": sum(counts.invocations.values()),
        "gigabyte_second": sum(counts.gigabyte_seconds.values()),
        "read_unit": counts.read_units,
        "write_unit": counts.write_units,
        "transition": counts.transitions,
        "event": calls["events.PutEvents"],
        "queue_request": counts.invocations["dispatcher"] * _REQUESTS_OF_A_MESSAGE,
        "put_request": sum(calls[f"s3.{name}"] for name in ("PutObject", "ListObjectsV2")),
        "get_request": sum(calls[f"s3.{name}"] for name in ("GetObject", "HeadObject")),
        "logged_gigabyte": counts.logged_bytes / 1e9,
    }
    return {
        name: (quantity / counts.jobs, quantity / counts.jobs * each[name] * THOUSAND)
        for name, quantity in quantities.items()
    }


def cost_of_a_month(each: Mapping[str, float], month: Mapping[str, float]) -> float:
    """Dollars for a stack that has nothing to do."""
    reconciler = _MINUTES_OF_A_MONTH * (each["lambda_request"] + _RECONCILER_GB_SECONDS * each["gigabyte_second"])
    polling = _POLLED_QUEUES * _IDLE_REQUESTS_OF_A_MONTH * each["queue_request"]
    watching = _ALARMED_METRICS * month["alarm"] + _DASHBOARDS * month["dashboard"] + _METRICS * month["metric"]
    return reconciler + polling + watching + _KEYS * month["key"]


def main() -> None:
    prices = read_prices(Path(os.environ.get("PRICES") or PRICES))
    with own_instance() as instance:
        stack = bring_up(instance)
        with step("counted", f"{JOBS} stories"), client(stack.api_url) as api:
            counts = count(stack, api, STORY, JOBS)
    lines = cost_of_jobs(counts, prices["each"])
    table = Table("", "for a job", "$ for 1 000 jobs")
    for name, (quantity, dollars) in sorted(lines.items(), key=lambda line: -line[1][1]):
        table.add_row(name.replace("_", " "), f"{quantity:.4g}", f"{dollars:.4f}")
    table.add_row("all", "", f"{sum(dollars for _, dollars in lines.values()):.4f}", style="bold")
    Console(width=100).print(table)
    print(f"a month without jobs: ${cost_of_a_month(prices['each'], prices['month']):.2f}\n")
    print(f"Prices: {prices['source']}.\n\n{ASSUMPTIONS}")


if __name__ == "__main__":
    with explained("make cost"):
        main()
