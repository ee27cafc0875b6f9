"""While the program runs: ships its log, reports its progress, and looks out for cancel and fencing."""

import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType

from botocore.exceptions import BotoCoreError, ClientError

from nightshift.worker.errors import Fenced
from nightshift.worker.joblog import JobLog
from nightshift.worker.outcome import Stop
from nightshift.worker.record import StepRecord


class Reporter:
    """A thread of its own, so that a slow network delays neither the program's output nor its deadline.

    Every ``heartbeat`` seconds it writes progress, if there is news and the last is ``progress_every``
    seconds old, or else reads the job; either way it learns of a cancel. After an AWS error it tries again at
    the next beat.
    """

    def __init__(
        self,
        *,
        heartbeat: float,
        progress_every: float,
        record: StepRecord,
        log: JobLog,
        progress: Callable[[], tuple[int, str] | None],
        stop: Callable[[Stop], None],
    ) -> None:
        self._heartbeat = heartbeat
        self._progress_every = progress_every
        self._record = record
        self._log = log
        self._progress = progress
        self._stop = stop
        self._reported_at = time.monotonic() - progress_every
        self._over = threading.Event()
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reporter")

    def __enter__(self) -> None:
        self._beats = self._executor.submit(self._beat_on)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._executor.shutdown()
        self._beats.result()  # what nobody expected must not pass in silence

    def _beat_on(self) -> None:
        while not self._over.wait(self._heartbeat):
            try:
                if self._cancel_requested():
                    self._stop(Stop.CANCELLED)
                self._log.ship()
            except Fenced:
                self._stop(Stop.FENCED)
                return
            except (BotoCoreError, ClientError, TimeoutError) as error:
                print(f"No report this time: {error}", file=sys.stderr, flush=True)

    def _cancel_requested(self) -> bool:
        progress = self._progress()
        now = time.monotonic()
        if progress and now - self._reported_at >= self._progress_every and self._record.is_news(*progress):
            cancel = self._record.report(*progress)
            self._reported_at = now
            return cancel
        return self._record.watch()
