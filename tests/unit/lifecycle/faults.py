"""What can go wrong at an AWS call, and what can happen between two of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from moto.core.models import botocore_stubber

Kind = Literal["crash", "cut", "refuse", "throttle", "unanswered", "resend"]


class Crash(BaseException):
    """The process ended here. Not an Exception: nothing of the domain may catch it, as nothing catches a SIGKILL."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What befalls the action's call number ``call``, counted from 1.

    ``crash``: the process ends before the call. ``cut``: it ends after the call took effect, before it knows.
    ``refuse``: the call raises, as when the service is away. ``throttle``: the service answers that it is too much.
    ``unanswered``: it took effect, and raises. ``resend``: it took effect, the connection broke, and the SDK sends it
    again; of calls that moto answers, but not of transactions, which DynamoDB knows again by their token.
    """

    call: int
    kind: Kind


class Faults:
    """Watches the calls of the clients it is hooked into, and interferes with one of them when it is told to."""

    def __init__(self) -> None:
        self.calls = 0
        self._acting = False
        self._fault: Fault | None = None
        self._meanwhile: tuple[int, Callable[[], object]] | None = None
        self.struck = False
        self.interleaved = False

    def hook(self, client: BaseClient) -> None:
        # First, so that a call which is to fail is not answered by anybody.
        client.meta.events.register_first("before-call.*.*", self._before)
        client.meta.events.register_first("before-send.*.*", self._send)
        client.meta.events.register_last("after-call.*.*", self._after)

    def unhook(self, client: BaseClient) -> None:
        client.meta.events.unregister("before-call.*.*", self._before)
        client.meta.events.unregister("before-send.*.*", self._send)
        client.meta.events.unregister("after-call.*.*", self._after)

    def begin(self, fault: Fault | None, meanwhile: tuple[int, Callable[[], object]] | None) -> None:
        """A new action begins. ``meanwhile`` is what another process does before the action's call of that number."""
        self.calls, self._fault, self._meanwhile = 0, fault, meanwhile
        self._acting = True
        self.struck = self.interleaved = False

    def end(self) -> None:
        """The action is over: what is called after it is not its own."""
        self._acting = False
        self._fault = self._meanwhile = None

    def _before(self, **kwargs: Any) -> None:
        self.calls += self._acting
        if self._meanwhile and self.calls == self._meanwhile[0]:
            self._let_others_act(self._meanwhile[1])
        if self._strikes("crash"):
            raise Crash
        if self._strikes("refuse"):
            raise EndpointConnectionError(endpoint_url="https://nobody.example")
        if self._strikes("throttle"):
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "Any")

    def _send(self, event_name: str, request: Any, **kwargs: Any) -> None:
        if event_name.endswith("TransactWriteItems") or not self._strikes("resend"):
            return
        self._fault = None
        botocore_stubber(event_name, request)
        raise ReadTimeoutError(endpoint_url="https://nobody.example")

    def _after(self, **kwargs: Any) -> None:
        if self._strikes("cut"):
            raise Crash
        if self._strikes("unanswered"):
            raise ReadTimeoutError(endpoint_url="https://nobody.example")

    def _strikes(self, kind: Kind) -> bool:
        hit = self._fault is not None and self._fault == Fault(self.calls, kind)
        self.struck = self.struck or hit
        return hit

    def _let_others_act(self, act: Callable[[], object]) -> None:
        calls, fault = self.calls, self._fault
        self._fault = self._meanwhile = None
        self.interleaved = True
        act()
        self.calls, self._fault = calls, fault
