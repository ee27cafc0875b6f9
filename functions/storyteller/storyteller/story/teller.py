"""Tells one new story: up to three tries, each held against what was told before."""

from collections.abc import Sequence
from dataclasses import replace

from similarity.verdict import Signal, judge
from storyteller.models import Author
from storyteller.past import Past
from storyteller.publish import Draft, draft_story
from storyteller.story.order import Order
from storyteller.story.selection import RECENT, recently_used

TRIES = 3
NEXT_TRY = 1_000_003  # added to the seed: far from those of the stories that follow in the same order


def tell(order: Order, story_id: str, past: Sequence[Past], author: Author, *, only_new: bool) -> Draft | None:
    """A story, with its verdict in its metadata; None if ``only_new`` and every try was told before.

    The last try leaves out the templates used lately.
    """
    avoid = {unit for item in past[-RECENT:] for unit in item.units}
    history = [item.template_id for item in past if item.template_id]
    for attempt in range(TRIES):
        exclude = recently_used(history) if attempt == TRIES - 1 else frozenset()
        draft = draft_story(
            replace(order, seed=order.seed + attempt * NEXT_TRY), story_id, history, exclude, author, avoid
        )
        verdict = judge(draft.known, (other.known for other in past), author.embedder.cutoffs)
        draft.metadata["dedup"] = verdict.as_dict()
        if verdict.signal is not Signal.HIGH or not only_new:
            return draft
        print(f"try {attempt + 1}: told before, {verdict.similarity_score:.2f} like {verdict.nearest_id}", flush=True)
    return None
