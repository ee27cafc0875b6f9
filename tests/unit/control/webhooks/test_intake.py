"""Webhooks as clients name them: what is refused, what is kept, and what never comes back."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from nightshift.idempotency import KeyedRequest, Made
from nightshift.store.keys import batch_key, job_key, tenant_secret_key
from nightshift.store.reads import find_item, find_job
from nightshift.webhooks.secrets import OVERLAP, replace_tenant_secret, seal, tenant_secrets, unseal
from tests.unit.control.gateway import Answer, Gateway, refused
from tests.unit.control.jobs import TENANT, at

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
URL = "https://receiver.example/hook?n=1"


def post(api: Gateway, webhook: Any, key: str | None = None) -> Answer:
    body = {"type": "probe", "params": {"cli": False}, "webhook": webhook}
    return api.call("POST", "/jobs", body, {"Idempotency-Key": key} if key else None)


def made(api: Gateway, webhook: Any) -> dict[str, Any]:
    answer = post(api, webhook)
    assert answer.status == 201, answer.body
    return dict(answer.json())


def test_a_job_shows_its_webhook_without_the_secret(api: Gateway) -> None:
    answer = post(api, {"url": URL, "events": ["step", "succeeded", "completed"], "secret": SECRET})
    job = answer.json()
    assert job["webhook"] == {"url": URL, "events": ["completed", "step"]}
    assert made(api, {"url": URL})["webhook"]["events"] == ["completed", "failed", "skipped"]
    assert made(api, None)["webhook"] is None
    stored = json.dumps(find_item(job_key(job["job_id"])))
    assert SECRET not in stored + answer.body
    kept = find_job(job["job_id"])
    assert kept
    assert kept.webhook
    assert kept.webhook.sealed_secret
    assert kept.webhook.sealed_secret not in repr(kept)
    assert unseal(TENANT, kept.webhook.sealed_secret) == SECRET


@pytest.mark.parametrize(
    ("webhook", "why"),
    [
        ({"url": "http://receiver.example/"}, "https://"),
        ({"url": "https://user:word@receiver.example/"}, "user name"),
        ({"url": "https://169.254.169.254/latest/meta-data"}, "link-local"),
        ({"url": "https://receiver.example:22/"}, "port 22"),
        ({"url": "https://receiver.example/" + "a" * 2048}, "at most 2048"),
        ({"url": URL, "events": []}, "at least 1"),
        ({"url": URL, "events": ["finished"]}, "completed"),
        ({"url": URL, "secret": "my password is short"}, "whsec_"),
        ({"url": URL, "secret": "whsec_c2hvcnQ="}, "24 to 64"),
        ({"url": URL, "method": "PUT"}, "webhook.method"),
        ({"events": ["failed"]}, "webhook.url"),
    ],
)
def test_what_cannot_be_sent_to_is_refused_and_nothing_is_made(api: Gateway, webhook: Any, why: str) -> None:
    answer = post(api, webhook)
    assert why in refused(answer, 422)["detail"]
    assert "my password" not in answer.body
    assert api.call("GET", "/jobs").json()["jobs"] == []


def test_the_same_key_with_another_secret_is_another_request(api: Gateway) -> None:
    webhook = {"url": URL, "secret": SECRET}
    first, again = post(api, webhook, "key"), post(api, webhook, "key")
    assert first.json() == again.json()
    refused(post(api, webhook | {"secret": "whsec_" + "A" * 32}, "key"), 422)


def test_a_waiting_job_gets_another_webhook_or_none(api: Gateway) -> None:
    job = made(api, {"url": URL, "secret": SECRET})
    path = f"/jobs/{job['job_id']}"
    answer = api.call("PATCH", path, {"webhook": {"url": "https://other.example/", "events": ["running"]}})
    assert answer.json()["webhook"] == {"url": "https://other.example/", "events": ["running"]}
    kept = find_job(job["job_id"])
    assert kept
    assert kept.webhook
    assert kept.webhook.sealed_secret is None
    refused(api.call("PATCH", path, {"webhook": {"url": "https://127.0.0.1/"}}), 422)
    assert api.call("PATCH", path, {"webhook": None}).json()["webhook"] is None


def test_a_batch_keeps_its_webhook_and_its_members_theirs(api: Gateway) -> None:
    members = [
        {"type": "probe", "webhook": {"url": URL, "secret": SECRET}},
        {"type": "probe", "webhook": {"url": "https://127.1/"}},
        {"type": "probe"},
    ]
    body = {"jobs": members, "webhook": {"url": "https://batch.example/", "secret": SECRET}}
    accepted = api.call("POST", "/jobs/batch/trigger", body).json()
    assert [member["index"] for member in accepted["rejected"]] == [1]
    batch = api.call("GET", f"/jobs/batch/{accepted['batch_id']}").json()
    assert batch["webhook"]["url"] == "https://batch.example/"
    assert {"completed", "failed", "cancelled"} <= set(batch["webhook"]["events"])
    assert [job["webhook"] and job["webhook"]["url"] for job in batch["jobs"]] == [URL, None]
    assert SECRET not in json.dumps(find_item(batch_key(accepted["batch_id"])))
    refused(api.call("POST", "/jobs/batch/trigger", body | {"webhook": {"url": "ftp://batch.example/"}}), 422)


def test_a_tenants_secret_is_made_once_opens_for_it_alone_and_can_be_replaced() -> None:
    (secret,) = tenant_secrets(TENANT, at(0))
    assert tenant_secrets(TENANT, at(0)) == [secret]
    assert tenant_secrets("other", at(0)) != [secret]
    item = find_item(tenant_secret_key(TENANT))
    assert item
    assert secret not in json.dumps(item)
    with pytest.raises(ClientError, match="InvalidCiphertext"):
        unseal("other", seal(TENANT, SECRET))
    made = replace_tenant_secret(TENANT, None, at(1)).resource
    assert made not in (None, secret)
    assert tenant_secrets(TENANT, at(2)) == [made, secret]
    assert tenant_secrets(TENANT, at(1) + OVERLAP) == [made]


def test_a_secret_replaced_often_signs_no_more_than_four_times() -> None:
    made = [replace_tenant_secret(TENANT, None, at(second)).resource for second in range(6)]
    assert tenant_secrets(TENANT, at(10)) == made[:1:-1]


def test_the_same_request_sent_twice_at_once_makes_one_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each looks whether the key was used before the other has written."""
    made_before = KeyedRequest.made_before
    others = iter([True])

    def look(keyed: KeyedRequest) -> str | None:
        if next(others, False):
            assert replace_tenant_secret(TENANT, "key", at(0)).resource in tenant_secrets(TENANT, at(0))
            return None
        return made_before(keyed)

    monkeypatch.setattr(KeyedRequest, "made_before", look)
    assert replace_tenant_secret(TENANT, "key", at(1)) == Made(None, replayed=True)
    assert len(tenant_secrets(TENANT, at(2))) == 1


def test_of_two_who_replace_the_secret_at_once_neither_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other comes between the read and the write."""
    before = replace_tenant_secret(TENANT, None, at(0)).resource
    others = []

    def read(key: Any) -> Any:
        item = find_item(key)
        if not others:
            others.append(None)
            others.append(replace_tenant_secret(TENANT, None, at(1)).resource)
        return item

    monkeypatch.setattr("nightshift.webhooks.secrets.find_item", read)
    made = replace_tenant_secret(TENANT, None, at(2)).resource
    assert tenant_secrets(TENANT, at(3)) == [made, others[1], before]
