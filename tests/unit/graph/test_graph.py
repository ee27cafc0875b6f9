"""A machine with one of everything, and the history of an execution of it as LocalStack wrote it."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from nightshift.graph.outline import outline
from nightshift.graph.visits import Visits
from nightshift.models.graph import Node

RECORDED = json.loads(Path(__file__).with_name("everything.json").read_text(encoding="utf-8"))
EVENTS = [event | {"timestamp": datetime.fromisoformat(event["timestamp"])} for event in RECORDED["history"]]


def drawn(events: list[dict[str, Any]]) -> dict[str, Node]:
    nodes, _ = outline(RECORDED["machine"])
    visits = Visits({node.id: node for node in nodes})
    visits.add(events)
    return {node.id: node for node in visits.shown()}


def until(number: int) -> dict[str, Node]:
    """The nodes as they were when the history ended with that event."""
    return drawn(EVENTS[:number])


def test_the_shape_has_every_state_and_every_way() -> None:
    nodes, edges = outline(RECORDED["machine"])
    assert {(node.id, node.parent, node.branch) for node in nodes if node.parent} == {
        ("Left", "Gather", 0),
        ("Ask", "Gather", 1),
        ("Instead", "Gather", 1),
        ("Item", "Each", 0),
        ("Wait", "Give up", 0),
        ("Fall", "Give up", 1),
    }
    assert {node.id for node in nodes if node.starts} == {"Gather", "Left", "Ask", "Item", "Wait", "Fall"}
    assert {node.id for node in nodes if node.ends} == {
        *("Left", "Ask", "Instead", "Item", "Give up", "Wait", "Fall", "Never")
    }
    assert {node.id: node.step for node in nodes if node.step} == {"Ask": "ask"}
    assert {(edge.source, edge.target, edge.kind, edge.label) for edge in edges if edge.kind != "next"} == {
        ("Ask", "Instead", "catch", "States.Timeout, States.TaskFailed"),
        ("Again", "Less", "choice", "($.n > 0) and (not ($.stop IsPresent true))"),
        ("Again", "Give up", "default", None),
    }
    assert {edge.source for edge in edges if edge.kind == "next"} == {"Gather", "Each", "Count", "Less"}


@pytest.mark.parametrize("kind", ["Iterator", "ItemProcessor"])
def test_a_map_may_be_written_as_it_used_to_be(kind: str) -> None:
    inner = {"StartAt": "In", "States": {"In": {"Type": "Succeed"}}}
    nodes, _ = outline({"StartAt": "M", "States": {"M": {"Type": "Map", kind: inner, "End": True}}})
    assert [(node.id, node.parent, node.ends) for node in nodes] == [("M", None, True), ("In", "M", True)]


def test_an_execution_that_ended_has_ended_in_all_its_states() -> None:
    nodes = drawn(EVENTS)
    assert {name: str(node.status) for name, node in nodes.items()} == {
        "Gather": "succeeded",
        "Left": "succeeded",
        "Ask": "caught",
        "Instead": "succeeded",
        "Each": "succeeded",
        "Item": "succeeded",
        "Count": "succeeded",
        "Again": "succeeded",
        "Less": "succeeded",
        "Give up": "failed",
        "Wait": "stopped",
        "Fall": "failed",
        "Never": "not_entered",
    }
    assert all(node.exited_at for node in nodes.values() if node.visits)
    assert nodes["Fall"].error
    assert (nodes["Fall"].error.error, nodes["Fall"].error.cause) == ("Fell", "no ground")
    assert nodes["Give up"].error == nodes["Fall"].error


def test_visits_and_attempts_are_counted_and_the_last_is_shown() -> None:
    nodes = drawn(EVENTS)
    assert (nodes["Again"].visits, nodes["Item"].visits, nodes["Less"].visits) == (2, 2, 1)
    assert (nodes["Again"].output, nodes["Item"].output) == ({"n": 0}, {"side": "right"})
    assert (nodes["Ask"].visits, nodes["Ask"].attempts) == (1, 2)
    assert nodes["Ask"].error
    assert nodes["Ask"].error.error == "Lambda.ResourceNotFoundException"


def test_what_goes_on_is_running_even_between_two_attempts() -> None:
    scheduled = next(event["id"] for event in EVENTS if event["type"] == "TaskScheduled")
    failed = next(event["id"] for event in EVENTS if event["type"] == "TaskFailed")
    for number, attempts in ((scheduled, 1), (failed, 1), (failed + 1, 2)):
        ask = until(number)["Ask"]
        assert (ask.status, ask.attempts, ask.exited_at) == ("running", attempts, None)
    assert until(failed)["Ask"].error
    assert until(failed + 1)["Ask"].error is None
    assert until(failed)["Gather"].status == "running"
    assert until(failed)["Left"].status == "succeeded"


def test_an_execution_that_was_stopped_failed_nowhere() -> None:
    waiting = next(number for number, event in enumerate(EVENTS) if event["type"] == "FailStateEntered")
    end = EVENTS[-1] | {"type": "ExecutionAborted", "previousEventId": 0, "executionFailedEventDetails": {}}
    nodes = drawn([*EVENTS[:waiting], end])
    assert [nodes[name].status for name in ("Give up", "Wait", "Fall")] == ["stopped", "stopped", "not_entered"]
    assert nodes["Wait"].exited_at == nodes["Give up"].exited_at
    assert nodes["Wait"].error is None


def test_long_texts_are_cut_and_said_to_be() -> None:
    long = json.dumps({"text": "가" * 9000}, ensure_ascii=False)
    (entered,) = (event for event in EVENTS if event.get("stateEnteredEventDetails", {}).get("name") == "Count")
    details = {"stateEnteredEventDetails": {"name": "Count", "input": long}}
    node = drawn([*EVENTS[: entered["id"] - 1], entered | details])["Count"]
    assert (node.input, node.input_truncated) == (long[:8000], True)
    assert (node.output, node.output_truncated) == (None, False)


def test_a_state_that_the_definition_does_not_have_is_passed_over() -> None:
    nodes, _ = outline({"StartAt": "Other", "States": {"Other": {"Type": "Succeed"}}})
    visits = Visits({node.id: node for node in nodes})
    visits.add(EVENTS)
    assert [node.status for node in visits.shown()] == ["not_entered"]
