"""Expiry of items, and that a day of steady work leaves nothing behind."""

import gc
import threading
import tracemalloc

import pytest

from dockerless.dynamodb import control, housekeeping
from dockerless.dynamodb.database import Database
from dockerless.dynamodb.errors import ValidationError
from dockerless.dynamodb.housekeeping import sweep
from dockerless.dynamodb.transactions import transact_write

from .world import World, wire

DAY = 24 * 3600.0


@pytest.fixture
def expiring(world: World) -> World:
    control.update_time_to_live(world.table, {"Enabled": True, "AttributeName": "expires"})
    return world


def test_items_expire_at_their_time(expiring: World) -> None:
    expiring.put({"pk": "a", "sk": "due", "expires": int(expiring.now) + 10, "lane": "l", "weight": 1})
    expiring.put({"pk": "a", "sk": "later", "expires": int(expiring.now) + 1000})
    expiring.put({"pk": "a", "sk": "never"})
    expiring.put({"pk": "a", "sk": "text", "expires": "soon"})
    expiring.put({"pk": "a", "sk": "ancient", "expires": 1})
    expiring.now += 11

    sweep(expiring.database)

    left = {item["sk"]["S"] for item in expiring.scan()["Items"]}
    assert left == {"later", "never", "text", "ancient"}
    removal = expiring.records()[-1]
    assert removal["eventName"] == "REMOVE"
    assert removal["userIdentity"] == {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}
    assert removal["dynamodb"]["OldImage"]["sk"] == {"S": "due"}


def test_a_later_expiry_counts(expiring: World) -> None:
    key = {"pk": "a", "sk": "1"}
    expiring.put({**key, "expires": int(expiring.now) + 10})
    expiring.update(
        key,
        UpdateExpression="SET expires = :t",
        ExpressionAttributeValues={":t": int(expiring.now) + 1000},
    )
    expiring.now += 20

    sweep(expiring.database)

    assert expiring.get(key) is not None


def test_items_written_before_expiry_was_enabled_expire_too(world: World) -> None:
    world.put({"pk": "a", "sk": "1", "expires": int(world.now) - 1})
    control.update_time_to_live(world.table, {"Enabled": True, "AttributeName": "expires"})

    sweep(world.database)

    assert world.scan()["Count"] == 0


def test_expiry_can_be_disabled_once(expiring: World) -> None:
    # CloudFormation enables it twice.
    control.update_time_to_live(expiring.table, {"Enabled": True, "AttributeName": "expires"})
    expiring.put({"pk": "a", "sk": "1", "expires": int(expiring.now) - 1})
    control.update_time_to_live(expiring.table, {"Enabled": False, "AttributeName": "expires"})

    sweep(expiring.database)

    assert expiring.scan()["Count"] == 1
    with pytest.raises(ValidationError, match="TimeToLive is already disabled"):
        control.update_time_to_live(expiring.table, {"Enabled": False, "AttributeName": "expires"})


def test_the_housekeeper_goes_on_after_a_failure(
    monkeypatch: pytest.MonkeyPatch, expiring: World, caplog: pytest.LogCaptureFixture
) -> None:
    broken, swept = World().database, threading.Event()

    def sweep_or_fail(database: Database) -> None:
        if database is broken:
            raise RuntimeError("broken")
        swept.set()

    monkeypatch.setattr(housekeeping, "all_databases", lambda: [broken, expiring.database])
    monkeypatch.setattr(housekeeping, "sweep", sweep_or_fail)
    housekeeper = housekeeping.Housekeeper(interval=0.001)
    housekeeper.start()

    assert swept.wait(5)
    housekeeper.stop()
    assert "DynamoDB housekeeping failed" in caplog.text


def work(world: World, hours: int) -> None:
    """Steady work: each hour, 20 new items that live a day, an update of each, and a transaction."""
    for hour in range(hours):
        for number in range(20):
            key = {"pk": f"job-{world.now}", "sk": str(number)}
            world.put({**key, "expires": int(world.now + DAY), "lane": "l", "weight": hour})
            world.update(key, UpdateExpression="SET n = :n", ExpressionAttributeValues={":n": hour})
        transact_write(
            world.database,
            {
                "TransactItems": [{"Put": {"TableName": "jobs", "Item": wire({"pk": "state", "sk": "1"})}}],
                "ClientRequestToken": str(world.now),
            },
        )
        world.now += 3600
        sweep(world.database, retention=DAY)


def test_memory_is_flat_over_days_of_steady_work(expiring: World) -> None:
    tracemalloc.start()
    try:
        work(expiring, hours=48)
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        work(expiring, hours=48)
        gc.collect()
        after = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert len(expiring.table.items) == 23 * 20 + 1
    assert len(expiring.database.tokens) == 0
    assert after < 1.05 * before
