"""Which steps count: those whose end the job was told of, and from then on for good."""

from typing import Any

Image = dict[str, Any]


class Recorded:
    """``latest`` are the steps' items as they now are."""

    def __init__(self) -> None:
        self._latest: dict[tuple[str, str], Image] = {}
        self._begun: dict[str, set[int | None]] = {}
        self._counted: set[tuple[str, str]] = set()

    def see(self, key: tuple[str, str], step: Image) -> None:
        self._latest[key] = step
        self._begun.setdefault(key[0], set()).add(step.get("begun"))

    def check(self, jobs: dict[str, Image]) -> None:
        """To be called between transactions, which tell the job and record the step in any order."""
        for job_id, job in jobs.items():
            recorded = job.get("recorded_steps", frozenset())
            assert recorded <= self._begun.get(f"JOB#{job_id}", set()), "told of a step that is not recorded"
        for key, step in self._latest.items():
            recorded = jobs[key[0].removeprefix("JOB#")].get("recorded_steps", frozenset())
            counts = step.get("begun") is None or step["begun"] in recorded
            assert counts or key not in self._counted, "what counts was written over by what does not"
            if counts:
                self._counted.add(key)
