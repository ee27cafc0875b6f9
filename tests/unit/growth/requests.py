"""One request of each route of the REST API, with all that it needs to be answered well."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nightshift import clients
from nightshift.cancel import cancel
from nightshift.models.job import Job
from nightshift.models.run import Run
from nightshift.settings import settings
from tests.unit.control.gateway import Gateway
from tests.unit.control.jobs import SUCCEEDED, TENANT, end, make, record_step, running
from tests.unit.control.tenancy.world import CARD_ID, STORY_ID, made, record

PAGE = 20
NOT_COUNTED = {
    "GET /articles/{article_id}/content",
    "POST /jobs/{job_id}/deliveries/{delivery_id}/redeliver",
    "POST /jobs/batch/{batch_id}/deliveries/{delivery_id}/redeliver",
    "POST /story/generate",
}
"""Routes about articles' files and deliveries, of which there are none, and what ``POST /research/run`` stands for."""

ARTICLE = {"language": "en", "level": "B1", "length": 200, "topic": "wells"}
SCHEDULE = {"name": "daily", "cron": "0 8 * * ? *", "job": {"type": "probe", "params": {}}}


@dataclass(frozen=True)
class Asked:
    """``route`` is the operation as the OpenAPI document has it."""

    route: str
    path: str
    body: Any = None

    @property
    def method(self) -> str:
        return self.route.partition(" ")[0]


class Jobs:
    """The jobs that the requests are about. Made before the others, so that the dispatcher starts the right ones."""

    def __init__(self, api: Gateway, now: datetime) -> None:
        self.ended, self.run = self._completed(now)
        made("story", {"stories": [record("story_id", STORY_ID)]})
        self.research = made("research", {"cards": [record("card_id", CARD_ID)]})
        self.waiting = make(now, type="ad", params={"text": "Night shift", "img_gen": "external"})
        api.call("POST", "/tenants", {"tenant_id": "radio", "name": "Radio"})
        self.key = api.call("POST", "/tenants/radio/keys", {"name": "old"}).json()["key_id"]
        self.running, _ = running(now)
        self.going_on, _ = running(now)
        self.cancelled = make(now)
        cancel(TENANT, self.cancelled.job_id, now)
        self.changed, self.withdrawn, self.stopped = make(now), make(now), make(now)
        self.stopped_with_others, self.retried_with_others = make(now), make(now)
        cancel(TENANT, self.retried_with_others.job_id, now)
        members = {"jobs": [{"type": "probe", "params": {}}] * 3}
        self.schedule = api.call("POST", "/schedules", SCHEDULE).json()["schedule_id"]
        self.article = api.call("POST", "/articles", ARTICLE).json()["article_id"]
        self.batch = api.call("POST", "/jobs/batch/trigger", members).json()["batch_id"]

    @staticmethod
    def _completed(now: datetime) -> tuple[Job, Run]:
        job, run = running(now)
        artifact = {"name": "a.txt", "content_type": "text/plain", "size": 1, "run_id": run.run_id}
        record_step(run, status="done", exit_code=0, more=False, artifacts=[artifact])
        for name in ("log.txt", "a.txt"):
            clients.s3().put_object(Bucket=settings().bucket_name, Key=f"{run.prefix}{name}", Body=b"x")
        end(run, SUCCEEDED, now)
        return job, run


def requests(jobs: Jobs) -> list[Asked]:
    """One request a route; those to the scheduler last, as they stop it."""
    job = f"/jobs/{jobs.ended.job_id}"
    batch = f"/jobs/batch/{jobs.batch}"
    schedule = f"/schedules/{jobs.schedule}"
    article = f"/articles/{jobs.article}"
    member = {"type": "probe", "params": {"cli": False}}
    return [
        Asked("GET /health", "/health"),
        Asked("GET /jobs", f"/jobs?limit={PAGE}"),
        Asked("GET /jobs", f"/jobs?limit={PAGE}&status=QUEUED"),
        Asked("GET /jobs", f"/jobs?limit={PAGE}&type=story"),
        Asked("GET /jobs", f"/jobs?limit={PAGE}&tag=night"),
        Asked("GET /jobs/{job_id}", job),
        Asked("GET /jobs/{job_id}/wait", f"{job}/wait"),
        Asked("GET /jobs/{job_id}/runs", f"{job}/runs"),
        Asked("GET /jobs/{job_id}/runs/{run_id}", f"{job}/runs/{jobs.run.run_id}"),
        Asked("GET /jobs/{job_id}/logs", f"{job}/logs"),
        Asked("GET /jobs/{job_id}/artifacts", f"{job}/artifacts"),
        Asked("GET /jobs/{job_id}/artifacts/{name}", f"{job}/artifacts/a.txt"),
        Asked("POST /jobs/{job_id}/monitor", f"/jobs/{jobs.running.job_id}/monitor"),
        Asked("POST /jobs/monitor", "/jobs/monitor"),
        Asked("POST /jobs", "/jobs", member),
        Asked("PATCH /jobs/{job_id}", f"/jobs/{jobs.changed.job_id}", {"priority": 9}),
        Asked("DELETE /jobs/{job_id}", f"/jobs/{jobs.withdrawn.job_id}"),
        Asked("POST /jobs/{job_id}/cancel", f"/jobs/{jobs.stopped.job_id}/cancel"),
        Asked("POST /jobs/{job_id}/retry", f"/jobs/{jobs.cancelled.job_id}/retry"),
        Asked("POST /jobs/{job_id}/stages/{stage}", f"{job}/stages/probe"),
        Asked("PATCH /jobs/{job_id}/steps/{step}", f"/jobs/{jobs.waiting.job_id}/steps/img_gen", {"status": "done"}),
        Asked("POST /jobs/{job_id}/dedup_check", f"/jobs/{jobs.research.job_id}/dedup_check"),
        Asked("POST /uploads", "/uploads", {"name": "a.png", "content_type": "image/png", "size": 1}),
        Asked("POST /jobs/cancel", "/jobs/cancel", {"ids": [jobs.stopped_with_others.job_id]}),
        Asked("POST /jobs/cancel", "/jobs/cancel", {"filter": {"tag": "a"}}),
        Asked("POST /jobs/retry", "/jobs/retry", {"ids": [jobs.retried_with_others.job_id]}),
        Asked("POST /jobs/story/trigger", "/jobs/story/trigger", {}),
        Asked("POST /jobs/research/trigger", "/jobs/research/trigger", {"topic": "fog"}),
        Asked("POST /jobs/batch/trigger", "/jobs/batch/trigger", {"jobs": [member] * 3}),
        Asked("GET /jobs/batch/{batch_id}", batch),
        Asked("GET /jobs/batch/{batch_id}/deliveries", f"{batch}/deliveries"),
        Asked("POST /jobs/batch/{batch_id}/cancel", f"{batch}/cancel"),
        Asked("POST /schedules", "/schedules", SCHEDULE),
        Asked("POST /schedules/preview", "/schedules/preview", {"rate": "1 hour"}),
        Asked("GET /schedules", f"/schedules?limit={PAGE}"),
        Asked("GET /schedules/{schedule_id}", schedule),
        Asked("PATCH /schedules/{schedule_id}", schedule, {"enabled": False}),
        Asked("POST /schedules/{schedule_id}/trigger", f"{schedule}/trigger"),
        Asked("DELETE /schedules/{schedule_id}", schedule),
        Asked("GET /jobs/{job_id}/graph", f"{job}/graph"),
        Asked("GET /jobs/{job_id}/deliveries", f"{job}/deliveries"),
        Asked("POST /articles", "/articles", ARTICLE),
        Asked("GET /articles", f"/articles?limit={PAGE}"),
        Asked("GET /articles/{article_id}", article),
        Asked("POST /articles/{article_id}/generate", f"{article}/generate"),
        Asked("DELETE /articles/{article_id}", article),
        Asked("GET /story/list", "/story/list"),
        Asked("GET /story/{story_id}", f"/story/{STORY_ID}"),
        Asked("GET /research/list", "/research/list"),
        Asked("GET /research/{card_id}", f"/research/{CARD_ID}"),
        Asked("POST /research/validate", "/research/validate", {"card_id": CARD_ID}),
        Asked("POST /research/dedup", "/research/dedup", {"card_id": CARD_ID}),
        Asked("POST /research/run", "/research/run", {"topic": "fog"}),
        Asked("GET /usage", "/usage?from=2026-01-01&to=2026-01-31"),
        Asked("POST /tenants", "/tenants", {"tenant_id": "press", "name": "The press"}),
        Asked("GET /tenants", "/tenants"),
        Asked("GET /tenants/{tenant_id}", "/tenants/press"),
        Asked("PATCH /tenants/{tenant_id}", "/tenants/press", {"name": "Press"}),
        Asked("POST /tenants/{tenant_id}/keys", "/tenants/press/keys", {"name": "n8n"}),
        Asked("GET /tenants/{tenant_id}/keys", "/tenants/press/keys"),
        Asked("DELETE /tenants/{tenant_id}/keys/{key_id}", f"/tenants/radio/keys/{jobs.key}"),
        Asked("POST /webhooks/secret", "/webhooks/secret"),
        Asked("GET /scheduler/status", "/scheduler/status"),
        Asked("GET /scheduler/config", "/scheduler/config"),
        Asked("PATCH /scheduler/config", "/scheduler/config", {"max_concurrency": 5}),
        Asked("POST /scheduler/stop", "/scheduler/stop"),
        Asked("POST /scheduler/start", "/scheduler/start"),
    ]
