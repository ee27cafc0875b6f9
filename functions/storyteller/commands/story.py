"""One story an invocation; the state machine makes the loop."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from asked import writing_models
from nightshift.clock import now
from nightshift.content import library
from nightshift.content.fingerprints import Mark
from nightshift.worker.errors import InputError
from nightshift.worker.task import Plan, Task
from storyteller.research.match import Candidate, best_match

_PASSED_ON = ("topic", "target_length", "language")
_HISTORY = "history.jsonl"


def plan(task: Task) -> Plan:
    """With a seed, each story of the job gets the next one: the job is repeatable, its stories differ.

    The program minds the job's own earlier stories, and with ``load_history`` the tenant's.

    Raises:
        InputError: a research card is named that is not there.
        ProviderError: the provider's key cannot be had.
    """
    params = task.params
    models = writing_models(params)
    options = {name: params[name] for name in _PASSED_ON if name in params} | models.options
    if "seed" in params:
        options["seed"] = int(params["seed"]) + task.iteration
    flags = ["--enable-dedup"] if params.get("enable_dedup") else []
    flags += [] if params.get("auto_research", True) else ["--no-auto-research"]
    history, notes = _history(task)
    cards = {f"card-{number}.json": card for number, card in enumerate(_cards(task))}
    return Plan(
        # `--name=value` in one argument: a value may begin with a dash.
        arguments=(
            "--max-stories=1",
            *(f"--{name.replace('_', '-')}={value}" for name, value in options.items()),
            *flags,
            *(f"--history={name}" for name in history),
            *(f"--research={name}" for name in cards),
        ),
        iterations=int(params.get("max_stories", 1)),
        duration_seconds=params.get("duration_seconds"),
        interval_seconds=params.get("interval_seconds", 0),
        numbered=True,
        files=history | cards,
        environment=models.environment,
        notes=models.notes + notes,
    )


def _history(task: Task) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The file of earlier stories, if there are any; what is in the way of reading them does not stop the job."""
    marks: list[Mark] = []
    told: list[dict[str, Any]] = []
    try:
        if task.params.get("load_history"):
            marks = library.earlier(task.run.tenant_id, library.STORIES, now())
        if task.iteration:
            told = library.made_by_job(task.run.job_id, "stories")
        content = library.as_history(marks, told)
    except (BotoCoreError, ClientError, ValueError, KeyError) as error:
        return {}, (f"Earlier stories could not be read, so this one is not held against them: {error}",)
    return ({_HISTORY: content} if content else {}), ()


def _cards(task: Task) -> Iterator[bytes]:
    """The research cards that are named, else the one that fits the topic best."""
    for card_id in task.params.get("research", ()):
        card = library.open_card(task.run.tenant_id, card_id)
        if card is None:
            raise InputError(f"There is no research card {card_id}.")
        yield card
    topic = task.params.get("topic")
    if topic and not task.params.get("research"):
        card = _fitting(task, topic)
        if card is not None:
            yield card


def _fitting(task: Task, topic: str) -> bytes | None:
    """A card that the job itself has made is not registered before the job ends."""
    own = {entry["card_id"]: entry for entry in library.made_by_job(task.run.job_id, "cards") if entry.get("usable")}
    others = [mark for mark in library.earlier(task.run.tenant_id, library.CARDS, now()) if mark.about.get("usable")]
    best = best_match(
        topic,
        [
            *(_candidate(mark.item_id, mark.about) for mark in others),
            *(_candidate(card_id, entry) for card_id, entry in own.items()),
        ],
    )
    if best in own:
        prefix = f"{task.run.tenant_id}/{task.run.job_id}/{own[best]['run_id']}/"
        return library.read_card(prefix, own[best].get("artifacts", ()))
    return library.open_card(task.run.tenant_id, best) if best else None


def _candidate(card_id: str, about: dict[str, Any]) -> Candidate:
    return Candidate(card_id, about.get("topic") or "", about.get("tags") or (), about.get("title") or "")
