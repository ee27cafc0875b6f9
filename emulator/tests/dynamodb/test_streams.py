"""Stream records, their order and their retention."""

from typing import Any

import pytest
from localstack.aws.api.dynamodbstreams import TrimmedDataAccessException

from dockerless.dynamodb import control
from dockerless.dynamodb.errors import ValidationError
from dockerless.dynamodb.housekeeping import sweep
from dockerless.dynamodb.streams import Stream

from .world import World, wire

KEY = {"pk": "a", "sk": "1"}


def stream_of(world: World) -> Stream:
    assert world.table.stream is not None
    return world.table.stream


def test_the_shape_of_records(world: World) -> None:
    world.put({**KEY, "n": 1, "data": b"\x00\xff"})
    world.put({**KEY, "n": 2})
    world.delete(KEY)

    insert, modify, remove = world.records()

    first = wire({**KEY, "n": 1, "data": b"\x00\xff"})
    # boto3 wraps bytes into a class of its own on the way in.
    assert insert["dynamodb"]["NewImage"] == {**first, "data": {"B": b"\x00\xff"}}
    assert set(insert["dynamodb"]) == {
        "ApproximateCreationDateTime", "Keys", "NewImage", "SequenceNumber", "SizeBytes", "StreamViewType",
    }  # fmt: skip
    assert insert["eventName"] == "INSERT"
    assert insert["eventVersion"] == "1.1"
    assert insert["eventSource"] == "aws:dynamodb"
    assert insert["awsRegion"] == "eu-west-1"
    assert insert["dynamodb"]["Keys"] == wire(KEY)
    assert insert["dynamodb"]["SizeBytes"] == 6 + (6 + 1 + 2 + 4 + 2)
    assert modify["eventName"] == "MODIFY"
    assert modify["dynamodb"]["OldImage"] == insert["dynamodb"]["NewImage"]
    assert modify["dynamodb"]["NewImage"] == wire({**KEY, "n": 2})
    assert remove["eventName"] == "REMOVE"
    assert "NewImage" not in remove["dynamodb"]
    numbers = [int(record["dynamodb"]["SequenceNumber"]) for record in (insert, modify, remove)]
    assert numbers == sorted(set(numbers))
    assert len({record["eventID"] for record in (insert, modify, remove)}) == 3


@pytest.mark.parametrize(
    ("view_type", "images"),
    [
        ("KEYS_ONLY", set()),
        ("NEW_IMAGE", {"NewImage"}),
        ("OLD_IMAGE", {"OldImage"}),
        ("NEW_AND_OLD_IMAGES", {"NewImage", "OldImage"}),
    ],
)
def test_view_types(view_type: str, images: set[str]) -> None:
    world = World(StreamSpecification={"StreamEnabled": True, "StreamViewType": view_type})
    world.put({**KEY, "n": 1})
    world.put({**KEY, "n": 2})

    assert set(world.records()[1]["dynamodb"]) & {"NewImage", "OldImage"} == images


def test_writing_the_same_again_leaves_no_record(world: World) -> None:
    world.put({**KEY, "n": 1, "tags": {"b", "a"}})
    world.put({"tags": {"a", "b"}, "n": 1, **KEY})
    world.update(KEY, UpdateExpression="SET n = :n", ExpressionAttributeValues={":n": 1})

    assert world.events() == ["INSERT"]


def test_reading_goes_on_where_it_stopped(world: World) -> None:
    stream = stream_of(world)
    for number in range(5):
        world.put({"pk": "a", "sk": str(number)})

    first, place = stream.read(stream.first, 3)
    assert place is not None
    rest, end = stream.read(place, 1000)

    assert [record["dynamodb"]["Keys"]["sk"]["S"] for record in first + rest] == list("01234")
    assert end == stream.next
    assert stream.read(stream.next, 1000) == ([], stream.next)


def test_a_reader_may_write_into_its_records(world: World) -> None:
    world.put(KEY)
    world.records()[0]["dynamodb"]["ApproximateCreationDateTime"] = 0.0

    assert world.records()[0]["dynamodb"]["ApproximateCreationDateTime"] != 0.0


def test_old_records_are_forgotten_and_their_readers_told(world: World) -> None:
    stream = stream_of(world)
    start = stream.first
    world.put({**KEY, "n": 1})
    world.now += 100
    world.put({**KEY, "n": 2})
    world.now += 1

    sweep(world.database, retention=50)

    assert world.events() == ["MODIFY"]
    assert stream.first == start + 1
    with pytest.raises(TrimmedDataAccessException):
        stream.read(start, 1)


def test_a_disabled_stream_can_be_read_to_its_end_until_it_is_trimmed(world: World) -> None:
    stream = stream_of(world)
    world.put(KEY)

    control.set_stream(world.database, world.table, {"StreamEnabled": False})
    world.put({**KEY, "unseen": 1})

    records, following = stream.read(stream.first, 1000)
    assert [record["eventName"] for record in records] == ["INSERT"]
    assert following is None
    world.now += 100
    sweep(world.database, retention=50)
    assert stream.arn not in world.database.streams


def test_a_stream_enabled_again_is_a_new_one(world: World) -> None:
    old = stream_of(world)
    control.set_stream(world.database, world.table, {"StreamEnabled": False})
    world.now += 1
    control.set_stream(world.database, world.table, {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})

    assert stream_of(world).arn != old.arn
    assert set(world.database.streams) == {old.arn, stream_of(world).arn}


@pytest.mark.parametrize(
    ("specification", "message"),
    [
        ({"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}, "Table already has an enabled stream"),
        ({"StreamEnabled": True}, "Table already has an enabled stream"),
    ],
)
def test_a_stream_is_not_enabled_twice(world: World, specification: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        control.set_stream(world.database, world.table, specification)
