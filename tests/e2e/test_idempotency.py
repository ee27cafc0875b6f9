"""The same request, sent several times at once, makes one resource: every operation that takes an Idempotency-Key."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.e2e.client import submit
from tests.stack.deployed import Deployed
from tests.unit.control.tenancy.document import Operation, operations

AT_ONCE = 4
DAILY = {"name": "daily", "cron": "0 8 * * ? *", "job": {"type": "probe", "params": {"cli": False}}}


def test_requests_at_once_make_one_resource(stack: Deployed, subtests: pytest.Subtests) -> None:
    tenant_id = submit(stack, type="probe", params={"cli": False})["tenant_id"]
    schedule_id = stack.api.post("/schedules", json=DAILY).json()["schedule_id"]
    ids = {"tenant_id": tenant_id, "schedule_id": schedule_id}
    for operation in operations():
        # An article's own is not among them: its job would have the newsroom's large environment built.
        if operation.makes and set(operation.parameters) <= ids.keys():
            with subtests.test(str(operation)), ThreadPoolExecutor(AT_ONCE) as pool:
                answers = list(pool.map(lambda _, asked=operation: _ask(stack, asked, ids), range(AT_ONCE)))
                assert {answer.status_code for answer in answers} <= {200, 201, 202}, [one.text for one in answers]
                assert len({answer.json().get("key_id") or answer.headers["location"] for answer in answers}) == 1
                assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1


def _ask(stack: Deployed, operation: Operation, ids: dict[str, str]) -> httpx.Response:
    headers = {"Idempotency-Key": f"at once {operation}"}
    return stack.api.request(operation.method, operation.url(ids), json=operation.body_with(ids), headers=headers)
