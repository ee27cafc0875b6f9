"""What DynamoDB does on its own: expires items, forgets old stream records and request tokens."""

import logging
import os
import threading

from dockerless.dynamodb.database import Database, all_databases, lock
from dockerless.dynamodb.index import Bounds, Item, Last
from dockerless.dynamodb.streams import TTL_IDENTITY
from dockerless.dynamodb.table import Table
from dockerless.dynamodb.transactions import TOKEN_LIFETIME

LOG = logging.getLogger(__name__)

RETENTION = float(os.environ.get("DOCKERLESS_STREAM_RETENTION_SECONDS", 24 * 3600))
INTERVAL = float(os.environ.get("DOCKERLESS_DYNAMODB_SWEEP_SECONDS", 5))
# DynamoDB takes times longer past than this for mistakes and leaves the items alone.
_OLDEST_EXPIRY = 5 * 365 * 24 * 3600
# Expired items removed in one go, so that requests are served in between.
_BATCH = 500


def sweep(database: Database, retention: float = RETENTION) -> None:
    """Does what is due in `database`. `retention` is that of stream records, in seconds."""
    now = database.clock()
    for table in list(database.tables.values()):
        while _expire(table, now) == _BATCH:
            continue
    with lock:
        for arn, stream in list(database.streams.items()):
            stream.trim(now - retention)
            if stream.closed_at is not None and stream.closed_at < now - retention:
                del database.streams[arn]
        for token, (_, made) in list(database.tokens.items()):
            if now - made > TOKEN_LIFETIME:
                del database.tokens[token]


def _expire(table: Table, now: float) -> int:
    with lock:
        if table.expiring is None:
            return 0
        due: list[Item] = []
        for _, item in table.expiring.within(Bounds((now - _OLDEST_EXPIRY,), (int(now), Last()))):
            due.append(item)
            if len(due) == _BATCH:
                break
        for item in due:
            table.write(item, None, TTL_IDENTITY)
        return len(due)


class Housekeeper:
    """Sweeps every database, from a thread of its own, until stopped."""

    def __init__(self, interval: float = INTERVAL) -> None:
        self._interval = interval
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dynamodb-housekeeping", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread and waits for it."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._interval):
            for database in all_databases():
                try:
                    sweep(database)
                except Exception:
                    # The next sweep tries again; dying would let streams grow without bound.
                    LOG.exception("DynamoDB housekeeping failed")
