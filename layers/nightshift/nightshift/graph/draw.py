"""Putting together what Step Functions knows of a run."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from nightshift.clients import stepfunctions
from nightshift.executions import arn_of, machine_of
from nightshift.graph.outline import outline
from nightshift.graph.visits import Event, Visits
from nightshift.models.graph import Edge, Graph, Node, NodeError, NodeStatus
from nightshift.models.job import Job
from nightshift.models.run import Run, Step
from nightshift.models.status import StepStatus
from nightshift.store.reads import list_steps

_PAGE = 1000
_PAGES_AT_MOST = 10
_STATUS = {
    StepStatus.QUEUED: NodeStatus.NOT_ENTERED,
    StepStatus.RUNNING: NodeStatus.RUNNING,
    StepStatus.DONE: NodeStatus.SUCCEEDED,
    StepStatus.FAILED: NodeStatus.FAILED,
}


def draw(job: Job, run: Run | None) -> Graph:
    """The state machine that runs the job, with what the run did in it.

    Drawn from the machine as it was when the run began. Step Functions forgets an execution 90 days after its end; then
    it is the machine as it is now, with the steps that the table keeps.
    """
    client = stepfunctions()
    if run:
        try:
            return _from_history(job, run, arn_of(run))
        except client.exceptions.ExecutionDoesNotExist:
            pass
    machine = client.describe_state_machine(stateMachineArn=machine_of(job.type, job.timeout_seconds))
    nodes, edges = outline(json.loads(machine["definition"]))
    steps = list_steps(run, job.recorded_steps) if run else []
    if not steps:
        return _graph(job, run, nodes, edges, source="definition")
    return _graph(job, run, [_by_steps(node, steps) for node in nodes], edges, source="steps")


def _from_history(job: Job, run: Run, execution_arn: str) -> Graph:
    pages = _history(execution_arn)
    first, more = next(pages)
    machine = stepfunctions().describe_state_machine_for_execution(executionArn=execution_arn)
    nodes, edges = outline(json.loads(machine["definition"]))
    visits = Visits({node.id: node for node in nodes})
    visits.add(first)
    for events, more in pages:  # noqa: B007 - whether more would follow the last page
        visits.add(events)
    return _graph(job, run, visits.shown(), edges, source="history", history_truncated=more)


def _history(execution_arn: str) -> Iterator[tuple[Iterable[Event], bool]]:
    """Its events page by page, each with whether others follow."""
    token: dict[str, Any] = {}
    for _ in range(_PAGES_AT_MOST):
        page = stepfunctions().get_execution_history(executionArn=execution_arn, maxResults=_PAGE, **token)
        yield page["events"], "nextToken" in page
        if "nextToken" not in page:
            return
        token = {"nextToken": page["nextToken"]}


def _by_steps(node: Node, steps: list[Step]) -> Node:
    visits = [step for step in steps if step.name == node.step]
    if not visits:
        return node
    last = visits[-1]
    error = NodeError(error=last.error.code, cause=last.error.message) if last.error else None
    told: dict[str, Any] = {
        "status": _STATUS[last.status],
        "visits": len(visits),
        "attempts": 1,
        "entered_at": last.started_at,
        "exited_at": last.finished_at,
        "output": last.output,
        "error": error,
    }
    return node.model_copy(update=told)


def _graph(job: Job, run: Run | None, nodes: list[Node], edges: list[Edge], **told: Any) -> Graph:
    return Graph(
        job_id=job.job_id,
        type=job.type,
        run_id=run.run_id if run else None,
        status=run.status if run else None,
        nodes=nodes,
        edges=edges,
        **{"history_truncated": False} | told,
    )
