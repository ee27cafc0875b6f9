"""What the bench and the growth test count by."""

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from bench.counting import Usage, counting

ITEM = {"pk": {"S": "a"}}


@pytest.fixture
def stub() -> Stubber:
    client = boto3.client("dynamodb", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    return Stubber(client)


def asked(**arguments: object) -> dict[str, object]:
    return {"TableName": "t", "ReturnConsumedCapacity": "INDEXES", **arguments}


def test_items_and_units_are_counted_by_operation(stub: Stubber) -> None:
    query = {"Items": [ITEM] * 2, "Count": 2, "ScannedCount": 5, "ConsumedCapacity": {"CapacityUnits": 1.5}}
    counted = {"Count": 7, "ScannedCount": 7, "ConsumedCapacity": {"CapacityUnits": 0.5}}
    wrote = {"ConsumedCapacity": [{"TableName": "t", "CapacityUnits": 6.0}, {"TableName": "u", "CapacityUnits": 2.0}]}
    writes = [{"Put": {"TableName": "t", "Item": ITEM}}]
    stub.add_response("query", query, asked())
    stub.add_response("query", counted, asked(Select="COUNT"))
    stub.add_response("transact_write_items", wrote, {"TransactItems": writes, "ReturnConsumedCapacity": "INDEXES"})
    with stub, counting(stub.client) as count:
        stub.client.query(TableName="t")
        stub.client.query(TableName="t", Select="COUNT")
        stub.client.transact_write_items(TransactItems=writes)
    assert count.operations == {
        "dynamodb.Query": Usage(calls=2, returned=2, scanned=12, read_units=2.0),
        "dynamodb.TransactWriteItems": Usage(calls=1, write_units=8.0),
    }
    assert count.total == Usage(3, 2, 12, 2.0, 8.0)


def test_reads_of_single_items_and_of_batches_count_what_was_there(stub: Stubber) -> None:
    key = {"pk": {"S": "a"}}
    stub.add_response("get_item", {"Item": ITEM})
    stub.add_response("get_item", {})
    stub.add_response("batch_get_item", {"Responses": {"t": [ITEM] * 3}})
    with stub, counting(stub.client) as count:
        stub.client.get_item(TableName="t", Key=key)
        stub.client.get_item(TableName="t", Key=key)
        stub.client.batch_get_item(RequestItems={"t": {"Keys": [key]}})
    assert count.total == Usage(calls=3, returned=4, scanned=4)


def test_a_refused_call_is_counted_and_one_after_the_block_is_not(stub: Stubber) -> None:
    stub.add_client_error("get_item", "ThrottlingException")
    stub.add_response("get_item", {"Item": ITEM}, {"TableName": "t", "Key": ITEM})
    with stub, counting(stub.client) as count, pytest.raises(ClientError):
        stub.client.get_item(TableName="t", Key=ITEM)
    with stub:
        stub.client.get_item(TableName="t", Key=ITEM)
    assert count.total == Usage(calls=1)
