"""One research card."""

from botocore.exceptions import BotoCoreError, ClientError

from asked import writing_models
from nightshift.clock import now
from nightshift.content import library
from nightshift.worker.task import Plan, Task

_PASSED_ON = ("topic", "language", "seed", "timeout")
_HISTORY = "history.jsonl"


def plan(task: Task) -> Plan:
    """A card is one invocation, held against the tenant's other cards.

    Raises:
        ProviderError: the provider's key cannot be had.
    """
    params = task.params
    models = writing_models(params)
    options = {name: params[name] for name in _PASSED_ON if name in params} | models.options
    history, notes = _history(task)
    return Plan(
        # `--name=value` in one argument: a value may begin with a dash, or be a word that the program knows.
        arguments=(
            *(f"--{name.replace('_', '-')}={value}" for name, value in options.items()),
            *(f"--tags={tag}" for tag in params.get("tags", ())),
            *(f"--history={name}" for name in history),
        ),
        files=history,
        environment=models.environment,
        notes=models.notes + notes,
    )


def _history(task: Task) -> tuple[dict[str, bytes], tuple[str, ...]]:
    try:
        marks = library.earlier(task.run.tenant_id, library.CARDS, now())
        content = library.as_history(marks, ())
    except (BotoCoreError, ClientError, ValueError, KeyError) as error:
        return {}, (f"Earlier cards could not be read, so this one is not held against them: {error}",)
    return ({_HISTORY: content} if content else {}), ()
