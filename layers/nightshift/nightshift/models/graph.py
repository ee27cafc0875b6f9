"""A state machine as it is drawn: its states, the ways between them, and how far a run has come."""

from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from nightshift.models.base import Model, Timestamp
from nightshift.models.status import RunStatus


class NodeStatus(StrEnum):
    """``caught``: it failed, and the machine went on by one of its Catch edges. ``stopped``: ended from outside."""

    NOT_ENTERED = "not_entered"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CAUGHT = "caught"
    STOPPED = "stopped"


class NodeError(Model):
    error: str | None = Field(description="The error's name, as Retry and Catch match it.")
    cause: str | None = Field(description="Its message, at most 2000 characters.")


class Node(Model):
    """A state. Of one that was visited several times, all but ``visits`` is of its last visit."""

    id: str = Field(description="The state's name, of which the machine has only one.")
    type: str = Field(description="Task, Choice, Parallel, Map, Wait, Pass, Succeed or Fail.")
    comment: str | None = None
    parent: str | None = Field(default=None, description="The Parallel or Map that the state lies in.")
    branch: int | None = Field(default=None, description="Which of its parent's branches, from 0.")
    step: str | None = Field(default=None, description="The step of the job that the state does, if it does one.")
    starts: bool = Field(description="The machine, or the branch, begins with it.")
    ends: bool = Field(description="The machine, or the branch, may end with it.")
    status: NodeStatus = NodeStatus.NOT_ENTERED
    visits: int = Field(default=0, description="How often it was entered: more than once in a loop or a Map.")
    attempts: int = Field(default=0, description="How often its work was begun; more than once after a Retry.")
    entered_at: Timestamp | None = None
    exited_at: Timestamp | None = None
    input: Any = Field(default=None, description="A JSON value; if input_truncated, the beginning of its text.")
    input_truncated: bool = False
    output: Any = Field(default=None, description="A JSON value; if output_truncated, the beginning of its text.")
    output_truncated: bool = False
    error: NodeError | None = None


class Edge(Model):
    source: str
    target: str
    kind: Literal["next", "choice", "default", "catch"]
    label: str | None = Field(default=None, description="A choice's condition; the errors that are caught.")


class Graph(Model):
    """``source`` says what the nodes' states are from; from ``steps`` only Task nodes can be known."""

    job_id: str
    type: str
    run_id: str | None = Field(description="Null: the job has not been run.")
    status: RunStatus | None = Field(description="The run's.")
    source: Literal["definition", "history", "steps"] = Field(
        description="definition: nothing was entered. steps: the execution's history is gone, its steps are not."
    )
    history_truncated: bool = Field(description="The history is longer than what was read of it.")
    nodes: list[Node]
    edges: list[Edge]
