"""The function with its real programs, and the command lines it makes."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from commands import probe, research, story
from nightshift.worker import errors
from nightshift.worker.task import Task
from tests.unit.worker.conftest import Surroundings

HANDLER = Path(__file__).parents[3] / "functions/storyteller/handler.py"


def task(params: dict[str, Any], iteration: int = 0) -> Task:
    return Task.from_event(Surroundings().event | {"params": params, "iteration": iteration})


class Context:
    """What Lambda tells of an invocation."""

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@pytest.fixture
def invoke(surroundings: Surroundings) -> Callable[..., dict[str, Any]]:
    # By its path: other functions have modules called `handler` too.
    spec = importlib.util.spec_from_file_location("storyteller_handler", HANDLER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return lambda **changes: module.handler(surroundings.event | changes, Context())


def test_a_probe(invoke: Callable[..., dict[str, Any]], surroundings: Surroundings) -> None:
    params = {"log": ["-x", "둘"], "artifact_bytes": 3, "children": 1, "seconds": 0.2, "progress_every": 0.1}

    result = invoke(command="probe", params=params)

    assert result["outcome"] == "COMPLETED"
    assert result["result"]["artifact_bytes"] == 3
    assert result["artifacts"] == [{"name": "probe.bin", "content_type": "application/octet-stream", "size": 3}]
    assert surroundings.log()[1:3] == ["-x", "둘"]
    assert surroundings.job()["progress"] == {"percent": 100, "message": "done"}


def test_a_probe_that_fails(invoke: Callable[..., dict[str, Any]]) -> None:
    with pytest.raises(errors.ProviderError, match="no answer"):
        invoke(command="probe", params={"exit_code": 3, "log": ["no answer"]})


def test_a_story(invoke: Callable[..., dict[str, Any]], surroundings: Surroundings) -> None:
    params = {"max_stories": 2, "interval_seconds": 0, "target_length": 300, "language": "en", "seed": 1}

    result = invoke(command="story", params=params)

    assert (result["outcome"], result["made"], result["more"], result["iteration"]) == ("COMPLETED", 1, True, 1)
    assert {artifact["content_type"] for artifact in result["artifacts"]} == {
        "text/markdown; charset=utf-8",
        "application/json",
    }
    assert surroundings.job()["progress"] == {"percent": 50, "message": "1 of 2: story written"}


def test_research(invoke: Callable[..., dict[str, Any]], surroundings: Surroundings) -> None:
    result = invoke(command="research", params={"topic": "--out=/etc", "tags": ["sea"], "language": "en"})

    (card,) = result["result"]["cards"]
    assert (card["topic"], card["tags"], card["quality"]) == ("--out=/etc", ["sea"], "good")
    assert [artifact["name"] for artifact in result["artifacts"]] == sorted(card["artifacts"])


@pytest.mark.parametrize("command", ["nonsense", "..handler", "probe.os", "__init__", ""])
def test_an_unknown_command(invoke: Callable[..., dict[str, Any]], command: str) -> None:
    with pytest.raises(errors.InputError, match="no command"):
        invoke(command=command)


@pytest.mark.parametrize("changes", [{"run": {}}, {"run": None}, {"iteration": "x"}, {"params": None}])
def test_a_broken_event(invoke: Callable[..., dict[str, Any]], changes: dict[str, Any]) -> None:
    with pytest.raises(errors.InputError, match="not usable"):
        invoke(**changes)


@pytest.mark.usefixtures("surroundings")
def test_the_command_line_of_a_story() -> None:
    params = {"max_stories": 5, "interval_seconds": 3, "topic": "--out=/etc\n'", "language": "ko", "seed": 40}

    plan = story.plan(task(params, iteration=2))

    assert plan.arguments == (
        "--max-stories=1",
        "--topic=--out=/etc\n'",
        "--language=ko",
        "--model=offline",
        "--seed=42",
    )
    assert (plan.iterations, plan.duration_seconds, plan.interval_seconds) == (5, None, 3)


@pytest.mark.usefixtures("surroundings")
def test_a_story_without_params() -> None:
    assert story.plan(task({})).arguments == ("--max-stories=1", "--model=offline")


@pytest.mark.usefixtures("surroundings")
def test_the_command_line_of_research() -> None:
    params = {"topic": "list", "tags": ["-x", "둘"], "language": "en", "seed": 3}

    assert research.plan(task(params)).arguments == (
        "--topic=list",
        "--language=en",
        "--seed=3",
        "--model=offline",
        "--tags=-x",
        "--tags=둘",
    )


def test_the_command_line_of_a_probe() -> None:
    params = {"cli": True, "seconds": 0, "exit_code": 6, "log": ["--x"], "ignore_sigterm": True}

    plan = probe.plan(task(params))

    assert plan.arguments == ("--seconds=0", "--exit-code=6", "--log=--x", "--ignore-sigterm")
    assert plan.iterations == 1
