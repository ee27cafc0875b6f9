"""Clients who wait for their job, and for whom a slot is kept."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from pydantic import TypeAdapter

from nightshift.direct import submit_direct
from nightshift.errors import StateConflictError
from nightshift.models.requests import AnyJobRequest
from tests.unit.lifecycle.clients import JOBS_AT_MOST
from tests.unit.lifecycle.reservations import active
from tests.unit.lifecycle.settling import Settling
from tests.unit.lifecycle.strategies import tenants

_PARAMS: dict[str, dict[str, Any]] = {"story": {}, "research": {"topic": "wells"}}
_request: TypeAdapter[Any] = TypeAdapter(AnyJobRequest)


class Direct(Settling):
    @precondition(lambda self: len(self.world.model.jobs) < JOBS_AT_MOST)
    @rule(kind=st.sampled_from(sorted(_PARAMS)), tenant=tenants)
    def ask_directly(self, kind: str, tenant: str) -> None:
        world = self.world
        wanted = _request.validate_python({"type": kind, "params": _PARAMS[kind]})
        key = f"direct {len(world.model.jobs)}"
        another = tenant in self._tenants_with_one()
        try:
            made = world.act(lambda: submit_direct(tenant, wanted, key, None, world.now))
        except StateConflictError:
            assert world.faults.interleaved or another
            return
        if made and world.undisturbed:
            assert not another, "a tenant has one at a time"
            assert tenant in self._tenants_with_one()

    def _tenants_with_one(self) -> set[str]:
        return {kept["tenant_id"] for kept in active(self.world.model.state, self.world.now)}
