"""The graph of a job's state machine, drawn from the executions of the deployed stack."""

import pytest

from tests.e2e.client import ended, submit
from tests.stack.deployed import Deployed


@pytest.mark.parametrize(("exit_code", "status"), [(0, "succeeded"), (2, "failed")])
def test_the_graph_of_a_run_shows_what_became_of_each_state(stack: Deployed, exit_code: int, status: str) -> None:
    job = ended(stack, submit(stack, type="probe", params={"exit_code": exit_code}, max_attempts=1))
    drawn = stack.api.get(f"/jobs/{job['job_id']}/graph").raise_for_status().json()
    nodes = {node["id"]: node for node in drawn["nodes"]}
    assert drawn["source"] == "history"
    assert {name: node["status"] for name, node in nodes.items()} == {
        "WithCli": "succeeded",
        "Nothing": "not_entered",
        "Probe": status,
    }
    assert nodes["Probe"]["input"]["params"]["exit_code"] == exit_code
    assert (nodes["Probe"]["error"] is not None) == bool(exit_code)
    assert {"source": "WithCli", "target": "Probe", "kind": "default", "label": None} in drawn["edges"]
