"""A tenant that has one of everything, and a client that calls the API with one key."""

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

from nightshift import clients
from nightshift.clock import now
from nightshift.models.requests import KeyRequest, TenantRequest
from nightshift.models.tenant import Scope
from nightshift.models.webhook import DeliveryStatus, WebhookEvent
from nightshift.settings import settings
from nightshift.tenants import create_key, create_tenant
from nightshift.webhooks.notice import Notice
from nightshift.webhooks.record import put_attempt
from tests.unit.control.gateway import Answer, Gateway
from tests.unit.control.jobs import SUCCEEDED, T0, TENANT, at, end, fresh, make, record_step, running
from tests.unit.control.tenancy.document import WAITING_PATHS, Operation

HOOK = {"url": "https://8.8.8.8/hook"}
STORY_ID = "20260131-093000-0123456789abcdef"
CARD_ID = "RC-20260131-093000-beef"


class Rest:
    """Both REST functions, called as the gateway would."""

    def __init__(self, function: Callable[[str], ModuleType], context: Any) -> None:
        self._waiter = Gateway(function("waiter"), context)
        self._api = Gateway(function("api"), context)

    def ask(
        self,
        operation: Operation,
        ids: dict[str, str],
        key: str | None,
        query: str = "",
        raw: str | None = None,
        **headers: str,
    ) -> Answer:
        """Ask for the operation with its example as body, or with one that is written already."""
        gateway = self._waiter if operation.path in WAITING_PATHS else self._api
        sent = {name.replace("_", "-"): value for name, value in headers.items()} | ({"x-api-key": key} if key else {})
        return gateway.call(operation.method, operation.url(ids) + query, operation.body_with(ids), sent, raw)

    def call(self, method: str, url: str, body: Any, key: str) -> Any:
        answer = self._api.call(method, url, body, {"x-api-key": key})
        assert answer.status < 300, answer.body
        return answer.json()


def key_of(tenant_id: str, scope: Scope = Scope.JOBS) -> tuple[str, str]:
    """The id of a new key, and the key."""
    made = create_key(tenant_id, KeyRequest(name="test", scope=scope), None, now())
    assert made.secret
    return made.key.key_id, made.secret


def new_tenant(tenant_id: str) -> str:
    """A key of it."""
    create_tenant(TenantRequest(tenant_id=tenant_id, name=tenant_id), None, now())
    return key_of(tenant_id)[1]


def settle(rest: Rest) -> dict[str, str]:
    """Make the tenant with two of what is listed and one of all else; its ids by the names of parameters."""
    key = new_tenant(TENANT)
    story = made("story", {"stories": [record("story_id", STORY_ID), record("story_id", f"{STORY_ID[:-1]}0")]})
    made("research", {"cards": [record("card_id", CARD_ID), record("card_id", f"{CARD_ID[:-1]}0")]})
    running(webhook=HOOK)
    make(tags=["night"])
    batches = [rest.call("POST", "/jobs/batch/trigger", {"jobs": [{"type": "probe"}]}, key) for _ in range(2)]
    daily = {"name": "daily", "cron": "0 8 * * ? *", "job": {"type": "probe"}}
    schedules = [rest.call("POST", "/schedules", daily, key) for _ in range(2)]
    wanted = {"language": "en", "level": "A2", "length": 150, "topic": "the woods"}
    articles = [rest.call("POST", "/articles", wanted, key) for _ in range(2)]
    notice = Notice(kind="job", id=story.job_id, event=WebhookEvent.COMPLETED, version=story.version, occurred_at=T0)
    delivery = put_attempt(notice, TENANT, 1, at(1), DeliveryStatus.FAILED, error="no")
    assert delivery
    assert story.current_run_id
    return {
        "tenant_id": TENANT,
        "key_id": key_of(TENANT)[0],
        "job_id": story.job_id,
        "run_id": story.current_run_id,
        "name": "1.md",
        "stage": "write_story",
        "step": "write_story",
        "delivery_id": delivery.delivery_id,
        "batch_id": batches[0]["batch_id"],
        "schedule_id": schedules[0]["schedule_id"],
        "story_id": STORY_ID,
        "card_id": CARD_ID,
        "article_id": articles[0]["article_id"],
    }


def made(kind: str, output: dict[str, Any]) -> Any:
    """A job of the kind that has completed, and told what it made."""
    params = {"topic": "fog"} if kind == "research" else {}
    job, run = running(type=kind, params=params, webhook=HOOK)
    artifact = {"name": "1.md", "content_type": "text/markdown", "size": 1, "run_id": run.run_id}
    record_step(run, status="done", exit_code=0, more=False, output=output, artifacts=[artifact])
    clients.s3().put_object(Bucket=settings().bucket_name, Key=f"{run.prefix}artifacts/1.md", Body=b"x")
    assert end(run, SUCCEEDED, at(1))
    return fresh(job)[0]


def record(name: str, value: str) -> dict[str, Any]:
    """What a program tells of a story or card."""
    told = {"title": "Fog", "topic": "fog", "signature": value, "quality": "good", "usable": True}
    return {name: value, "artifacts": ["1.md"]} | told


def items() -> dict[tuple[str, str], str]:
    """Everything in the table, but what all tenants share: the scheduler and the lanes."""
    found = clients.dynamodb().scan(TableName=settings().table_name)["Items"]
    return {
        (item["pk"]["S"], item["sk"]["S"]): json.dumps(item, sort_keys=True, default=str)
        for item in found
        if item["pk"]["S"] not in ("SCHEDULER", "LANES")
    }
