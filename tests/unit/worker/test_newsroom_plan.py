"""From an article job's params to the newsroom's command line."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from nightshift.settings import settings
from nightshift.worker.errors import InputError
from nightshift.worker.task import Plan, Task

pytestmark = pytest.mark.unit

PLANS = Path(__file__).resolve().parents[3] / "functions" / "newsroom" / "plans.py"
RUN = {"job_id": "j", "run_id": "r", "run_number": 1, "tenant_id": "t", "prefix": "t/j/r/", "timeout_seconds": 60}
PARAMS = {"language": "en", "level": "A2", "length": 100, "topic": "--out=/etc; rm -rf /"}


def plan(command: str = "article", **params: Any) -> Plan:
    spec = importlib.util.spec_from_file_location("newsroom_plans", PLANS)
    assert spec
    assert spec.loader
    plans = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plans)
    event = {"run": RUN, "command": command, "step": "write_article", "params": PARAMS | params}
    found: Plan = plans.plan(Task.from_event(event))
    return found


@pytest.fixture(autouse=True)
def fresh_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOW_LOCAL_TARGETS", "false")
    settings.cache_clear()


def test_values_cannot_become_options() -> None:
    arguments = plan().arguments
    assert "--topic=--out=/etc; rm -rf /" in arguments
    assert all(argument.startswith("--") and "=" in argument for argument in arguments)
    assert not any(argument.startswith("--out") for argument in arguments)


def test_a_text_becomes_a_file_and_a_url_an_option() -> None:
    given = plan(source_text="우물")
    assert (given.files, "--source-file=source.txt" in given.arguments) == ({"source.txt": "우물".encode()}, True)
    assert "--source-url=https://example.com" in plan(source_url="https://example.com").arguments


def test_local_urls_are_for_local_stacks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "--allow-local" not in plan().arguments
    monkeypatch.setenv("ALLOW_LOCAL_TARGETS", "true")
    settings.cache_clear()
    assert "--allow-local" in plan().arguments


def test_another_command_is_refused() -> None:
    with pytest.raises(InputError):
        plan("story")
