"""Every operation of the API, asked for by its own tenant, by another, and by those who may not ask at all."""

import pytest

from nightshift import callers
from nightshift.clock import now
from nightshift.models.requests import TenantPatch
from nightshift.models.tenant import Scope
from nightshift.tenants import disable_key, patch_tenant
from tests.unit.control.gateway import refused
from tests.unit.control.jobs import TENANT
from tests.unit.control.tenancy.document import Operation, operations
from tests.unit.control.tenancy.world import Rest, items, key_of, new_tenant, settle

pytestmark = pytest.mark.timeout(300)

RIVAL = "rival"
GUARDED = [operation for operation in operations() if not operation.is_open]
REACHED = {200, 201, 202, 302, 304, 409}
"""Who gets these has been let in, and what was asked for was found."""


def nothing_changed(before: dict[tuple[str, str], str]) -> bool:
    """Whether all items from before are there, as they were."""
    return before.items() <= items().items()


def test_its_own_tenant_reaches_each(rest: Rest, subtests: pytest.Subtests) -> None:
    ids = settle(rest)
    _, plain = key_of(TENANT)
    _, admin = key_of(TENANT, Scope.ADMIN)
    for operation in GUARDED:
        with subtests.test(str(operation)):
            key = admin if operation.is_for_administrators else plain
            answer = rest.ask(operation, ids, key)
            assert answer.status in REACHED & operation.statuses, answer.body


def test_a_scope_that_does_not_reach_so_far_is_403(rest: Rest, subtests: pytest.Subtests) -> None:
    ids = settle(rest)
    _, plain = key_of(TENANT)
    before = items()
    for operation in GUARDED:
        if operation.is_for_administrators:
            with subtests.test(str(operation)):
                refused(rest.ask(operation, ids, plain), 403)
    assert items() == before


@pytest.mark.parametrize("who", ["nobody", "a stranger", "a disabled key", "a disabled tenant"])
def test_who_has_no_key_that_counts_is_401(rest: Rest, subtests: pytest.Subtests, who: str) -> None:
    ids = settle(rest)
    key_id, disabled = key_of(TENANT, Scope.ADMIN)
    disable_key(TENANT, key_id, now())
    new_tenant(RIVAL)
    _, of_disabled = key_of(RIVAL, Scope.ADMIN)
    patch_tenant(RIVAL, TenantPatch(disabled=True))
    key = {"a stranger": "nsk_x", "a disabled key": disabled, "a disabled tenant": of_disabled}.get(who)
    before = items()
    for operation in GUARDED:
        with subtests.test(str(operation)):
            answer = rest.ask(operation, ids, key)
            refused(answer, 401)
            assert answer.headers["www-authenticate"] == "ApiKey"
    assert items() == before


@pytest.mark.parametrize("scope", Scope)
def test_what_is_another_tenants_is_not_found_nor_changed(rest: Rest, subtests: pytest.Subtests, scope: Scope) -> None:
    new_tenant(RIVAL)
    _, rival = key_of(RIVAL, scope)
    ids = settle(rest)
    before = items()
    for operation in GUARDED:
        # Tenants and their keys are an administrator's, whichever tenant is asked about.
        if operation.is_for_administrators and scope is Scope.ADMIN:
            continue
        with subtests.test(str(operation)):
            answer = rest.ask(operation, ids, rival)
            if operation.is_for_administrators:
                refused(answer, 403)
            elif operation.parameters or "card_id" in str(operation.body):
                refused(answer, 404)
            else:
                assert answer.status in REACHED, answer.body
            assert nothing_changed(before)


def test_lists_counts_and_sums_are_as_if_there_were_nobody_else(rest: Rest, subtests: pytest.Subtests) -> None:
    rival = new_tenant(RIVAL)
    asked = [
        operation
        for operation in GUARDED
        if operation.method == "GET" and not operation.parameters and not operation.is_for_administrators
    ]
    alone = {str(operation): rest.ask(operation, {}, rival).json() for operation in asked}
    ids = settle(rest)
    _, own = key_of(TENANT)
    for operation in asked:
        with subtests.test(str(operation)):
            assert rest.ask(operation, ids, rival).json() == alone[str(operation)]
    # What the rival is not shown is there to be seen.
    shown = {str(operation) for operation in asked if rest.ask(operation, ids, own).json() != alone[str(operation)]}
    assert shown >= {"GET /jobs", "GET /schedules", "GET /story/list", "GET /research/list", "GET /scheduler/status"}


def test_a_page_token_is_its_tenants_alone(rest: Rest, subtests: pytest.Subtests) -> None:
    rival = new_tenant(RIVAL)
    ids = settle(rest)
    _, own = key_of(TENANT)
    for operation in GUARDED:
        if _is_listing(operation):
            with subtests.test(str(operation)):
                token = rest.ask(operation, ids, own, "?limit=1").json()["next_token"]
                assert rest.ask(operation, ids, own, f"?limit=1&next_token={token}").status == 200
                refused(rest.ask(operation, ids, rival, f"?limit=1&next_token={token}"), 400)


def test_bulk_does_nothing_to_another_tenants_jobs(rest: Rest) -> None:
    rival = new_tenant(RIVAL)
    ids = settle(rest)
    for path in ("/jobs/cancel", "/jobs/retry"):
        (result,) = rest.call("POST", path, {"ids": [ids["job_id"]]}, rival)["results"]
        assert (result["success"], result["status"]) == (False, None)
        found = rest.call("POST", path, {"filter": {"batch_id": ids["batch_id"]}}, rival)
        assert found["results"] == []


def test_a_key_is_remembered_for_its_own_tenant_only(rest: Rest) -> None:
    """The functions keep callers for a minute: one must never be taken for another."""
    rival = new_tenant(RIVAL)
    ids = settle(rest)
    _, own = key_of(TENANT)
    (shown,) = [operation for operation in GUARDED if str(operation) == "GET /jobs/{job_id}"]
    for _ in range(2):
        assert rest.ask(shown, ids, own).status == 200
        assert rest.ask(shown, ids, rival).status == 404
    callers.forget_callers()
    assert rest.ask(shown, ids, rival).status == 404


def _is_listing(operation: Operation) -> bool:
    return (
        {"limit", "next_token"} <= operation.takes and operation.method == "GET" and not operation.is_for_administrators
    )
