"""From an article job's params to a command line."""

from nightshift.settings import settings
from nightshift.worker.errors import InputError
from nightshift.worker.providers import provider_environment
from nightshift.worker.task import Plan, Task

_PASSED_ON = ("language", "level", "length", "topic", "source_url")
_SOURCE = "source.txt"


def plan(task: Task) -> Plan:
    """An article is one invocation.

    Raises:
        InputError: the image has no such command.
        ProviderError: the provider's key cannot be had.
    """
    if task.command != "article":
        raise InputError(f"This image has no command {task.command!r}.")
    params = task.params
    model = params.get("model") or settings().default_model
    options = {name: params[name] for name in _PASSED_ON if name in params} | {"model": model}
    files = {_SOURCE: str(params["source_text"]).encode()} if "source_text" in params else {}
    return Plan(
        # `--name=value` in one argument: a value may begin with a dash.
        arguments=(
            *(f"--{name.replace('_', '-')}={value}" for name, value in options.items()),
            *(f"--source-file={name}" for name in files),
            *(("--allow-local",) if settings().allow_local_targets else ()),
        ),
        files=files,
        environment=provider_environment(model),
    )
