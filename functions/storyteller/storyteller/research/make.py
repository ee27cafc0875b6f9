"""Makes one research card."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from commandline.models import provider_errors
from similarity.fingerprint import fingerprint
from similarity.verdict import Known, judge
from storyteller.models import Author
from storyteller.past import kept
from storyteller.research.card import (
    Card,
    Dedup,
    Findings,
    Subject,
    canonical_core,
    new_card_id,
    text_of,
    validate,
)
from storyteller.research.offline import research

RAW_LONGEST = 4000  # characters kept of an answer that could not be read


@dataclass(frozen=True)
class Question:
    """What a card is to be about."""

    topic: str
    tags: Sequence[str]
    language: str
    seed: int


def make_card(question: Question, author: Author, earlier: Iterable[Known] = ()) -> Card:
    """The card that answers the question, held against the `earlier` ones.

    Without a model only its id and time differ between calls with the same question. A model whose answers cannot be
    read, also not after one repair, gives a card of quality parse_failed, which keeps the answer.

    Raises:
        CliError: the model failed.
    """
    raw: str | None = None
    findings: Findings | None
    try:
        findings = _findings(question, author)
    except _ParseFailed as error:
        findings, raw = None, error.answer
    now = datetime.now(UTC)
    card_id = new_card_id(now)
    output = findings or Findings()
    metadata: dict[str, Any] = {
        "created_at": now.isoformat(timespec="seconds"),
        "language": question.language,
        **author.made_by,
    }
    metadata |= {} if author.client else {"seed": question.seed}
    text = text_of(question.topic, output)
    sketch = author.embedder.sketch(text)
    metadata |= {"embedding": kept(sketch)} if sketch else {}
    item = Known(card_id, fingerprint(text), sketch=sketch)
    return Card(
        card_id=card_id,
        metadata=metadata | ({"raw": raw[:RAW_LONGEST]} if raw is not None else {}),
        input=Subject(topic=question.topic, tags=list(question.tags)),
        output=output,
        validation=validate(findings),
        canonical_core=canonical_core(output.canonical_affinity),
        dedup=Dedup.model_validate(judge(item, earlier, author.embedder.cutoffs).as_dict()),
    )


class _ParseFailed(Exception):
    def __init__(self, answer: str) -> None:
        super().__init__(answer)
        self.answer = answer


def _findings(question: Question, author: Author) -> Findings:
    if author.client is None:
        return research(question.topic, question.tags, question.language, question.seed)
    from llm.errors import UnreadableError
    from llm.port import Prompt
    from storyteller.research.prompt import research_prompt

    prompt = Prompt(*research_prompt(question.topic, question.tags, question.language))
    with provider_errors():
        try:
            return author.client.structured("research", prompt, Findings)
        except UnreadableError as error:
            raise _ParseFailed(error.answer) from error
