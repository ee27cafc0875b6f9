"""The program itself: where it asks, what it says of refusals, and what it needs to start."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import FakeApi, Nightshift, job


@pytest.mark.parametrize(
    ("status", "code"), [(400, 3), (401, 5), (403, 5), (404, 4), (409, 3), (422, 3), (429, 6), (500, 6), (503, 6)]
)
def test_a_refusal_is_one_sentence_and_a_code(fake: FakeApi, nightshift: Nightshift, status: int, code: int) -> None:
    fake.refuses("GET", "/jobs/j1", status, "No,\x1bbecause.")
    ended = nightshift("show", "j1", "--json")
    assert (ended.code, ended.out, ended.err) == (code, "", "nightshift: No,�because.\n")


def test_all_invalid_fields_are_named(fake: FakeApi, nightshift: Nightshift) -> None:
    errors = [{"loc": ["body", "params", "x"], "msg": "unknown field"}, {"loc": ["priority"], "msg": "too high"}]
    errors += [{"loc": ["body"], "msg": "not like this"}]
    fake.refuses("POST", "/jobs", 422, "params.x: unknown field (1 more in errors)", errors=errors)
    assert (
        nightshift("submit", "story").err == "nightshift: params.x: unknown field; priority: too high; not like this\n"
    )


@pytest.mark.parametrize(("status", "body"), [(200, b"<html>"), (200, [1]), (404, b""), (502, {"message": "bad"})])
def test_what_is_no_nightshift_is_said_to_be_none(
    fake: FakeApi, nightshift: Nightshift, status: int, body: Any
) -> None:
    fake.answers("GET", "/jobs/j1", body, status)
    ended = nightshift("show", "j1")
    assert ended.code in (3, 4, 6)
    assert "is that the URL of a Nightshift API?" in ended.err


def test_an_api_that_is_not_there_is_unavailable(nightshift: Nightshift) -> None:
    url = "http://127.0.0.1:9"
    ended = nightshift("--url", url, "list")
    assert (ended.code, ended.out) == (6, "")
    assert ended.err.startswith(f"nightshift: {url} cannot be reached")


def test_in_a_clone_its_own_stack_is_asked(
    fake: FakeApi, nightshift: Nightshift, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake.answers("GET", "/v1/jobs/j1", job())
    local = tmp_path / ".local"
    (tmp_path / "below").mkdir()
    local.mkdir()
    (local / "api-url").write_text(f"{fake.url}/v1\n")
    (local / "api-key").write_text("nsk_local\n")
    monkeypatch.chdir(tmp_path / "below")
    monkeypatch.delenv("NIGHTSHIFT_API_URL")
    monkeypatch.delenv("NIGHTSHIFT_API_KEY")
    assert nightshift("show", "j1").code == 0
    assert fake.requests[-1].headers["x-api-key"] == "nsk_local"
    nightshift("--key", "nsk_other", "show", "j1")
    assert fake.requests[-1].headers["x-api-key"] == "nsk_other"
    nightshift("--url", f"{fake.url}/v1", "show", "j1")
    assert "x-api-key" not in fake.requests[-1].headers


def test_without_a_url_it_says_how_to_give_one(
    nightshift: Nightshift, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("NIGHTSHIFT_API_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    assert "NIGHTSHIFT_API_URL" in nightshift("list").err
    assert nightshift("--url", "example.org", "list").code == 2
    assert nightshift("list", "--help").code == 0


def test_an_id_is_a_part_of_a_path_and_no_more(fake: FakeApi, nightshift: Nightshift) -> None:
    nightshift("show", "../scheduler/status?x=1")
    assert fake.requests[0].path == "/jobs/..%2Fscheduler%2Fstatus%3Fx%3D1"


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("nightshift sch", ["schedule", "scheduler"]),
        ("nightshift list --status CA", ["CANCELLED"]),
        ("nightshift show j", ["j1"]),
        ("nightshift cancel j1 x", []),
    ],
)
def test_the_shell_is_offered_commands_states_and_jobs(
    fake: FakeApi, nightshift: Nightshift, monkeypatch: pytest.MonkeyPatch, words: str, offered: list[str]
) -> None:
    fake.answers("GET", "/jobs", {"jobs": [job()], "next_token": None})
    monkeypatch.setenv("_NIGHTSHIFT_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    assert nightshift().out.split() == offered


def test_an_api_that_does_not_answer_offers_nothing(nightshift: Nightshift, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIGHTSHIFT_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("_NIGHTSHIFT_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "nightshift show j")
    monkeypatch.setenv("COMP_CWORD", "2")
    ended = nightshift()
    assert (ended.out.strip(), ended.err) == ("", "")


def test_help_needs_neither_httpx_nor_rich() -> None:
    """They are most of what starting would take."""
    code = "import sys, nightshift_cli.main; print([name for name in ('httpx', 'rich') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
