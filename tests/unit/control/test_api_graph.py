"""GET /jobs/{id}/graph. Of an execution that succeeded, moto tells always the same: what a pass state named A did."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from nightshift import clients, dispatch
from nightshift.store.keys import run_key
from nightshift.store.write import Update
from tests.unit.control.conftest import MACHINES, ROOT
from tests.unit.control.gateway import Gateway, refused
from tests.unit.control.jobs import CRASHED, T0, at, end, make, record_step, running

GONE = f"{MACHINES.replace(':stateMachine:', ':execution:')}story:gone"


@pytest.fixture(autouse=True)
def machines(aws: None) -> None:
    """The machines as the repository has them."""
    for name in ("story", "probe"):
        definition = yaml.safe_load((ROOT / "statemachines" / f"{name}.asl.yaml").read_text(encoding="utf-8"))
        clients.stepfunctions().update_state_machine(stateMachineArn=MACHINES + name, definition=json.dumps(definition))


def graph(api: Gateway, job_id: str, query: str = "") -> dict[str, Any]:
    answer = api.call("GET", f"/jobs/{job_id}/graph{query}")
    assert answer.status == 200, answer.body
    drawn = answer.json()
    return drawn | {"nodes": {node["id"]: node for node in drawn["nodes"]}}


class History:
    """Answers as Step Functions does, a page of two events at a time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *events: tuple[str, str]) -> None:
        self.pages = 0
        self._events = [self._event(number, *event) for number, event in enumerate(events, start=1)]
        monkeypatch.setattr(clients.stepfunctions(), "get_execution_history", self._page)

    def _page(self, executionArn: str, maxResults: int, nextToken: str = "0") -> dict[str, Any]:
        self.pages += 1
        end = int(nextToken) + 2
        more = {"nextToken": str(end)} if end < len(self._events) else {}
        return {"events": self._events[int(nextToken) : end]} | more

    @staticmethod
    def _event(number: int, kind: str, name: str) -> dict[str, Any]:
        event = {"id": number, "previousEventId": number - 1, "type": kind, "timestamp": datetime.now(UTC)}
        way = "Entered" if kind.endswith("Entered") else "Exited"
        return event | ({f"state{way}EventDetails": {"name": name, "input": "{}"}} if name else {})


def test_a_job_that_waits_shows_its_machine_with_nothing_entered(api: Gateway) -> None:
    drawn = graph(api, make(type="story", params={}).job_id)
    assert (drawn["type"], drawn["source"], drawn["run_id"], drawn["status"]) == ("story", "definition", None, None)
    assert set(drawn["nodes"]) == {"WriteStory", "More", "Pause", "Done"}
    assert {node["status"] for node in drawn["nodes"].values()} == {"not_entered"}
    assert drawn["nodes"]["WriteStory"]["step"] == "write_story"
    edges = {(edge["source"], edge["target"], edge["kind"], edge["label"]) for edge in drawn["edges"]}
    assert ("More", "Pause", "choice", "$.loop.more == true") in edges
    assert ("Pause", "WriteStory", "next", None) in edges


def test_a_run_is_drawn_from_all_pages_of_its_history(api: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    job, run = running(type="story", params={})
    story = (("TaskStateEntered", "WriteStory"), ("TaskScheduled", ""), ("TaskStateExited", "WriteStory"))
    history = History(monkeypatch, *story, *story, ("ChoiceStateEntered", "More"))
    drawn = graph(api, job.job_id)
    assert (drawn["source"], drawn["run_id"], drawn["status"]) == ("history", run.run_id, "RUNNING")
    assert not drawn["history_truncated"]
    assert (drawn["nodes"]["WriteStory"]["visits"], drawn["nodes"]["More"]["status"]) == (2, "running")
    assert history.pages == 4


def test_a_history_is_read_to_a_bound(api: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    job, _ = running(type="story", params={})
    history = History(monkeypatch, *[("TaskStateEntered", "WriteStory"), ("TaskStateExited", "WriteStory")] * 50)
    drawn = graph(api, job.job_id)
    assert drawn["history_truncated"]
    assert (history.pages, drawn["nodes"]["WriteStory"]["visits"]) == (10, 10)


def test_an_execution_that_is_gone_is_drawn_from_its_steps(api: Gateway) -> None:
    job, run = running(type="story", params={})
    told = {"status": "done", "started_at": "2026-01-31T09:30:01Z", "finished_at": "2026-01-31T09:30:02Z"}
    record_step(run, iteration=0, **told)
    record_step(run, iteration=1, **told | {"status": "failed", "error": {"code": "crash", "message": "no more"}})
    Update(run_key(run.job_id, run.run_number), values={"execution_arn": GONE}).apply()
    drawn = graph(api, job.job_id)
    node = drawn["nodes"]["WriteStory"]
    assert (drawn["source"], node["status"], node["visits"]) == ("steps", "failed", 2)
    assert (node["exited_at"], node["error"]) == ("2026-01-31T09:30:02.000Z", {"error": "crash", "cause": "no more"})
    assert drawn["nodes"]["Done"]["status"] == "not_entered"


def test_an_earlier_run_can_be_asked_for(api: Gateway) -> None:
    job, first = running()
    assert end(first, CRASHED, T0)
    (last,) = dispatch.fill([candidate for candidate in [dispatch.attend(job.job_id, at(3600))] if candidate], at(3600))
    drawn = graph(api, job.job_id, f"?run_id={first.run_id}")
    assert (drawn["run_id"], drawn["status"]) == (first.run_id, "FAILED")
    assert graph(api, job.job_id)["run_id"] == last.run_id
    refused(api.call("GET", f"/jobs/{job.job_id}/graph?run_id=nothing"), 404)


def test_what_step_functions_does_not_answer_is_503(api: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    job, _ = running()

    def fail(**_: Any) -> None:
        raise clients.stepfunctions().exceptions.ClientError({"Error": {"Code": "Throttling"}}, "GetExecutionHistory")

    monkeypatch.setattr(clients.stepfunctions(), "get_execution_history", fail)
    refused(api.call("GET", f"/jobs/{job.job_id}/graph"), 503)
