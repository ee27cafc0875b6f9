"""What requests, a dispatch and a reconcile ask of DynamoDB with few and with very many jobs stored.

Counts, as an emulator's own tables slow down. The deployed functions are pointed at a table beside the stack's, which
has no stream: a hundred thousand jobs that nobody hears of.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from bench.chain import Tally
from bench.counting import Usage
from bench.latency import client
from bench.proxy import between
from scripts.stack import Stack, client_options, session
from scripts.tools import step
from scripts.workspace import REGION
from tests.table import table_definition

FEW, MANY = 100, 100_000
_FUNCTIONS = ("ApiFunction", "DispatcherFunction", "ReconcilerFunction")
_TENANT = "default"
_PROBE = {"type": "probe", "params": {"cli": False}}
_ROOM = {"messageId": "1", "eventSource": "aws:sqs", "body": '{"config_version": 1}'}


def show_growth(stack: Stack) -> None:
    """Prints calls and items read of each, at both sizes."""
    found = {}
    for stored in (FEW, MANY):
        with step("counted", f"requests with {stored} jobs stored"):
            found[stored] = _count(stack, stored)
    table = Table("DynamoDB is asked by", f"at {FEW:,} jobs", f"at {MANY:,}, 4 of 10 waiting", "")
    for name, few in found[FEW].items():
        many = found[MANY][name]
        table.add_row(name, _shown(few), _shown(many), "the same calls" if few.calls == many.calls else "[red]more[/]")
    console = Console(width=110)
    console.print(table)
    console.print(
        "Items include those that a count passes over: of each state at most 1001, as more than 1000 are not told."
    )


def _shown(usage: Usage) -> str:
    return f"{usage.calls} calls, {usage.scanned} items"


def _count(stack: Stack, stored: int) -> dict[str, Usage]:
    tally = Tally()
    counts = {}
    with (
        _table(stack, stored) as name,
        between(stack, _FUNCTIONS, tally, variables={"TABLE_NAME": name}),
        client(stack.api_url) as api,
    ):
        for what, act in _acts(stack, api):
            tally.by_function.clear()
            act()
            counts[what] = sum(tally.by_function.values(), Usage())
    return counts


def _acts(stack: Stack, api: httpx.Client) -> Iterator[tuple[str, Callable[[], object]]]:
    def ask(method: str, path: str, body: Any = None) -> tuple[str, Callable[[], object]]:
        return f"{method} {path}", lambda: api.request(method, path, json=body).raise_for_status()

    for query in ("", "&status=QUEUED", "&type=story"):
        yield ask("GET", f"/jobs?limit=20{query}")
    # Of the lane that POST touches below: whoever comes next within 20 s need not touch it again.
    of_lane: dict[str, str | int] = {"status": "QUEUED", "type": "probe", "limit": 50}
    waiting = [job["job_id"] for job in api.get("/jobs", params=of_lane).json()["jobs"]]
    job = f"/jobs/{waiting[0]}"
    requests: list[tuple[str, str, str, Any]] = [
        ("GET /jobs/{id}", "GET", job, None),
        ("GET /jobs/{id}/runs", "GET", f"{job}/runs", None),
        ("POST /jobs", "POST", "/jobs", _PROBE),
        ("PATCH /jobs/{id}", "PATCH", job, {"priority": 9}),
        ("DELETE /jobs/{id}", "DELETE", f"/jobs/{waiting[1]}", None),
        ("POST /jobs/{id}/cancel", "POST", f"/jobs/{waiting[2]}/cancel", None),
        ("POST /jobs/{id}/retry", "POST", f"/jobs/{waiting[2]}/retry", None),
        ("POST /jobs/cancel", "POST", "/jobs/cancel", {"ids": waiting[3:5]}),
        ("POST /jobs/batch/trigger", "POST", "/jobs/batch/trigger", {"jobs": [_PROBE] * 3}),
        ("POST /schedules", "POST", "/schedules", {"name": "daily", "cron": "0 8 * * ? *", "job": _PROBE}),
        ("GET /schedules", "GET", "/schedules", None),
        ("POST /jobs/monitor", "POST", "/jobs/monitor", None),
        ("GET /scheduler/status", "GET", "/scheduler/status", None),
    ]
    for name, method, path, body in requests:
        yield name, ask(method, path, body)[1]
    yield "a dispatch that fills all slots", lambda: _invoke(stack, "DispatcherFunction", {"Records": [_ROOM]})
    yield "a reconcile", lambda: _invoke(stack, "ReconcilerFunction", {})


def _invoke(stack: Stack, function: str, event: dict[str, Any]) -> None:
    functions = session().client("lambda", **client_options(stack.instance))
    functions.invoke(FunctionName=stack.function_name(function), Payload=json.dumps(event).encode())


@contextmanager
def _table(stack: Stack, stored: int) -> Iterator[str]:
    """The name of a table that holds so many jobs, for as long as the block lasts."""
    name = f"growth-{stored}"
    dynamodb = session().client("dynamodb", **client_options(stack.instance))
    dynamodb.create_table(TableName=name, **table_definition())
    try:
        # The domain is told by the environment where it works, as in a function.
        os.environ |= {
            "AWS_ENDPOINT_URL": stack.instance.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "TABLE_NAME": name,
        }
        from bench.pile import pile_up
        from nightshift.clock import now
        from nightshift.settings import settings
        from nightshift.store import lanes

        settings.cache_clear()
        lanes.forget_touches()
        pile_up(_TENANT, stored, now())
        yield name
    finally:
        dynamodb.delete_table(TableName=name)
