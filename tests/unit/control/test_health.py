"""What the service says of what it stands on."""

import pytest

from nightshift import clients
from nightshift.settings import settings
from tests.unit.control.gateway import Gateway

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]


def test_health_names_what_is_down(api: Gateway) -> None:
    healthy = api.call("GET", "/health")
    assert (healthy.status, healthy.json()["status"]) == (200, "ok")
    clients.events().delete_event_bus(Name="nightshift")
    ill = api.call("GET", "/health")
    assert ill.status == 503
    checks = {"table": "ok", "state_machines": "ok", "bucket": "ok", "listener": "ok", "bus": "error"}
    assert ill.json()["checks"] == checks


def test_health_says_when_nobody_is_told_of_the_tables_changes(api: Gateway) -> None:
    clients.functions().update_event_source_mapping(UUID=settings().listener_mapping_id, Enabled=False)
    ill = api.call("GET", "/health")
    assert (ill.status, ill.json()["checks"]["listener"]) == (503, "error")
