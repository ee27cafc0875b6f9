"""Whoever does steps of jobs elsewhere, or runs stages by hand."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from nightshift.amend import run_stage
from nightshift.errors import StateConflictError
from nightshift.job_types import JOB_TYPES
from nightshift.models.requests import StepPatch
from nightshift.outside import finish_step
from nightshift.store.keys import job_key
from nightshift.store.write import Update
from tests.unit.lifecycle.model import Image
from tests.unit.lifecycle.settling import Settling
from tests.unit.lifecycle.strategies import pick, which

STEPS = JOB_TYPES["ad"].steps
URL = "https://images.example/1.png"
_OPEN = ("WAITING", "FAILED")


class Helpers(Settling):
    @precondition(lambda self: self._ads("WAITING"))
    @rule(job=which, step=st.integers(0, 1))
    def write_by_hand(self, job: int, step: int) -> None:
        """A plain update of the table, of a job that waits."""
        wanted = pick(self._ads("WAITING"), job)
        told = {"current_step": STEPS[step], "step_status": "done", "image_url": URL}
        waits = Update(
            job_key(wanted["job_id"]), values=told, condition="#status = :waiting", where={"waiting": "WAITING"}
        )
        self.world.act(waits.apply)

    @precondition(lambda self: self._ads())
    @rule(job=which, step=st.integers(0, 1), status=st.sampled_from(["done", "done", "failed"]))
    def finish_step(self, job: int, step: int, status: str) -> None:
        world = self.world
        before = pick(self._ads(), job)
        wanted = StepPatch.model_validate({"status": status})
        try:
            found = world.act(
                lambda: finish_step(before["tenant_id"], before["job_id"], STEPS[step], wanted, world.now),
                ("finish", before["job_id"]),
            )
        except StateConflictError:
            open_to = _OPEN if status == "done" else ("WAITING",)
            assert world.faults.interleaved or before["status"] not in open_to
            return
        if found and world.undisturbed:
            assert found.status == (before["status"] if status == "done" else "FAILED")

    @precondition(lambda self: self._ads())
    @rule(job=which, stage=st.integers(0, len(STEPS) - 1))
    def run_stage(self, job: int, stage: int) -> None:
        world = self.world
        before = pick(self._ads(), job)
        try:
            found = world.act(
                lambda: run_stage(before["tenant_id"], before["job_id"], STEPS[stage], {}, world.now),
                ("stage", before["job_id"]),
            )
        except StateConflictError:
            live = before["status"] in ("QUEUED", "RUNNING", "SCHEDULED")
            assert world.faults.interleaved or live or stage > 0
            return
        if found and world.undisturbed:
            assert found.status == "QUEUED"
            assert found.resume
            assert (found.resume.iteration, found.resume.alone) == (stage, True)

    def _ads(self, *statuses: str) -> list[Image]:
        ads = [job for job in self.world.model.jobs.values() if job["type"] == "ad"]
        return [job for job in ads if job["status"] in statuses] if statuses else ads
