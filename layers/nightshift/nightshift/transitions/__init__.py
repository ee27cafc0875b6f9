"""Every change of a job's status: one conditional write each, here and nowhere else.

Events arrive twice, late and out of order; the condition of each write makes that harmless. A function returns
False (or None) when its condition did not hold: the state has moved on, and the caller reads it again.
"""

from nightshift.transitions.creation import create, create_batch, create_direct, create_with
from nightshift.transitions.pending import amend, cancel_pending, fail_pending, put_last, release, requeue
from nightshift.transitions.running import ask_to_stop, claim, end_run, look_again, put_off

__all__ = [
    "amend",
    "ask_to_stop",
    "cancel_pending",
    "claim",
    "create",
    "create_batch",
    "create_direct",
    "create_with",
    "end_run",
    "fail_pending",
    "look_again",
    "put_last",
    "put_off",
    "release",
    "requeue",
]
