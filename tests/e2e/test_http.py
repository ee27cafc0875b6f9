"""What the gateway and the handlers refuse together, over real HTTP."""

import pytest

from tests.stack.deployed import Deployed

UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/jobs", "{nope", 400),
        ("POST", "/jobs", '{"type": "poem"}', 422),
        ("POST", "/jobs", '{"type": "probe", "surprise": 1}', 422),
        ("POST", "/jobs", '{"type": "probe", "params": {"seconds": -1}}', 422),
        ("POST", "/jobs", '{"type": "probe", "x": "' + "y" * 300_000 + '"}', 413),
        ("GET", f"/jobs/{UNKNOWN}", None, 404),
        ("GET", f"/jobs/{UNKNOWN}/wait", None, 404),
        ("POST", f"/jobs/{UNKNOWN}/cancel", None, 404),
        ("GET", "/jobs?next_token=rubbish", None, 400),
        ("GET", "/", None, 404),
        ("GET", "/nothing/at/all", None, 404),
        ("DELETE", "/health", None, 405),
        ("POST", f"/jobs/{UNKNOWN}/wait", None, 405),
        ("GET", "/jobs?tags=x", None, 422),
    ],
)
def test_a_refusal_is_a_problem_document(
    stack: Deployed, method: str, path: str, body: str | None, status: int
) -> None:
    answer = stack.api.request(method, path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_a_body_that_is_not_json_is_415(stack: Deployed) -> None:
    assert stack.api.post("/jobs", data={"type": "probe"}).status_code == 415


def test_the_service_is_healthy_and_documents_itself(stack: Deployed) -> None:
    assert stack.api.get("/health").json()["status"] == "ok"
    document = stack.api.get("/openapi.json").json()
    assert document["servers"] == [{"url": stack.api_url}]
    assert "/jobs/{job_id}/wait" in document["paths"]
    page = stack.api.get("/docs")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
