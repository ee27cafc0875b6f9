"""Writes that another transaction is in the way of: they are tried again, and what is said to be done is done."""

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from nightshift import clients
from nightshift.cancel import cancel
from nightshift.control import stop_scheduler
from nightshift.models.requests import KeyRequest, TenantRequest
from nightshift.store import write
from nightshift.store.scheduler import read_scheduler
from nightshift.tenants import create_key, create_tenant, disable_key
from tests.unit.control.gateway import Gateway, refused
from tests.unit.control.jobs import T0, TENANT, at, fresh, running

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

InTheWay = Callable[[str, int], None]


@pytest.fixture
def in_the_way(monkeypatch: pytest.MonkeyPatch) -> InTheWay:
    """Another transaction holds what is written by that operation, so many times."""
    monkeypatch.setattr(write, "_BACK_OFF_SECONDS", 0.0001)

    def hold(operation: str, times: int) -> None:
        client = clients.dynamodb()
        send = getattr(client, operation)
        codes = {"update_item": "TransactionConflictException", "transact_write_items": "TransactionCanceledException"}
        held = [ClientError(_conflict(codes[operation]), operation) for _ in range(times)]

        def send_or_refuse(**arguments: object) -> object:
            if held:
                raise held.pop()
            return send(**arguments)

        monkeypatch.setattr(client, operation, send_or_refuse)

    return hold


def test_the_scheduler_is_stopped(in_the_way: InTheWay) -> None:
    in_the_way("update_item", 3)
    stop_scheduler()
    assert not read_scheduler().scheduler_running


def test_a_running_job_is_asked_to_stop(in_the_way: InTheWay) -> None:
    job, _ = running()
    in_the_way("update_item", 3)
    cancel(TENANT, job.job_id, at(1))
    assert fresh(job)[0].cancel_requested_at == at(1)


def test_what_is_held_too_long_is_503(api: Gateway, in_the_way: InTheWay) -> None:
    in_the_way("update_item", 100)
    assert refused(api.call("POST", "/scheduler/stop"), 503)


def test_a_key_is_disabled(in_the_way: InTheWay) -> None:
    create_tenant(TenantRequest(tenant_id="acme", name="Acme"), None, T0)
    key = create_key("acme", KeyRequest(name="first"), None, T0).key
    in_the_way("transact_write_items", 3)
    assert disable_key("acme", key.key_id, at(1)).disabled_at == at(1)


def test_a_key_is_made_once(in_the_way: InTheWay) -> None:
    create_tenant(TenantRequest(tenant_id="acme", name="Acme"), None, T0)
    in_the_way("transact_write_items", 3)
    made = create_key("acme", KeyRequest(name="first"), "idempotent", T0)
    again = create_key("acme", KeyRequest(name="first"), "idempotent", T0)
    assert made.secret
    assert (again.key.key_id, again.secret) == (made.key.key_id, None)


def test_nobody_waits_after_the_last_try(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(write.time, "sleep", waits.append)
    assert len(list(write.tries())) == len(waits) + 1


def _conflict(code: str) -> dict[str, object]:
    return {"Error": {"Code": code, "Message": ""}, "CancellationReasons": [{"Code": "TransactionConflict"}]}
