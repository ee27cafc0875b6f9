"""The DynamoDB Streams API of LocalStack, answered from the tables' change logs."""

from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.aws.api.dynamodbstreams import (
    DynamodbstreamsApi,
    ResourceNotFoundException,
    TrimmedDataAccessException,
)

from dockerless.dynamodb.database import database, lock
from dockerless.dynamodb.errors import ValidationError
from dockerless.dynamodb.streams import SHARD_ID, Stream

type Request = dict[str, Any]
type Response = dict[str, Any]

_MAX_RECORDS = 1000
_MAX_STREAMS = 100


class DynamoDBStreamsProvider(DynamodbstreamsApi):
    """Streams have one shard; an iterator is a stream's ARN and a sequence number, and does not expire."""

    @handler("ListStreams", expand=False)
    def list_streams(self, context: RequestContext, request: Request) -> Response:
        table = request.get("TableName")
        start = request.get("ExclusiveStartStreamArn") or ""
        limit = request.get("Limit") or _MAX_STREAMS
        with lock:
            streams = [
                stream
                for arn, stream in sorted(database(context.account_id, context.region).streams.items())
                if arn > start and table in (None, stream.table_name)
            ]
        more = {"LastEvaluatedStreamArn": streams[limit - 1].arn} if len(streams) > limit else {}
        shown = [
            {"StreamArn": stream.arn, "TableName": stream.table_name, "StreamLabel": stream.label}
            for stream in streams[:limit]
        ]
        return {"Streams": shown, **more}

    @handler("DescribeStream", expand=False)
    def describe_stream(self, context: RequestContext, request: Request) -> Response:
        with lock:
            stream = _stream(request["StreamArn"])
            numbers = {"StartingSequenceNumber": str(stream.first)}
            if stream.closed_at is not None:
                numbers["EndingSequenceNumber"] = str(stream.next - 1)
            # The one shard comes before every place a page could start at.
            after_all = request.get("ExclusiveStartShardId") is not None
            return {
                "StreamDescription": {
                    "StreamArn": stream.arn,
                    "StreamLabel": stream.label,
                    "StreamStatus": "ENABLED" if stream.closed_at is None else "DISABLED",
                    "StreamViewType": stream.view_type,
                    "CreationRequestDateTime": stream.created,
                    "TableName": stream.table_name,
                    "KeySchema": stream.keys.described(),
                    "Shards": [] if after_all else [{"ShardId": SHARD_ID, "SequenceNumberRange": numbers}],
                }
            }

    @handler("GetShardIterator", expand=False)
    def get_shard_iterator(self, context: RequestContext, request: Request) -> Response:
        with lock:
            stream = _stream(request["StreamArn"])
            if request["ShardId"] != SHARD_ID:
                raise ResourceNotFoundException(
                    f"Requested resource not found: Shard does not exist: {request['ShardId']}"
                )
            return {"ShardIterator": f"{stream.arn}|1|{_position(stream, request)}"}

    @handler("GetRecords", expand=False)
    def get_records(self, context: RequestContext, request: Request) -> Response:
        return read_records(request)


def read_records(request: Request) -> Response:
    """What GetRecords answers; the images in it are the table's own items."""
    arn, _, position = request["ShardIterator"].partition("|1|")
    if not position.isdecimal():
        raise ValidationError("Invalid ShardIterator")
    limit = request.get("Limit") or _MAX_RECORDS
    if not 1 <= limit <= _MAX_RECORDS:
        raise ValidationError(
            f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: "
            f"Member must have value less than or equal to {_MAX_RECORDS}"
        )
    with lock:
        records, following = _stream(arn).read(int(position), limit)
    more = {} if following is None else {"NextShardIterator": f"{arn}|1|{following}"}
    return {"Records": records, **more}


def _stream(arn: str) -> Stream:
    """The stream of that ARN, in whatever account and region the ARN names."""
    parts = arn.split(":", 5)
    stream = database(parts[4], parts[3]).streams.get(arn) if len(parts) == 6 else None
    if stream is None:
        raise ResourceNotFoundException(f"Requested resource not found: Stream: {arn} not found")
    return stream


def _position(stream: Stream, request: Request) -> int:
    kind = request["ShardIteratorType"]
    if kind == "TRIM_HORIZON":
        return stream.first
    if kind == "LATEST":
        return stream.next
    number = request.get("SequenceNumber")
    if kind not in ("AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER") or not number:
        raise ValidationError(f"Invalid ShardIteratorType or SequenceNumber: {kind}, {number}")
    position = int(number) + (kind == "AFTER_SEQUENCE_NUMBER")
    if position < stream.first:
        raise TrimmedDataAccessException(
            "The operation attempted to read past the oldest stream record in a shard."
        )
    return position
