"""What a state machine asks of a worker, and how a command wants it run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nightshift.worker.errors import InputError


@dataclass(frozen=True, slots=True)
class RunRef:
    """The run that a step belongs to. ``prefix`` is where in the bucket everything of the run lies."""

    job_id: str
    run_id: str
    run_number: int
    tenant_id: str
    prefix: str
    timeout_seconds: float
    correlation_id: str | None


@dataclass(frozen=True, slots=True)
class Task:
    """One step to run. ``made`` and ``skipped`` count what earlier iterations of the step produced.

    Where a job has several steps, each is an iteration, and ``done`` has what those before it left: by step its
    ``output``, and the ``prefix`` that the keys of its files begin with. After one that is to run ``alone`` no other
    follows.
    """

    run: RunRef
    command: str
    params: Mapping[str, Any]
    step: str
    iteration: int
    made: int
    skipped: int
    started_at: datetime | None
    done: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    alone: bool = False

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "Task":
        """Reads the state machine's event.

        Raises:
            InputError: something is missing or of the wrong kind.
        """
        try:
            run = event["run"]
            started_at = event.get("started_at")
            return cls(
                run=RunRef(
                    job_id=run["job_id"],
                    run_id=run["run_id"],
                    run_number=int(run["run_number"]),
                    tenant_id=run["tenant_id"],
                    prefix=run["prefix"],
                    timeout_seconds=float(run["timeout_seconds"]),
                    correlation_id=run.get("correlation_id"),
                ),
                command=event["command"],
                params=dict(event["params"]),
                step=event["step"],
                iteration=int(event.get("iteration") or 0),
                made=int(event.get("made") or 0),
                skipped=int(event.get("skipped") or 0),
                started_at=datetime.fromisoformat(started_at) if started_at else None,
                done=dict(event.get("done") or {}),
                alone=bool(event.get("alone")),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"The task event is not usable: {error!r}") from error


@dataclass(frozen=True, slots=True)
class Plan:
    """One iteration of a command.

    ``arguments`` follow the command's name on the command line. ``iterations`` is how many invocations the
    whole step takes, for the share of the progress bar that one of them gets. No further iteration begins
    ``duration_seconds`` after the first did; ``interval_seconds`` is the pause before each. Where they all do the same,
    ``numbered``, progress says which of them it is. ``files`` are put into
    the program's working directory, ``environment`` is added to its variables, ``notes`` are put into its log.
    """

    arguments: tuple[str, ...]
    iterations: int = 1
    duration_seconds: float | None = None
    interval_seconds: float = 0
    numbered: bool = False
    files: Mapping[str, bytes] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)  # keys of providers are among them
    notes: tuple[str, ...] = ()

    def overall_percent(self, iteration: int, percent: float) -> int:
        """The step's progress when this iteration is ``percent`` done."""
        return int((iteration * 100 + min(max(percent, 0), 100)) / self.iterations)

    def message(self, iteration: int, words: str) -> str:
        """The step's progress in words, when this iteration's are these."""
        return f"{iteration + 1} of {self.iterations}: {words}" if self.numbered and self.iterations > 1 else words

    def seconds_left(self, iteration: int, timeout_seconds: float) -> float:
        """The longest that those after this one may take, each with the pause before it."""
        return (self.iterations - iteration - 1) * (self.interval_seconds + timeout_seconds)

    def has_more(self, iteration: int, started_at: datetime, now: datetime) -> bool:
        """Whether another iteration is to follow this one."""
        if iteration + 1 >= self.iterations:
            return False
        if self.duration_seconds is None:
            return True
        return (now - started_at).total_seconds() + self.interval_seconds < self.duration_seconds
