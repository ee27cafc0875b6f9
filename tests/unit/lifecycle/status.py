"""What status may follow which, by itself and by a client's wish."""

END = frozenset({"COMPLETED", "SKIPPED", "FAILED", "CANCELLED"})
EDGES: dict[str | None, frozenset[str]] = {
    None: frozenset({"SCHEDULED", "QUEUED", "WAITING"}),
    "SCHEDULED": frozenset({"QUEUED", "CANCELLED"}),
    "QUEUED": frozenset({"RUNNING", "CANCELLED"}),
    "RUNNING": END | {"SCHEDULED", "WAITING"},
    "WAITING": frozenset({"QUEUED", "CANCELLED"}),
    "FAILED": frozenset({"QUEUED"}),
}
EDGES_OF_PATCH: dict[str | None, frozenset[str]] = {
    "SCHEDULED": frozenset({"QUEUED"}),
    "QUEUED": frozenset({"SCHEDULED"}),
}
EDGES_OF_RETRY: dict[str | None, frozenset[str]] = {
    "SKIPPED": frozenset({"QUEUED", "WAITING"}),
    "FAILED": frozenset({"QUEUED", "WAITING"}),
    "CANCELLED": frozenset({"QUEUED", "WAITING"}),
}
EDGES_OF_STAGE: dict[str | None, frozenset[str]] = dict.fromkeys(END | {"WAITING"}, frozenset({"QUEUED"}))
