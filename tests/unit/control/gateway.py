"""Events as API Gateway sends them, and the answers read back."""

import json
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str

    def json(self) -> Any:
        return json.loads(self.body)


def refused(answer: Answer, status: int) -> Any:
    """The problem document of a refusal."""
    assert answer.status == status, answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["detail"]
    return problem


class Gateway:
    """Calls a REST function's handler as the gateway does."""

    def __init__(self, app: ModuleType, context: Any) -> None:
        self._app = app
        self._context = context

    def call(
        self,
        method: str,
        url: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        raw: str | None = None,
        *,
        base64_encoded: bool = False,
    ) -> Answer:
        parts = urlsplit(url)
        query = parse_qs(parts.query, keep_blank_values=True)
        event = {
            "resource": "/{proxy+}",
            "path": parts.path,
            "httpMethod": method,
            "headers": {"Content-Type": "application/json", "Host": "api.example"} | (headers or {}),
            "multiValueHeaders": {},
            "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
            "multiValueQueryStringParameters": query or None,
            "pathParameters": {"proxy": parts.path.lstrip("/")},
            "requestContext": {
                "requestId": "request-1",
                "apiId": "api1",
                "stage": "v1",
                "domainName": "api.example",
                "path": f"/v1{parts.path}",
                "identity": {},
            },
            "body": raw if raw is not None else (json.dumps(body) if body is not None else None),
            "isBase64Encoded": base64_encoded,
        }
        answer = self._app.handler(event, self._context)
        headers_back = {name.lower(): value for name, value in (answer.get("headers") or {}).items()}
        for name, values in (answer.get("multiValueHeaders") or {}).items():
            headers_back[name.lower()] = ",".join(values)
        return Answer(answer["statusCode"], headers_back, answer.get("body") or "")
