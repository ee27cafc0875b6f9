"""Step Functions, the dispatch queue and EventBridge Scheduler, in memory, as far as the domain calls them.

They answer inside the real clients, which check the parameters and raise the services' own exceptions; so the
domain runs unchanged, without the time that moto takes for services whose state these tests want to steer.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from botocore.client import BaseClient
from botocore.model import OperationModel

from nightshift.executions import Execution
from tests.unit.lifecycle.timetable import Message, Refusal, Timetable

RUNNING = Execution("RUNNING")


@dataclass(frozen=True, slots=True)
class Delayed:
    """A message that the dispatch queue gives out from ``due_at`` on."""

    message: Message
    due_at: datetime


class Services:
    """``executions`` are by name, which is the run's id.

    ``on_end`` is told of each execution that ended, with its input, and ``on_event`` of each entry for the bus.
    While ``refusing``, no execution starts; ``refused`` are those that did not for this reason.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        on_end: Callable[[dict[str, Any], Execution], None],
        on_event: Callable[[dict[str, Any]], None],
    ) -> None:
        self._now = now
        self._on_end = on_end
        self._on_event = on_event
        self.refusing = False
        self.refused: set[str] = set()
        self.executions: dict[str, Execution] = {}
        self.inputs: dict[str, dict[str, Any]] = {}
        self.messages: list[Delayed] = []
        self.timetable = Timetable(now)

    def hook(self, client: BaseClient) -> None:
        client.meta.events.register("provide-client-params.*.*", self._remember)
        client.meta.events.register("before-call.*.*", self._answer)

    def unhook(self, client: BaseClient) -> None:
        client.meta.events.unregister("provide-client-params.*.*", self._remember)
        client.meta.events.unregister("before-call.*.*", self._answer)

    def end(self, name: str, execution: Execution) -> None:
        """The execution ends so, and its status event is sent."""
        self.executions[name] = execution
        self._on_end(self.inputs[name], execution)

    def live(self) -> list[str]:
        """Names of the executions that run."""
        return [name for name, execution in self.executions.items() if not execution.has_ended]

    def due(self) -> list[Message]:
        """Takes out what the queue and the schedules deliver by now."""
        now = self._now()
        told = self.timetable.tell() + [delayed.message for delayed in self.messages if delayed.due_at <= now]
        self.messages = [delayed for delayed in self.messages if delayed.due_at > now]
        return told

    @staticmethod
    def _remember(params: dict[str, Any], context: dict[str, Any], **kwargs: Any) -> None:
        # With the call, as others may act before it is answered.
        context["asked"] = params

    def _answer(self, model: OperationModel, context: dict[str, Any], **kwargs: Any) -> Any:
        try:
            return SimpleNamespace(status_code=200), getattr(self, model.name)(context["asked"])
        except Refusal as refusal:
            return SimpleNamespace(status_code=400), {"Error": {"Code": str(refusal), "Message": ""}}

    def StartExecution(self, asked: dict[str, Any]) -> dict[str, Any]:
        name, wanted = asked["name"], json.loads(asked["input"])
        known = self.executions.get(name)
        if known is None and self.refusing:
            self.refused.add(name)
            raise Refusal("InvalidExecutionInput")
        self.refused.discard(name)
        if known is None:
            self.executions[name], self.inputs[name] = RUNNING, wanted
        elif known.has_ended or self.inputs[name] != wanted:
            raise Refusal("ExecutionAlreadyExists")
        return {"executionArn": asked["stateMachineArn"].replace(":stateMachine:", ":execution:") + f":{name}"}

    def StopExecution(self, asked: dict[str, Any]) -> dict[str, Any]:
        name = self._known(asked)
        if not self.executions[name].has_ended:
            self.end(name, Execution("ABORTED", error=asked["error"], cause=asked["cause"]))
        return {}

    def DescribeExecution(self, asked: dict[str, Any]) -> dict[str, Any]:
        name = self._known(asked)
        execution = self.executions[name]
        found = {"status": execution.status, "error": execution.error, "cause": execution.cause}
        found["input"] = json.dumps(self.inputs[name])
        return found | ({"output": json.dumps(execution.output)} if execution.output else {})

    def _known(self, asked: dict[str, Any]) -> str:
        name: str = asked["executionArn"].rsplit(":", 1)[1]
        if name not in self.executions:
            raise Refusal("ExecutionDoesNotExist")
        return name

    def PutEvents(self, asked: dict[str, Any]) -> dict[str, Any]:
        for entry in asked["Entries"]:
            self._on_event(entry)
        return {"FailedEntryCount": 0}

    def SendMessage(self, asked: dict[str, Any]) -> dict[str, Any]:
        assert asked["QueueUrl"].endswith("/dispatch"), "a record was set aside as poison"
        due_at = datetime.fromtimestamp(self._now().timestamp() + asked["DelaySeconds"], UTC)
        self.messages.append(Delayed(json.loads(asked["MessageBody"]), due_at))
        return {}

    def CreateSchedule(self, asked: dict[str, Any]) -> dict[str, Any]:
        self.timetable.create(asked)
        return {}

    def UpdateSchedule(self, asked: dict[str, Any]) -> dict[str, Any]:
        self.timetable.update(asked)
        return {}

    def DeleteSchedule(self, asked: dict[str, Any]) -> dict[str, Any]:
        self.timetable.delete(asked)
        return {}
