"""Tenants, their keys, and what each key lets its bearer do."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from nightshift import callers
from nightshift.clients import dynamodb
from nightshift.clock import now
from nightshift.models.requests import KeyRequest, TenantRequest
from nightshift.models.tenant import Scope
from nightshift.settings import settings
from nightshift.tenants import create_key, create_tenant, disable_key
from tests.unit.control.gateway import Answer, Gateway, refused
from tests.unit.control.listening import listen_to_the_table


class Client:
    """Calls the API with one key."""

    def __init__(self, gateway: Gateway, key: str | None) -> None:
        self._gateway = gateway
        self._headers = {"x-api-key": key} if key else {}

    def call(self, method: str, url: str, body: Any = None, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._gateway.call(method, url, body, self._headers | sent)


@pytest.fixture
def gateway(
    aws: None, function: Callable[[str], ModuleType], context: object, monkeypatch: pytest.MonkeyPatch
) -> Gateway:
    monkeypatch.setenv("REQUIRE_API_KEYS", "true")
    monkeypatch.setenv("LISTENER_MAPPING_ID", listen_to_the_table())
    settings.cache_clear()
    return Gateway(function("api"), context)


def key_of(tenant_id: str, scope: Scope = Scope.JOBS) -> tuple[str, str]:
    """The id of a new key and the key itself."""
    made = create_key(tenant_id, KeyRequest(name="test", scope=scope), None, now())
    assert made.secret
    return made.key.key_id, made.secret


@pytest.fixture
def admin(gateway: Gateway) -> Client:
    create_tenant(TenantRequest(tenant_id="studio", name="Studio"), None, now())
    return Client(gateway, key_of("studio", Scope.ADMIN)[1])


def test_a_request_without_a_key_is_told_how_to_send_one(gateway: Gateway) -> None:
    answer = Client(gateway, None).call("GET", "/jobs")
    assert "x-api-key" in refused(answer, 401)["detail"]
    assert answer.headers["www-authenticate"] == "ApiKey"


@pytest.mark.parametrize("path", ["/health", "/openapi.json", "/docs"])
def test_some_pages_are_open(gateway: Gateway, path: str) -> None:
    assert Client(gateway, None).call("GET", path).status == 200


def test_an_unknown_path_tells_a_stranger_nothing(gateway: Gateway) -> None:
    assert Client(gateway, None).call("GET", "/secret").status == 401


def test_a_tenant_and_its_key_are_made_through_the_api(gateway: Gateway, admin: Client) -> None:
    made = admin.call("POST", "/tenants", {"tenant_id": "press", "name": "The press"})
    assert made.status == 201
    assert made.headers["location"].endswith("/tenants/press")
    new = admin.call("POST", "/tenants/press/keys", {"name": "n8n"}).json()
    assert new["key"].startswith(new["hint"])

    press = Client(gateway, new["key"])
    job = press.call("POST", "/jobs", {"type": "probe"}).json()
    assert job["tenant_id"] == "press"
    assert refused(admin.call("GET", f"/jobs/{job['job_id']}"), 404)
    assert press.call("GET", f"/jobs/{job['job_id']}").status == 200


def test_a_key_is_shown_once_and_kept_nowhere(admin: Client) -> None:
    secret = admin.call("POST", "/tenants/studio/keys", {"name": "n8n"}).json()["key"]
    assert secret not in admin.call("GET", "/tenants/studio/keys").body
    assert secret not in str(dynamodb().scan(TableName="nightshift")["Items"])


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/tenants", None),
        ("GET", "/tenants/studio", None),
        ("POST", "/tenants", {"name": "Mine"}),
        ("PATCH", "/tenants/studio", {"disabled": True}),
        ("GET", "/tenants/studio/keys", None),
        ("POST", "/tenants/studio/keys", {"name": "x", "scope": "admin"}),
        ("DELETE", "/tenants/studio/keys/x", None),
        ("POST", "/scheduler/start", None),
        ("POST", "/scheduler/stop", None),
        ("PATCH", "/scheduler/config", {"max_concurrency": 9}),
    ],
)
def test_what_only_an_administrator_may_do(
    gateway: Gateway, admin: Client, method: str, path: str, body: object
) -> None:
    assert "scope admin" in refused(Client(gateway, key_of("studio")[1]).call(method, path, body), 403)["detail"]


def test_limits_are_of_what_may_be_a_tenant(admin: Client) -> None:
    refused(admin.call("PATCH", "/scheduler/config", {"tenant_limits": {"x" * 64: 1}}), 422)


def test_limits_of_other_tenants_are_not_shown(gateway: Gateway, admin: Client) -> None:
    admin.call("PATCH", "/scheduler/config", {"tenant_limits": {"studio": 2, "press": 1}})
    plain = Client(gateway, key_of("studio")[1])
    assert plain.call("GET", "/scheduler/config").json()["tenant_limits"] == {"studio": 2}
    assert admin.call("GET", "/scheduler/config").json()["tenant_limits"] == {"studio": 2, "press": 1}


def test_a_disabled_key_is_refused_once_it_is_forgotten(gateway: Gateway, admin: Client) -> None:
    key_id, secret = key_of("studio")
    client = Client(gateway, secret)
    assert client.call("GET", "/jobs").status == 200
    assert admin.call("DELETE", f"/tenants/studio/keys/{key_id}").json()["disabled_at"]
    callers.forget_callers()
    assert refused(client.call("GET", "/jobs"), 401)


def test_a_key_is_remembered_for_a_minute_at_most(
    gateway: Gateway, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_id, secret = key_of("studio")
    client = Client(gateway, secret)
    clock = 1000.0
    monkeypatch.setattr("nightshift.callers.time.monotonic", lambda: clock)
    assert client.call("GET", "/jobs").status == 200
    disable_key("studio", key_id, now())
    clock += callers.REMEMBERED_SECONDS
    assert client.call("GET", "/jobs").status == 200
    clock += 1
    assert client.call("GET", "/jobs").status == 401


def test_disabling_twice_changes_nothing(admin: Client) -> None:
    key_id, _ = key_of("studio")
    first = admin.call("DELETE", f"/tenants/studio/keys/{key_id}").json()
    assert admin.call("DELETE", f"/tenants/studio/keys/{key_id}").json() == first


def test_a_disabled_tenant_is_refused_and_let_in_again(gateway: Gateway, admin: Client) -> None:
    create_tenant(TenantRequest(tenant_id="press", name="Press"), None, now())
    client = Client(gateway, key_of("press")[1])
    assert admin.call("PATCH", "/tenants/press", {"disabled": True}).json()["disabled"] is True
    assert client.call("GET", "/jobs").status == 401
    admin.call("PATCH", "/tenants/press", {"disabled": False})
    assert client.call("GET", "/jobs").status == 200


def test_a_key_is_rotated_in_one_step(gateway: Gateway, admin: Client) -> None:
    old_id, old = key_of("studio")
    new = admin.call("POST", "/tenants/studio/keys", {"name": "new", "replaces": old_id})
    assert Client(gateway, old).call("GET", "/jobs").status == 401
    assert Client(gateway, new.json()["key"]).call("GET", "/jobs").status == 200
    again = admin.call("POST", "/tenants/studio/keys", {"name": "new", "replaces": old_id})
    assert "disabled already" in refused(again, 409)["detail"]


def test_the_same_idempotency_key_makes_one_key_whose_secret_is_not_shown_again(admin: Client) -> None:
    first = admin.call("POST", "/tenants/studio/keys", {"name": "n8n"}, Idempotency_Key="k")
    second = admin.call("POST", "/tenants/studio/keys", {"name": "n8n"}, Idempotency_Key="k")
    assert second.headers["idempotency-replayed"] == "true"
    assert second.json() == first.json() | {"key": None}
    refused(admin.call("POST", "/tenants/studio/keys", {"name": "other"}, Idempotency_Key="k"), 422)


def test_the_same_idempotency_key_makes_one_tenant(admin: Client) -> None:
    first = admin.call("POST", "/tenants", {"name": "Press"}, Idempotency_Key="k")
    second = admin.call("POST", "/tenants", {"name": "Press"}, Idempotency_Key="k")
    assert second.headers["idempotency-replayed"] == "true"
    assert second.json() == first.json()
    refused(admin.call("POST", "/tenants", {"name": "Other"}, Idempotency_Key="k"), 422)


def test_the_same_idempotency_key_makes_one_tenant_of_the_id_asked_for(admin: Client) -> None:
    press = {"tenant_id": "press", "name": "Press"}
    assert admin.call("POST", "/tenants", press, Idempotency_Key="k").status == 201
    assert admin.call("POST", "/tenants", press, Idempotency_Key="k").headers["idempotency-replayed"] == "true"
    refused(admin.call("POST", "/tenants", press | {"name": "Other"}, Idempotency_Key="k"), 422)
    refused(admin.call("POST", "/tenants", press | {"tenant_id": "other"}, Idempotency_Key="k"), 422)
    refused(admin.call("GET", "/tenants/other"), 404)
    refused(admin.call("POST", "/tenants", press, Idempotency_Key="another"), 409)


def test_a_tenant_is_not_made_twice(admin: Client) -> None:
    assert (
        "studio already" in refused(admin.call("POST", "/tenants", {"tenant_id": "studio", "name": "x"}), 409)["detail"]
    )


@pytest.mark.parametrize("tenant_id", ["", "UPPER", "a#b", "a/b", "-a", "a" * 64])
def test_ids_that_could_not_stand_in_keys_are_refused(admin: Client, tenant_id: str) -> None:
    refused(admin.call("POST", "/tenants", {"tenant_id": tenant_id, "name": "x"}), 422)


def test_unknown_tenants_and_keys_are_not_found(admin: Client) -> None:
    refused(admin.call("GET", "/tenants/nobody"), 404)
    refused(admin.call("PATCH", "/tenants/nobody", {"name": "x"}), 404)
    refused(admin.call("POST", "/tenants/nobody/keys", {"name": "x"}), 404)
    refused(admin.call("GET", "/tenants/nobody/keys"), 404)
    refused(admin.call("DELETE", "/tenants/studio/keys/nothing"), 404)


def test_listings_come_in_pages_whose_tokens_hold_for_them_alone(admin: Client) -> None:
    for name in "abcd":
        create_tenant(TenantRequest(tenant_id=name, name=name), None, now())
    seen, token = [], ""
    while True:
        page = admin.call("GET", f"/tenants?limit=2{token}").json()
        seen += [found["tenant_id"] for found in page["tenants"]]
        if page["next_token"] is None:
            break
        token = f"&next_token={page['next_token']}"
    assert seen == ["a", "b", "c", "d", "studio"]
    refused(admin.call("GET", f"/tenants/studio/keys?limit=2{token}"), 400)
    refused(admin.call("GET", "/tenants?next_token=nonsense"), 400)


def test_a_renamed_tenant_keeps_its_id(admin: Client) -> None:
    assert admin.call("PATCH", "/tenants/studio", {"name": "New"}).json()["name"] == "New"
    assert admin.call("GET", "/tenants/studio").json()["name"] == "New"
    refused(admin.call("PATCH", "/tenants/studio", {}), 422)
