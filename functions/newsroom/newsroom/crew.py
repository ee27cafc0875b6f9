"""The crew: four agents one after another, by CrewAI, which is told to keep to itself."""

import logging
import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from commandline import progress
from commandline.exit_codes import CliError, ExitCode
from commandline.models import OFFLINE, open_model, provider_errors
from llm.errors import ModelError
from llm.structured import read
from newsroom.agents import Agent, agents_for, told
from newsroom.assignment import Assignment
from newsroom.drafts import Review

if TYPE_CHECKING:
    from crewai import BaseLLM, Crew
    from crewai.tasks.task_output import TaskOutput

    from llm.client import Client
    from llm.usage import Ledger

_REPAIRS = 1
_REASON_LENGTH = 300


class Newsroom:
    """Does one assignment, by a model or offline."""

    def __init__(self, assignment: Assignment, model: str) -> None:
        """Raises CliError if there can be no such model."""
        self.assignment = assignment
        self.model = model
        self._client: Client | None
        self._ledger: Ledger | None
        self._client, self._ledger = (None, None) if model == OFFLINE else open_model(model, None)

    @property
    def usage(self) -> list[dict[str, Any]]:
        """What each agent has spent, counted where the model is asked: CrewAI's own sums count some calls twice."""
        return self._ledger.as_list() if self._ledger else []

    def work(self) -> Review:
        """The reviewer's draft.

        Raises:
            CliError: a model failed, or one of its answers was of no use also when it was asked again.
        """
        with tempfile.TemporaryDirectory(prefix="newsroom-", ignore_cleanup_errors=True) as scratch:
            _keep_to(Path(scratch))
            agents = agents_for(self.assignment)
            crew = self._crew(agents)
            # In a thread, as CrewAI waits for threads of its own: SIGTERM and the time limit have to be heard.
            pool = ThreadPoolExecutor(max_workers=1)
            try:
                output = pool.submit(crew.kickoff).result()
            except Exception as error:
                raise _failure(error) from error
            finally:
                pool.shutdown(wait=False)
            return read(output.raw, Review)

    def _crew(self, agents: list[Agent]) -> "Crew":
        import crewai

        from newsroom.listener import listen

        llms = self._llms(agents)
        members = [
            crewai.Agent(
                role=agent.role,
                goal=agent.goal,
                backstory="You work in a newsroom that writes for learners of a language.",
                llm=llms[agent.role],
                allow_delegation=False,
                max_retry_limit=0,  # failures are the client's to retry
                verbose=False,
            )
            for agent in agents
        ]
        tasks: list[crewai.Task] = []
        for agent, member in zip(agents, members, strict=True):
            tasks.append(
                crewai.Task(
                    name=agent.role,
                    description=told(agent),
                    expected_output="One JSON object.",
                    agent=member,
                    context=tasks[-1:],
                    guardrail=_guard(agent),
                    guardrail_max_retries=_REPAIRS,
                )
            )
        listen(Meter({agent.role: agent.percent for agent in agents}).passed)
        return crewai.Crew(
            agents=members, tasks=tasks, process=crewai.Process.sequential, memory=False, tracing=False, verbose=False
        )

    def _llms(self, agents: list[Agent]) -> "dict[str, BaseLLM]":
        from newsroom.llms import AskedModel, OfflineModel

        if self._client is not None:
            return {agent.role: AskedModel(self._client, agent.role) for agent in agents}
        from newsroom.offline.desk import Desk

        desk = Desk(self.assignment)
        drafts = (lambda: desk.findings, lambda: desk.choice, lambda: desk.rewriting, lambda: desk.review)
        return {agent.role: OfflineModel(draft) for agent, draft in zip(agents, drafts, strict=True)}


class Meter:
    """Progress that never goes back: events come from several threads, and some of them late."""

    def __init__(self, percents: dict[str, int]) -> None:
        self._percents = percents
        self._reached = 0
        self._lock = Lock()

    def passed(self, role: str) -> None:
        """That agent's answer was accepted."""
        with self._lock:
            percent = self._percents.get(role, 0)
            if percent > self._reached:
                self._reached = percent
                progress.report(percent, f"{role} is done")


def _guard(agent: Agent) -> "Callable[[TaskOutput], tuple[bool, Any]]":
    """Lets an answer pass, or sends it back with what is wrong."""

    def guard(output: "TaskOutput") -> tuple[bool, Any]:
        try:
            draft = read(output.raw, agent.schema)
        except ValueError as error:
            return False, f"This could not be read: {error}. Answer with one JSON object of the schema."
        complaint = agent.complaint(draft)
        return (False, complaint) if complaint else (True, draft.model_dump_json())

    return guard


def _failure(error: BaseException) -> CliError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ModelError):
            try:
                with provider_errors():
                    raise cause
            except CliError as failure:
                return failure
        cause = cause.__cause__ or cause.__context__
    return CliError(ExitCode.PROVIDER_ERROR, f"the crew could not agree: {str(error)[:_REASON_LENGTH]}")


def _keep_to(scratch: Path) -> None:
    """No telemetry, no tracing, and no files but in the scratch directory; to be said before CrewAI is imported."""
    home = Path.home()
    os.environ.setdefault("AWS_SHARED_CREDENTIALS_FILE", str(home / ".aws" / "credentials"))  # Bedrock's
    os.environ.setdefault("AWS_CONFIG_FILE", str(home / ".aws" / "config"))
    os.environ |= {
        "HOME": str(scratch),
        "CREWAI_DISABLE_TELEMETRY": "true",
        "CREWAI_DISABLE_TRACKING": "true",
        "CREWAI_TRACING_ENABLED": "false",
        "OTEL_SDK_DISABLED": "true",
        "CREWAI_STORAGE_DIR": str(scratch / "storage"),
    }
    logging.getLogger("crewai").setLevel(logging.ERROR)
