"""The tables of one account in one region."""

import threading
import time
from collections.abc import Callable

from localstack.aws.api.dynamodb import ResourceNotFoundException

from dockerless.dynamodb.streams import Stream
from dockerless.dynamodb.table import Table

# One lock for everything: operations take microseconds, and a transaction may span tables.
lock = threading.RLock()


class Database:
    """Tables, the streams of present and former tables, and the transactions lately made."""

    def __init__(self, account_id: str, region: str, clock: Callable[[], float] = time.time) -> None:
        self.account_id = account_id
        self.region = region
        self.clock = clock
        self.tables: dict[str, Table] = {}
        self.streams: dict[str, Stream] = {}
        # ClientRequestToken → fingerprint of its request, and when it was made.
        self.tokens: dict[str, tuple[bytes, float]] = {}

    def table(self, name: str) -> Table:
        """The table of that name or ARN.

        Raises:
            ResourceNotFoundException: there is none.
        """
        table = self.tables.get(name.rpartition("/")[2] if name.startswith("arn:") else name)
        if table is None:
            raise ResourceNotFoundException("Requested resource not found")
        return table

    def arn(self, table_name: str) -> str:
        """The ARN a table of that name has here."""
        return f"arn:{_partition(self.region)}:dynamodb:{self.region}:{self.account_id}:table/{table_name}"


def _partition(region: str) -> str:
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


_databases: dict[tuple[str, str], Database] = {}


def database(account_id: str, region: str) -> Database:
    """The database of an account in a region, made when first asked for."""
    with lock:
        key = (account_id, region)
        if key not in _databases:
            _databases[key] = Database(account_id, region)
        return _databases[key]


def all_databases() -> list[Database]:
    """Every database that was ever asked for."""
    with lock:
        return list(_databases.values())
