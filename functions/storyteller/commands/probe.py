"""A program that behaves exactly as told, for health checks, tests and benchmarks."""

from nightshift.worker.task import Plan, Task

_PASSED_ON = ("seconds", "exit_code", "children", "artifact_bytes", "progress_every")


def plan(task: Task) -> Plan:
    """A probe is one invocation."""
    params = task.params
    options = [f"--{name.replace('_', '-')}={params[name]}" for name in _PASSED_ON if name in params]
    lines = [f"--log={line}" for line in params.get("log", ())]
    flags = ["--ignore-sigterm"] if params.get("ignore_sigterm") else []
    return Plan(arguments=(*options, *lines, *flags))
