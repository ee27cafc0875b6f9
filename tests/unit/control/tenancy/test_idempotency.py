"""Every operation that takes an Idempotency-Key: asked twice, with another body, and after a crash."""

from collections.abc import Callable
from typing import Any

import pytest

from nightshift import clients
from nightshift.models.tenant import Scope
from tests.unit.control.gateway import Answer, refused
from tests.unit.control.jobs import TENANT
from tests.unit.control.tenancy.document import WAITING_PATHS, Operation, operations
from tests.unit.control.tenancy.world import Rest, items, key_of, settle

MAKERS = [operation for operation in operations() if operation.makes]


@pytest.fixture
def ids(rest: Rest) -> dict[str, str]:
    return settle(rest)


@pytest.fixture
def key(ids: dict[str, str]) -> str:
    return key_of(TENANT, Scope.ADMIN)[1]


def made(answer: Answer) -> str:
    """What tells whether two answers are of one resource."""
    assert answer.status in (200, 201, 202), answer.body
    return str(answer.json().get("key_id") or answer.headers["location"])


def make_room(rest: Rest, maker: Operation, answer: Answer, key: str) -> None:
    """A direct request's reservation is the tenant's only one."""
    if maker.path in WAITING_PATHS:
        rest.call("POST", f"/jobs/{answer.json()['job']['job_id']}/cancel", None, key)


def test_there_is_something_to_test() -> None:
    wanted = {"POST /jobs", "POST /jobs/batch/trigger", "POST /schedules", "POST /tenants", "POST /story/generate"}
    assert wanted <= {str(maker) for maker in MAKERS}


def test_the_same_request_makes_one_resource_and_another_is_422(
    rest: Rest, ids: dict[str, str], key: str, subtests: pytest.Subtests
) -> None:
    for maker in MAKERS:
        with subtests.test(str(maker)):
            first = rest.ask(maker, ids, key, idempotency_key=str(maker))
            assert "idempotency-replayed" not in first.headers
            stored = items()
            again = rest.ask(maker, ids, key, idempotency_key=str(maker))
            assert again.headers["idempotency-replayed"] == "true"
            assert made(again) == made(first)
            if maker.body is not None:
                refused(rest.ask(maker.asking_otherwise(), ids, key, idempotency_key=str(maker)), 422)
            assert items() == stored
            make_room(rest, maker, again, key)


def test_a_crash_before_the_answer_is_made_good_by_asking_again(
    rest: Rest, ids: dict[str, str], key: str, subtests: pytest.Subtests, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The function dies at the moment when its write has been done."""
    for maker in MAKERS:
        with subtests.test(str(maker)):
            before = items().keys()
            with monkeypatch.context() as patched:
                for write in ("put_item", "transact_write_items"):
                    patched.setattr(clients.dynamodb(), write, _dying_after(getattr(clients.dynamodb(), write)))
                with pytest.raises(SystemExit):
                    rest.ask(maker, ids, key, idempotency_key=str(maker))
            written = items().keys() - before
            assert written
            again = rest.ask(maker, ids, key, idempotency_key=str(maker))
            assert made(again)
            assert items().keys() - before == written
            make_room(rest, maker, again, key)


def _dying_after(write: Callable[..., Any]) -> Callable[..., Any]:
    def die(**arguments: Any) -> None:
        write(**arguments)
        raise SystemExit

    return die
