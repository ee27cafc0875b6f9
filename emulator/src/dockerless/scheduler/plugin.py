"""The LocalStack provider of EventBridge Scheduler: moto keeps the schedules, this fires them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.api.scheduler import (
    ConflictException,
    ResourceNotFoundException,
    SchedulerApi,
    ValidationException,
)
from localstack.aws.connect import connect_to
from localstack.aws.forwarder import ForwardingFallbackDispatcher
from localstack.constants import AWS_REGION_US_EAST_1, DEFAULT_AWS_ACCOUNT_ID
from localstack.services.moto import call_moto
from localstack.services.plugins import Service, ServiceLifecycleHook, aws_provider
from localstack.state import StateVisitor
from moto.scheduler.models import EventBridgeSchedulerBackend, ScheduleGroup, scheduler_backends
from moto.scheduler.models import Schedule as StoredSchedule

from dockerless.scheduler.firing import Firing
from dockerless.scheduler.schedule import Schedule, ScheduleKey, from_stored
from dockerless.scheduler.validation import Request, validate

# Deliveries under way at the same time; they mostly wait for the service they call.
DELIVERIES = 32

# moto has no locking of its own, and a schedule and its firing have to change together.
_lock = threading.RLock()


def _client(service: str, region: str, account: str) -> Any:
    # LocalStack takes the account from the access key.
    return connect_to(aws_access_key_id=account, region_name=region).get_client(service)


def _backend(account: str, region: str) -> EventBridgeSchedulerBackend:
    return scheduler_backends[account][region]


def _delete(schedule: Schedule) -> None:
    key = schedule.key
    _backend(key.account, key.region).delete_schedule(key.group, key.name)


class SchedulerProvider(SchedulerApi, ServiceLifecycleHook):
    """Passes every call on to moto and keeps the firing in step with what moto stores."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(DELIVERIES, thread_name_prefix="scheduler-delivery")
        self._firing = Firing(
            clients=_client,
            delete=_delete,
            lock=_lock,
            clock=lambda: datetime.now(UTC),
            executor=self._executor,
        )

    def serve(self, context: RequestContext, request: Request) -> Any:
        """Answer any call of the API."""
        with _lock:
            match context.operation.name:
                case "CreateSchedule" | "UpdateSchedule":
                    return self._write(context, request)
                case "DeleteSchedule":
                    return self._delete_schedule(context, request)
                case "DeleteScheduleGroup":
                    return self._delete_group(context, request)
                case _:
                    return call_moto(context)

    def _write(self, context: RequestContext, request: Request) -> Any:
        validate(request, context.operation.input_shape)
        key = _key(context, request)
        group = _group(context, key.group)
        if context.operation.name == "CreateSchedule" and key.name in group.schedules:
            raise ConflictException(f"Schedule {key.name} already exists.")
        response = call_moto(context)
        stored = group.get_schedule(key.name)
        # What a request leaves out gets its default, also in an update; moto keeps None or the old value.
        stored.state = request.get("State") or "ENABLED"
        stored.action_after_completion = request.get("ActionAfterCompletion") or "NONE"
        self._observe(key, stored)
        return response

    def _delete_schedule(self, context: RequestContext, request: Request) -> Any:
        response = call_moto(context)
        self._firing.forget(_key(context, request))
        return response

    def _delete_group(self, context: RequestContext, request: Request) -> Any:
        name = request["Name"]
        if name == "default":
            raise ValidationException("The default schedule group cannot be deleted.")
        _group(context, name)
        response = call_moto(context)
        self._firing.forget_group(context.account_id, context.region, name)
        return response

    def _observe(self, key: ScheduleKey, stored: StoredSchedule) -> None:
        if stored.state == "ENABLED":
            self._firing.track(from_stored(key, stored))
        else:
            self._firing.forget(key)

    def _observe_all(self) -> None:
        with _lock:
            self._firing.forget_all()
            for account, regions in scheduler_backends.items():
                for region, backend in regions.items():
                    for group in backend.schedule_groups.values():
                        for stored in group.schedules.values():
                            self._observe(ScheduleKey(account, region, group.name, stored.name), stored)

    def on_before_start(self) -> None:
        # The first client takes long to make; without this the first schedule of a server would be late.
        self._executor.submit(_client, "sqs", AWS_REGION_US_EAST_1, DEFAULT_AWS_ACCOUNT_ID)
        self._observe_all()
        self._firing.start()

    def on_before_stop(self) -> None:
        self._firing.stop()

    def on_after_state_reset(self) -> None:
        self._observe_all()

    def on_after_state_load(self) -> None:
        self._observe_all()

    def accept_state_visitor(self, visitor: StateVisitor) -> None:
        visitor.visit(scheduler_backends)


def _key(context: RequestContext, request: Request) -> ScheduleKey:
    return ScheduleKey(
        context.account_id, context.region, request.get("GroupName") or "default", request["Name"]
    )


def _group(context: RequestContext, name: str) -> ScheduleGroup:
    """The stored group; moto itself answers some calls for a missing one with an internal error."""
    group = _backend(context.account_id, context.region).schedule_groups.get(name)
    if group is None:
        raise ResourceNotFoundException(f"Schedule group {name} does not exist.")
    return group


@aws_provider(api="scheduler", name="dockerless")
def scheduler() -> Service:
    """The EventBridge Scheduler provider."""
    provider = SchedulerProvider()
    # No operation of the provider itself is implemented, so that every call falls through to `serve`.
    return Service.for_provider(
        provider, dispatch_table_factory=lambda api: ForwardingFallbackDispatcher(api, provider.serve)
    )
