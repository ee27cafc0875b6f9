"""The DynamoDB API of LocalStack, answered from the databases in memory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.aws.api.dynamodb import DynamodbApi, ResourceNotFoundException
from localstack.services.plugins import ServiceLifecycleHook

from dockerless.dynamodb import batches, control, reads, transactions, writes
from dockerless.dynamodb.database import Database, database, lock
from dockerless.dynamodb.description import described
from dockerless.dynamodb.housekeeping import Housekeeper
from dockerless.dynamodb.table import Table

type Request = dict[str, Any]
type Response = dict[str, Any]

_TAGS_PAGE = 10


@contextmanager
def _open(context: RequestContext) -> Iterator[Database]:
    """The database of a request, which nobody else touches meanwhile."""
    with lock:
        yield database(context.account_id, context.region)


class DynamoDBProvider(DynamodbApi, ServiceLifecycleHook):
    """Tables and items. Operations not defined here answer that they are not implemented."""

    def __init__(self) -> None:
        self._housekeeper = Housekeeper()

    def on_before_start(self) -> None:
        """Starts expiring and trimming."""
        self._housekeeper.start()

    def on_before_stop(self) -> None:
        """Ends expiring and trimming."""
        self._housekeeper.stop()

    # Items

    @handler("GetItem", expand=False)
    def get_item(self, context: RequestContext, request: Request) -> Response:
        with _open(context) as db:
            return reads.get_item(db.table(request["TableName"]), request)

    @handler("Query", expand=False)
    def query(self, context: RequestContext, request: Request) -> Response:
        with _open(context) as db:
            return reads.query(db.table(request["TableName"]), request)

    @handler("Scan", expand=False)
    def scan(self, context: RequestContext, request: Request) -> Response:
        with _open(context) as db:
            return reads.scan(db.table(request["TableName"]), request)

    @handler("PutItem", expand=False)
    def put_item(self, context: RequestContext, request: Request) -> Response:
        with _open(context) as db:
            return writes.execute(writes.put(db.table(request["TableName"]), request), request)

    @handler("UpdateItem", expand=False)
    def update_item(self, context: RequestContext, request: Request) -> Response:
        with _open(context) as db:
            return writes.execute(
                writes.update(db.table(request["TableName"]), request), request, is_update=True
            )

    @handler("DeleteItem", expand=False)
    def delete_item(self, context: RequestContext, request: Request) -> Response:
        with _open(context) as db:
            return writes.execute(writes.delete(db.table(request["TableName"]), request), request)

    @handler("BatchGetItem", expand=False)
    def batch_get_item(self, context: RequestContext, request: Request) -> Response:
        with _open(context) as db:
            return batches.batch_get(db, request)

    @handler("BatchWriteItem", expand=False)
    def batch_write_item(self, context: RequestContext, request: Request) -> Response:
        with _open(context) as db:
            return batches.batch_write(db, request)

    @handler("TransactGetItems", expand=False)
    def transact_get_items(self, context: RequestContext, request: Request) -> Response:
        with _open(context) as db:
            return transactions.transact_get(db, request)

    @handler("TransactWriteItems", expand=False)
    def transact_write_items(self, context: RequestContext, request: Request) -> Response:
        with _open(context) as db:
            return transactions.transact_write(db, request)

    # Tables

    @handler("CreateTable", expand=False)
    def create_table(self, context: RequestContext, request: Request) -> Response:
        with _open(context) as db:
            return {"TableDescription": described(control.create_table(db, request))}

    @handler("DescribeTable", expand=False)
    def describe_table(self, context: RequestContext, request: Request) -> Response:
        return self._with_table(context, request, lambda table: {"Table": described(table, warm=True)})

    @handler("UpdateTable", expand=False)
    def update_table(self, context: RequestContext, request: Request) -> Response:
        with _open(context) as db:
            return {"TableDescription": described(control.update_table(db, request))}

    @handler("DeleteTable", expand=False)
    def delete_table(self, context: RequestContext, request: Request) -> Response:
        with _open(context) as db:
            return {"TableDescription": control.delete_table(db, request["TableName"])}

    @handler("ListTables", expand=False)
    def list_tables(self, context: RequestContext, request: Request) -> Response:
        limit = request.get("Limit") or 100
        start = request.get("ExclusiveStartTableName") or ""
        with _open(context) as db:
            names = sorted(name for name in db.tables if name > start)
        more = {"LastEvaluatedTableName": names[limit - 1]} if len(names) > limit else {}
        return {"TableNames": names[:limit], **more}

    @handler("DescribeTimeToLive", expand=False)
    def describe_time_to_live(self, context: RequestContext, request: Request) -> Response:
        def answer(table: Table) -> Response:
            if table.ttl_attribute is None:
                return {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}
            return {
                "TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": table.ttl_attribute}
            }

        return self._with_table(context, request, answer)

    @handler("UpdateTimeToLive", expand=False)
    def update_time_to_live(self, context: RequestContext, request: Request) -> Response:
        def answer(table: Table) -> Response:
            control.update_time_to_live(table, request["TimeToLiveSpecification"])
            return {"TimeToLiveSpecification": request["TimeToLiveSpecification"]}

        return self._with_table(context, request, answer)

    @handler("DescribeContinuousBackups", expand=False)
    def describe_continuous_backups(self, context: RequestContext, request: Request) -> Response:
        return self._with_table(context, request, _continuous_backups)

    @handler("UpdateContinuousBackups", expand=False)
    def update_continuous_backups(self, context: RequestContext, request: Request) -> Response:
        def answer(table: Table) -> Response:
            specification = request["PointInTimeRecoverySpecification"]
            enabled = specification["PointInTimeRecoveryEnabled"]
            now = datetime.now(UTC)
            table.settings.point_in_time_recovery = (
                {
                    "RecoveryPeriodInDays": specification.get("RecoveryPeriodInDays") or 35,
                    "EarliestRestorableDateTime": now,
                    "LatestRestorableDateTime": now,
                }
                if enabled
                else None
            )
            return _continuous_backups(table)

        return self._with_table(context, request, answer)

    # Tags and odds and ends

    @handler("TagResource", expand=False)
    def tag_resource(self, context: RequestContext, request: Request) -> None:
        with _open(context) as db:
            tags = _by_arn(db, request).settings.tags
            tags.update((tag["Key"], tag["Value"]) for tag in request["Tags"])

    @handler("UntagResource", expand=False)
    def untag_resource(self, context: RequestContext, request: Request) -> None:
        with _open(context) as db:
            tags = _by_arn(db, request).settings.tags
            for key in request["TagKeys"]:
                tags.pop(key, None)

    @handler("ListTagsOfResource", expand=False)
    def list_tags_of_resource(self, context: RequestContext, request: Request) -> Response:
        start = request.get("NextToken") or ""
        with _open(context) as db:
            tags = sorted(
                (key, value) for key, value in _by_arn(db, request).settings.tags.items() if key > start
            )
        more = {"NextToken": tags[_TAGS_PAGE - 1][0]} if len(tags) > _TAGS_PAGE else {}
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags[:_TAGS_PAGE]], **more}

    @handler("DescribeEndpoints", expand=False)
    def describe_endpoints(self, context: RequestContext, request: Request) -> Response:
        return {"Endpoints": [{"Address": context.request.host, "CachePeriodInMinutes": 1440}]}

    @handler("DescribeLimits", expand=False)
    def describe_limits(self, context: RequestContext, request: Request) -> Response:
        # The quotas of a new AWS account; nothing here enforces them.
        return {
            "AccountMaxReadCapacityUnits": 80000,
            "AccountMaxWriteCapacityUnits": 80000,
            "TableMaxReadCapacityUnits": 40000,
            "TableMaxWriteCapacityUnits": 40000,
        }

    @handler("DescribeContributorInsights", expand=False)
    def describe_contributor_insights(self, context: RequestContext, request: Request) -> Response:
        return self._with_table(
            context, request, lambda table: {"TableName": table.name, "ContributorInsightsStatus": "DISABLED"}
        )

    @handler("DescribeKinesisStreamingDestination", expand=False)
    def describe_kinesis_streaming_destination(self, context: RequestContext, request: Request) -> Response:
        return self._with_table(
            context, request, lambda table: {"TableName": table.name, "KinesisDataStreamDestinations": []}
        )

    def _with_table(
        self, context: RequestContext, request: Request, answer: Callable[[Table], Response]
    ) -> Response:
        with _open(context) as db:
            return answer(control.table_or_error(db, request["TableName"]))


def _by_arn(db: Database, request: Request) -> Table:
    table = db.tables.get(request["ResourceArn"].rpartition("/")[2])
    if table is None or table.arn != request["ResourceArn"]:
        raise ResourceNotFoundException(
            f"Requested resource not found: ResourcArn: {request['ResourceArn']} not found"
        )
    return table


def _continuous_backups(table: Table) -> Response:
    recovery = table.settings.point_in_time_recovery
    status = "DISABLED" if recovery is None else "ENABLED"
    return {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": status, **(recovery or {})},
        }
    }
