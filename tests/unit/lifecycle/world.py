"""The control plane in one process: every event waits in ``pending`` until the test lets it through."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import BotoCoreError, ClientError
from moto.events.models import EventPattern

from nightshift import clients
from nightshift.executions import Execution
from nightshift.settings import settings
from nightshift.store import lanes
from tests.unit.control.jobs import T0
from tests.unit.lifecycle.faults import Crash, Fault, Faults
from tests.unit.lifecycle.functions import Event, Functions, of_bus, of_execution, of_queue, of_stream
from tests.unit.lifecycle.model import Model
from tests.unit.lifecycle.services import Services
from tests.unit.lifecycle.table import Table, rules


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to a function."""

    function: str
    event: Event


class World:
    """``sound`` until a promise is broken.

    While it ``listens``, the listener is told of changes at once; else the stream's records wait like other events.
    ``fault``, ``meanwhile``, the indexes' lag and refused starts befall the next action only.
    """

    def __init__(self, start: datetime = T0) -> None:
        self.now = start
        self.sound = True
        self.listens = True
        self.pending: list[Delivery] = []
        self.fault: Fault | None = None
        self.meanwhile: tuple[int, Callable[[], object]] | None = None
        self.table = Table(lambda: self.now)
        self.services = Services(lambda: self.now, self._on_end, self._on_event)
        self.functions = Functions(lambda: self.now)
        self.faults = Faults()
        self.model = Model(settings().max_concurrency, self.services)
        self._rules = [(function, EventPattern.load(json.dumps(pattern))) for function, pattern in rules()]
        lanes.forget_touches()
        self.table.remember_index()
        for client in _clients():
            self.faults.hook(client)
            if client is clients.dynamodb():
                self.table.hook(client)
            else:
                self.services.hook(client)

    def close(self) -> None:
        """Let go of the clients, which other tests use too."""
        for client in _clients():
            self.faults.unhook(client)
            if client is clients.dynamodb():
                self.table.unhook(client)
            else:
                self.services.unhook(client)

    def act[T](self, action: Callable[[], T], client: tuple[str, str] | None = None) -> T | None:
        """One function's work, with whatever was to befall it; None if that kept it from its end."""
        self.model.client = client
        self.faults.begin(self.fault, self.meanwhile)
        self.fault = self.meanwhile = None
        try:
            return action()
        except (Crash, BotoCoreError, ClientError):
            assert self.faults.struck, "it failed by itself"
            return None
        finally:
            self.faults.end()
            self._take_note()
            self.table.lag = timedelta()
            self.services.refusing = False

    def check(self) -> None:
        """Raises AssertionError if a promise is broken."""
        self.model.check(self.table.items, self.now)

    @property
    def undisturbed(self) -> bool:
        """Whether nothing befell the last action."""
        return not (self.faults.struck or self.faults.interleaved)

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.pending += [Delivery("dispatcher", of_queue(message)) for message in self.services.due()]

    def handle(self, delivery: Delivery) -> Any:
        """What the event's function does with it."""
        return self.functions.call(delivery.function, delivery.event)

    def dispatch(self) -> Any:
        """The dispatcher, told of no job."""
        return self.functions.call("dispatcher", of_queue({"config_version": 0}))

    def reconcile(self) -> Any:
        return self.functions.call("reconciler", {})

    def _take_note(self) -> None:
        ordered = not self.table.lag and not self.faults.interleaved
        self.sound = False
        changes = self.table.changes()
        for change in changes:
            self.model.see(change, self.now, ordered=ordered)
        if changes:
            told = Delivery("listener", of_stream(*(change.record for change in changes)))
            if self.listens:
                self.handle(told)
            else:
                self.pending.append(told)
        self.sound = True
        self.table.remember_index()

    def _on_event(self, entry: dict[str, Any]) -> None:
        detail = json.loads(entry["Detail"])
        event: Any = {"source": entry["Source"], "detail-type": entry["DetailType"], "detail": detail}
        for function, pattern in self._rules:
            if pattern.matches_event(event):
                told = of_queue(detail) if function == "dispatcher" else of_bus(detail)
                self.pending.append(Delivery(function, told))

    def _on_end(self, started_with: dict[str, Any], execution: Execution) -> None:
        self.pending.append(Delivery("finisher", of_execution(started_with, execution)))


def _clients() -> list[BaseClient]:
    every = (clients.dynamodb, clients.stepfunctions, clients.sqs, clients.scheduler, clients.events)
    return [client() for client in every]
