"""What browsers are told that run pages of other origins."""

from collections.abc import Callable
from types import ModuleType

import pytest

from nightshift.settings import settings
from nightshift_http.cross_origin import cors
from tests.unit.control.gateway import Answer, Gateway

ALLOW = "access-control-allow-origin"


@pytest.fixture
def asked_from(
    aws: None, function: Callable[[str], ModuleType], context: object, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Answer]:
    def ask(origin: str, allowed: str, method: str = "GET", **environment: str) -> Answer:
        for name, value in ({"CORS_ORIGINS": allowed} | environment).items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        cors.cache_clear()
        return Gateway(function("api"), context).call(method, "/jobs", headers={"Origin": origin})

    yield ask
    cors.cache_clear()


@pytest.mark.parametrize(
    ("origin", "allowed", "answered"),
    [
        ("https://studio.example", "https://studio.example", "https://studio.example"),
        ("https://b.example", "https://a.example, https://b.example", "https://b.example"),
        ("https://anyone.example", "*", "*"),
        ("http://localhost:3000", "loopback", "http://localhost:3000"),
        ("http://127.0.0.1:8080", "loopback", "http://127.0.0.1:8080"),
        ("http://localhost.evil.example", "loopback", None),
        ("https://evil.example", "https://studio.example", None),
        ("https://evil.example", "", None),
        ("null", "loopback", None),
        ("http://[broken", "loopback", None),
    ],
)
def test_who_may_read_an_answer(
    asked_from: Callable[..., Answer], origin: str, allowed: str, answered: str | None
) -> None:
    assert asked_from(origin, allowed).headers.get(ALLOW) == answered


def test_a_preflight_names_what_requests_may_carry(asked_from: Callable[..., Answer]) -> None:
    answer = asked_from("http://localhost:3000", "loopback", "OPTIONS", REQUIRE_API_KEYS="true")
    assert answer.status == 204
    assert {"X-Api-Key", "Idempotency-Key", "If-None-Match"} <= set(
        answer.headers["access-control-allow-headers"].split(",")
    )
    assert "POST" in answer.headers["access-control-allow-methods"]


def test_a_refusal_can_be_read_as_well(asked_from: Callable[..., Answer]) -> None:
    answer = asked_from("http://localhost:3000", "loopback", REQUIRE_API_KEYS="true")
    assert answer.status == 401
    assert answer.headers[ALLOW] == "http://localhost:3000"
