"""However many jobs are stored and wait, a request asks AWS for the same, and reads no more than its bound."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from types import ModuleType
from typing import Any

import pytest
from moto.dynamodb.models.table import Table

from bench.counting import Count, counting
from bench.pile import pile_up
from nightshift import clients
from nightshift.clock import now
from nightshift.reconcile import reconcile
from nightshift.settings import settings
from nightshift.store import lanes
from nightshift.store.listing import COUNT_AT_MOST
from tests.table import table_definition
from tests.unit.control.conftest import ROOT
from tests.unit.control.gateway import Gateway
from tests.unit.control.jobs import TENANT
from tests.unit.growth.requests import NOT_COUNTED, Asked, Jobs, requests

FEW, MANY = 100, 5000
COUNTS_AT_MOST = 2
"""How many states of jobs a route counts, each up to one more than ``COUNT_AT_MOST``."""

type Counts = dict[str, Count]


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("aws")
def test_neither_routes_nor_functions_ask_for_more_as_jobs_pile_up(
    api: Gateway,
    waiter: Gateway,
    function: Callable[[str], ModuleType],
    context: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # moto copies the whole table before each transaction, to take it back. None is taken back here.
    monkeypatch.setattr(Table, "__deepcopy__", lambda table, memo: table, raising=False)
    # Nobody runs what is asked for directly.
    monkeypatch.setattr("direct.LONGEST_WAIT_SECONDS", 0)
    dispatcher = function("dispatcher")

    def dispatch() -> None:
        opened = {"messageId": "1", "eventSource": "aws:sqs", "body": '{"config_version": 1}'}
        assert dispatcher.handler({"Records": [opened]}, context) == {"batchItemFailures": []}

    few, many = (_count_all(stored, api, waiter, dispatch) for stored in (FEW, MANY))
    assert {name: _calls(count) for name, count in few.items()} == {name: _calls(count) for name, count in many.items()}
    assert _returned(few) == _returned(many)
    assert many["dispatcher"].operations["states.StartExecution"].calls, "the dispatcher had nothing to do"
    assert many["reconciler"].operations["states.DescribeExecution"].calls, "the reconciler had nothing to do"
    for name, count in many.items():
        # A query that counts returns no items.
        assert count.total.scanned - count.total.returned <= COUNTS_AT_MOST * (COUNT_AT_MOST + 1), name


def _count_all(stored: int, api: Gateway, waiter: Gateway, dispatch: Callable[[], None]) -> Counts:
    """What each route, a dispatch and a reconcile ask for, with that many jobs in a fresh table."""
    clients.dynamodb().delete_table(TableName=settings().table_name)
    clients.dynamodb().create_table(TableName=settings().table_name, **table_definition())
    lanes.forget_touches()
    jobs = Jobs(api, now())
    pile_up(TENANT, stored, now())
    counts: Counts = {}
    for asked in requests(jobs):
        gateway = waiter if asked.path.endswith(("/wait", "/research/run")) else api
        counts[f"{asked.route} {asked.path if '?' in asked.path else ''}"] = _count(partial(_ask, gateway, asked))
    assert _documented() - NOT_COUNTED == {asked.route for asked in requests(jobs)}, "a route that nobody counts"
    counts["dispatcher"] = _count(dispatch)
    # As if the minute had passed in which nobody looks at what runs.
    counts["reconciler"] = _count(lambda: reconcile(now() + timedelta(minutes=1)))
    return counts


def _count(act: Callable[[], Any]) -> Count:
    # What a process remembers of the lanes it touched would depend on how long the test takes.
    lanes.forget_touches()
    every = (clients.dynamodb, clients.s3, clients.stepfunctions, clients.events, clients.sqs, clients.scheduler)
    with counting(*(client() for client in every)) as count:
        act()
    return count


def _ask(gateway: Gateway, asked: Asked) -> None:
    answer = gateway.call(asked.method, asked.path, asked.body)
    assert answer.status < 400, answer.body


def _documented() -> set[str]:
    document = json.loads((ROOT / "functions" / "api" / "openapi.json").read_text())
    return {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}


def _calls(count: Count) -> dict[str, int]:
    return {operation: usage.calls for operation, usage in count.operations.items()}


def _returned(counts: Counts) -> dict[str, int]:
    return {name: count.total.returned for name, count in counts.items()}
