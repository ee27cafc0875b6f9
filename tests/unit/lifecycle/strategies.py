"""What the search chooses from."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.unit.control.jobs import ABORTED, CRASHED, REFUSED, SKIPPED, SUCCEEDED, TENANT
from tests.unit.lifecycle.faults import Kind

ENDS = {"succeeds": SUCCEEDED, "skips": SKIPPED, "crashes": CRASHED, "is refused": REFUSED, "is aborted": ABORTED}
LAG_AT_MOST = 30

# Rules pick by a number, modulo what there is to pick from: so a failure prints as plain calls to paste into a test.
which = st.integers(0, 20)
call = st.sampled_from([1, 2, 3, 4, 5, 6, 7, 8, 11])
kinds: st.SearchStrategy[Kind] = st.sampled_from(["crash", "cut", "refuse", "unanswered", "throttle"])
tenants = st.sampled_from([TENANT, TENANT, "acme"])

EXTERNAL_AD = {"text": "Night shift", "img_gen": "external"}
"""Waits for its image, which somebody else makes."""

type Request = tuple[str, int, int | None, int]
"""Type, priority, seconds until it may run (None: now), attempts."""

requests: st.SearchStrategy[Request] = st.tuples(
    st.sampled_from(["probe", "probe", "story", "story", "ad"]),
    st.integers(0, 2),
    st.sampled_from([None, None, None, 10, 90, 1000]),
    st.integers(1, 3),
)


def body_of(request: Request, now: datetime) -> dict[str, Any]:
    """The request as a client sends it."""
    kind, priority, after, attempts = request
    params = EXTERNAL_AD if kind == "ad" else {}
    body: dict[str, Any] = {"type": kind, "params": params, "priority": priority, "max_attempts": attempts}
    return body if after is None or kind == "ad" else body | {"run_at": now + timedelta(seconds=after)}


def state_of_new(request: Request) -> str:
    """What the job becomes that the request makes."""
    kind, _, after, _ = request
    if kind == "ad":
        return "WAITING"
    return "QUEUED" if after is None else "SCHEDULED"


def pick[T](items: list[T], number: int) -> T:
    return items[number % len(items)]
