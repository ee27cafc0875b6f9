"""The console's files: which are served, to whom, and what a browser may keep and run of them."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from nightshift.models.status import ErrorCode
from tests.unit.control.gateway import Gateway, refused

CONSOLE = Path(__file__).parents[3] / "console"
OPENAPI = Path(__file__).parents[3] / "functions/api/openapi.json"
FORMS = {"StoryParams", "ResearchParams", "ArticleParams", "AdParams", "ProbeParams", "StoryJobRequest"} | {
    "DetectOptions",
    "PlannerOptions",
    "OverlayOptions",
    "WebhookRequest",
}
SHOWN = ("JobResource", "RunResource", "StepResource", "Node", "BatchResource", "ArticleResource", "Delivery")
# What the form of a new job has words of its own for, or leaves out.
NO_FIELDS = {"webhook", "run_at", "webhook_url", "webhook_events"}
SERVED = [path for path in sorted(CONSOLE.rglob("*")) if path.suffix in {".js", ".css", ".svg"}]


@pytest.fixture
def keyless(
    aws: None, function: Callable[[str], ModuleType], context: object, monkeypatch: pytest.MonkeyPatch
) -> Gateway:
    """The API of a stack that asks for keys, and a visitor who has none."""
    monkeypatch.setenv("REQUIRE_API_KEYS", "true")
    return Gateway(function("api"), context)


def _folder(page: str) -> str:
    found = re.search(r'src="console/([0-9a-f]+)/main.js"', page)
    assert found
    return f"/console/{found[1]}"


def test_the_page_is_open_and_names_its_files_by_their_version(keyless: Gateway) -> None:
    page = keyless.call("GET", "/console")
    assert page.status == 200
    assert page.headers["content-type"].startswith("text/html")
    for path in re.findall(r'(?:src|href)="(.+?)"', page.body):
        assert keyless.call("GET", f"/{path}").status == 200, path


def test_everything_else_asks_for_a_key_still(keyless: Gateway) -> None:
    refused(keyless.call("GET", "/jobs"), 401)
    refused(keyless.call("GET", "/consoles"), 401)


def test_no_script_runs_but_those_of_this_origin(keyless: Gateway) -> None:
    page = keyless.call("GET", "/console")
    policy = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert "unsafe-inline" not in page.headers["content-security-policy"]
    bucket = "https://s3.amazonaws.com/nightshift-artifacts"
    assert policy["img-src"] == f"'self' blob: data: {bucket}/"
    assert policy["connect-src"] == f"'self' {bucket}/ {bucket}"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "<script>" not in page.body
    assert "style=" not in page.body


def test_a_page_that_is_known_is_not_sent_again(keyless: Gateway) -> None:
    etag = keyless.call("GET", "/console").headers["etag"]
    again = keyless.call("GET", "/console", headers={"If-None-Match": f"W/{etag}"})
    assert (again.status, again.body) == (304, "")
    assert keyless.call("GET", "/console", headers={"If-None-Match": '"older"'}).status == 200


@pytest.mark.parametrize("path", SERVED, ids=lambda path: path.name)
def test_each_file_is_served_as_it_is_and_kept_for_ever(keyless: Gateway, path: Path) -> None:
    folder = _folder(keyless.call("GET", "/console").body)
    answer = keyless.call("GET", f"{folder}/{path.relative_to(CONSOLE).as_posix()}")
    assert answer.body == path.read_text(encoding="utf-8")
    assert answer.headers["content-type"].split(";")[0] in {"text/javascript", "text/css", "image/svg+xml"}
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["package.json", "Makefile", "vendor.sh", "vendor/marked.LICENSE", "../app.py", "..%2fapp.py", ""]
)
def test_nothing_else_is_served(keyless: Gateway, path: str) -> None:
    folder = _folder(keyless.call("GET", "/console").body)
    refused(keyless.call("GET", f"{folder}/{path}"), 404)


def test_files_of_another_version_are_gone(keyless: Gateway) -> None:
    refused(keyless.call("GET", "/console/0123456789abcdef/main.js"), 404)


def test_modules_name_only_files_that_exist() -> None:
    for path in SERVED:
        if path.suffix == ".js" and path.parent.name != "vendor":
            for named in re.findall(r'(?:from|import\()\s*"(\..+?)"', path.read_text(encoding="utf-8")):
                assert (path.parent / named).resolve().is_file(), f"{path.name} imports {named}"


def _words(name: str) -> set[str]:
    return set(re.findall(r'^  "?([\w.-]+)"?:', (CONSOLE / "locales" / f"{name}.js").read_text(encoding="utf-8"), re.M))


def test_both_languages_have_the_same_words() -> None:
    assert _words("en") == _words("ko")


def test_whatever_the_forms_explain_is_explained_in_korean_too() -> None:
    fields = {
        name: schema.get("description")
        for title, form in json.loads(OPENAPI.read_text(encoding="utf-8"))["components"]["schemas"].items()
        if title in FORMS
        for name, schema in form["properties"].items()
    }
    korean = _words("ko-fields")
    assert {name for name, hint in fields.items() if hint and f"hint.{name}" not in korean} == NO_FIELDS
    assert {word.removeprefix("hint.") for word in korean if word.startswith("hint.")} <= fields.keys()
    known = _words("ko") | korean
    assert {name for name in fields if f"field.{name}" not in known} <= NO_FIELDS | {"type", "params"}


def test_each_status_that_the_console_shows_has_words() -> None:
    schemas = json.loads(OPENAPI.read_text(encoding="utf-8"))["components"]["schemas"]
    kinds = {name: _choices(schemas[name]["properties"]["status"], schemas) for name in SHOWN}
    assert all(kinds.values())
    assert {f"status.{one.lower()}" for one in set().union(*kinds.values())} <= _words("en")


def _choices(schema: dict[str, Any], schemas: dict[str, Any]) -> set[str]:
    if "$ref" in schema:
        return _choices(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    return set(schema.get("enum", []))


def test_each_way_to_fail_has_korean_words() -> None:
    assert {f"error.{code}" for code in ErrorCode} <= _words("ko-fields")
