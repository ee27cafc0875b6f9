"""Finds the research cards that stories are to draw on."""

from collections.abc import Sequence
from pathlib import Path

from commandline.exit_codes import CliError, ExitCode
from storyteller.past import CARDS_MOST
from storyteller.research.card import Card
from storyteller.research.match import Candidate, best_match
from storyteller.research.publish import load_card, load_cards


def choose_cards(topic: str | None, named: Sequence[Path], directory: Path) -> list[Card]:
    """The named cards, else the usable one in the directory that fits the topic best.

    Raises:
        CliError: a named file is no card, or one that must not be used.
    """
    if named or not topic:
        return [_named(path) for path in named]
    cards = {card.card_id: card for card in load_cards(directory, CARDS_MOST) if card.is_usable}
    candidates = [
        Candidate(card.card_id, card.input.topic, card.input.tags, card.output.title) for card in cards.values()
    ]
    best = best_match(topic, candidates)
    return [cards[best]] if best else []


def _named(path: Path) -> Card:
    try:
        card = load_card(path)
    except (OSError, ValueError) as error:
        raise CliError(ExitCode.INPUT_ERROR, f"{path} is no research card") from error
    if not card.is_usable:
        raise CliError(ExitCode.INPUT_ERROR, f"{path.name} cannot be used: its quality or its likeness forbids it")
    return card
