"""Every operation of the API, asked for in ways that none may take, and while the table refuses."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from nightshift import clients
from nightshift.models.tenant import Scope
from nightshift_http.refusals import BATCH_BYTES_AT_MOST
from tests.unit.control.gateway import refused
from tests.unit.control.jobs import TENANT
from tests.unit.control.tenancy.document import Operation, operations
from tests.unit.control.tenancy.world import Rest, items, key_of, new_tenant

GUARDED = [operation for operation in operations() if not operation.is_open]
# A verdict that cannot be made holds up nothing: it is LOW, and says why.
SAYS_SO_IN_ITS_VERDICT = "POST /research/dedup"
WITH_BODY = [operation for operation in GUARDED if operation.body is not None]


class AnyId(dict[str, str]):
    """No such thing is there: a body is refused before anybody looks."""

    def __missing__(self, name: str) -> str:
        return "5f0c6e6a-4f5b-4c59-9a58-0f6a4d1f2b3c"


def _with_surprise(operation: Operation) -> str:
    return json.dumps(operation.body | {"surprise": 1})


BAD_BODIES: dict[str, tuple[int, Callable[[Operation], str], str]] = {
    "malformed": (400, lambda _: "{nope", "application/json"),
    "not UTF-8 when written": (400, lambda _: '{"a": "\\ud800"}', "application/json"),
    "a list": (422, lambda _: "[]", "application/json"),
    "a text": (422, lambda _: '"text"', "application/json"),
    "an unknown field": (422, _with_surprise, "application/json"),
    "too large": (413, lambda _: " " * (BATCH_BYTES_AT_MOST + 1), "application/json"),
    "a form": (415, lambda _: "type=story", "application/x-www-form-urlencoded"),
    "a plain text": (415, lambda operation: json.dumps(operation.body), "text/plain"),
}


@pytest.fixture
def key(rest: Rest) -> str:
    new_tenant(TENANT)
    return key_of(TENANT, Scope.ADMIN)[1]


@pytest.mark.parametrize("kind", BAD_BODIES)
def test_a_bad_body_is_refused_and_changes_nothing(rest: Rest, key: str, subtests: pytest.Subtests, kind: str) -> None:
    status, body_for, content_type = BAD_BODIES[kind]
    before = items()
    for operation in WITH_BODY:
        with subtests.test(str(operation)):
            headers = {"Content-Type": content_type}
            refused(rest.ask(operation, AnyId(), key, raw=body_for(operation), **headers), status)
            assert status in operation.statuses
    assert items() == before


def test_an_unknown_query_parameter_is_422(rest: Rest, key: str, subtests: pytest.Subtests) -> None:
    before = items()
    for operation in GUARDED:
        with subtests.test(str(operation)):
            problem = refused(rest.ask(operation, AnyId(), key, "?surprise=1"), 422)
            assert [error["loc"] for error in problem["errors"]] == [["query", "surprise"]]
    assert items() == before


@pytest.fixture(params=["throttled", "not reached"])
def asked(rest: Rest, key: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a table that refuses everything was asked for. The key is known by now: what fails is the route's own."""
    listing = next(operation for operation in GUARDED if str(operation) == "GET /tenants")
    assert rest.ask(listing, {}, key).status == 200

    asked: list[str] = []

    def fail(operation: str, *_: Any) -> None:
        asked.append(operation)
        if request.param == "throttled":
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, operation)
        raise EndpointConnectionError(endpoint_url="https://dynamodb.example")

    monkeypatch.setattr(clients.dynamodb(), "_make_api_call", fail)
    return asked


def test_while_the_table_refuses_it_is_503_and_says_when_to_come_again(
    rest: Rest, key: str, asked: list[str], subtests: pytest.Subtests
) -> None:
    refusing = 0
    for operation in GUARDED:
        if str(operation) == SAYS_SO_IN_ITS_VERDICT:
            continue
        with subtests.test(str(operation)):
            # With a key of its own, an upload's form is asked of the table too.
            keyed = {"Idempotency_Key": "k"} if operation.makes else {}
            asked.clear()
            answer = rest.ask(operation, AnyId(), key, **keyed)
            if not asked:
                assert answer.status == 200, "it makes nothing, and reckons by what was sent alone"
                continue
            refusing += 1
            refused(answer, 503)
            assert int(answer.headers["retry-after"]) > 0
            assert 503 in operation.statuses
    assert refusing > len(GUARDED) - 5
