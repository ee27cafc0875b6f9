"""The control plane in one process: every event waits in ``pending`` until the test lets it through."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import BotoCoreError
from moto.events.models import EventPattern

from nightshift import changes, clients, dispatch
from nightshift.executions import Execution
from nightshift.finish import finish
from nightshift.settings import settings
from nightshift.store import lanes
from nightshift.timer import mirror
from tests.unit.control.jobs import T0
from tests.unit.lifecycle.faults import Crash, Fault, Faults
from tests.unit.lifecycle.model import Model
from tests.unit.lifecycle.services import Services
from tests.unit.lifecycle.table import Table, rules

# As the listener does: by the sort key of the item.
_TELLERS = {"JOB": changes.change_of, "STATE": changes.opening_of}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to a function; of no job if the scheduler was opened.

    The finisher's says which run's execution ended, and how.
    """

    function: str
    job_id: str | None
    run_number: int = 0
    execution: Execution | None = None


class World:
    """``sound`` until a promise is broken.

    ``fault``, ``meanwhile`` and the index's lag befall the next action only.
    """

    def __init__(self) -> None:
        self.now = T0
        self.sound = True
        self.pending: list[Delivery] = []
        self.fault: Fault | None = None
        self.meanwhile: tuple[int, Callable[[], None]] | None = None
        self.table = Table(lambda: self.now)
        self.services = Services(lambda: self.now, self._on_end)
        self.faults = Faults()
        self.model = Model(settings().max_concurrency, self.services.executions)
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
        except (Crash, BotoCoreError):
            assert self.faults.struck, "it failed by itself"
            return None
        finally:
            self._take_note()
            self.table.lag = timedelta()

    @property
    def undisturbed(self) -> bool:
        """Whether nothing befell the last action."""
        return not (self.faults.struck or self.faults.interleaved)

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.pending += [Delivery("dispatcher", job_id) for job_id in self.services.due()]

    def handle(self, delivery: Delivery) -> None:
        """What the event's function does with it."""
        if delivery.job_id is None:
            dispatch.fill([], self.now)
        elif delivery.function == "dispatcher":
            job = dispatch.attend(delivery.job_id, self.now)
            dispatch.fill([job] if job else [], self.now)
        elif delivery.function == "timer":
            mirror(delivery.job_id, self.now)
        else:
            assert delivery.execution
            finish(delivery.job_id, delivery.run_number, delivery.execution, self.now)

    def _take_note(self) -> None:
        ordered = not self.table.lag and not self.faults.interleaved
        self.sound = False
        for change in self.table.changes():
            self.model.see(change, self.now, ordered=ordered)
            tell = _TELLERS.get(change.key[1])
            if tell and change.new:
                self._publish(tell(change.old, change.new))
        self.sound = True
        self.table.remember_index()

    def _publish(self, detail: dict[str, Any] | None) -> None:
        if detail is None:
            return
        kind = changes.JOB_STATE_CHANGED if "job_id" in detail else changes.SCHEDULER_OPENED
        event: Any = {"source": changes.SOURCE, "detail-type": kind, "detail": detail}
        for function, pattern in self._rules:
            if pattern.matches_event(event):
                self.pending.append(Delivery(function, detail.get("job_id")))

    def _on_end(self, run: dict[str, Any], execution: Execution) -> None:
        self.pending.append(Delivery("finisher", run["job_id"], run["run_number"], execution))


def _clients() -> list[BaseClient]:
    return [clients.dynamodb(), clients.stepfunctions(), clients.sqs(), clients.scheduler()]
