"""`storyteller research`: make research cards, list and check them."""

import argparse
from pathlib import Path
from secrets import randbelow
from typing import TYPE_CHECKING, Any

from commandline import progress
from commandline.exit_codes import CliError, ExitCode
from storyteller.embedding import Embedder, add_embedding_arguments, cutoffs_of

if TYPE_CHECKING:
    from storyteller.research.card import Card

HELP = "collect what is worth knowing about a topic on a card that stories draw on"

TOPIC_SHORTEST, TOPIC_LONGEST = 2, 200
TAGS_MOST, TAG_LONGEST = 10, 50
SEEDS = 2**32
LONGEST_SECONDS = 86_400


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.usage = (
        "storyteller research TOPIC [options] --out DIR\n"
        "       storyteller research list --out DIR\n"
        "       storyteller research validate CARD\n"
        "       storyteller research dedup CARD [--history PATH]"
    )
    parser.add_argument("words", nargs="*", metavar="TOPIC", help="what to look into, 2-200 characters")
    parser.add_argument("--topic", metavar="T", help="the topic, where it might be taken for something else")
    parser.add_argument("--tags", action="extend", nargs="*", default=[], metavar="TAG", help="up to 10 words beside")
    parser.add_argument("--language", choices=("ko", "en"), default="ko", help="(default ko)")
    parser.add_argument("--seed", type=int, metavar="N", help="the same seed gives the same findings")
    parser.add_argument("--model", default="offline", metavar="M", help="offline (default), or provider:model")
    add_embedding_arguments(parser)
    parser.add_argument("--timeout", type=float, metavar="S", help="give up after S seconds (exit 4)")
    parser.add_argument(
        "--history", type=Path, metavar="PATH", help="cards to compare with: a directory, by default that of --out"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="where cards are; made if missing")


def run(args: argparse.Namespace) -> int:
    """Make a card, or do what the first word says."""
    match args.words if args.topic is None else []:
        case ["list"]:
            return _list(_directory(args))
        case ["validate", card]:
            return _validate(Path(card))
        case ["dedup", card]:
            place = args.history or args.out or Path(card).parent
            return _dedup(Path(card), place, cutoffs_of(args.embedding_cutoffs))
    return _make(args)


def _make(args: argparse.Namespace) -> int:
    topic, tags = _asked(args)
    out = _directory(args)
    from commandline.models import time_limit
    from storyteller.models import Author
    from storyteller.past import read_cards
    from storyteller.research.card import Quality
    from storyteller.research.make import Question, make_card
    from storyteller.research.publish import publish_card

    author = Author(args.model, args.timeout, Embedder(args.embedding_model, args.embedding_cutoffs))
    earlier = [past.known for past in read_cards(args.history or out)]
    out.mkdir(parents=True, exist_ok=True)
    progress.report(0, "looking into it")
    question = Question(topic, tags, args.language, args.seed if args.seed is not None else randbelow(SEEDS))
    cards: list[dict[str, object]] = []
    try:
        with time_limit(args.timeout):
            card = make_card(question, author, earlier)
        cards.append(publish_card(out, card))
        progress.report(100, "card written")
    finally:  # what was spent is told however it ends
        progress.finish({"cards": cards, "usage": author.usage})
    if card.validation.quality is Quality.PARSE_FAILED:
        raise CliError(ExitCode.PROVIDER_ERROR, f"{author.name} gave no answer that could be read")
    return ExitCode.DONE


def _list(out: Path) -> int:
    """The cards of a directory, newest first; what is no card is left out."""
    from storyteller.past import CARDS_MOST
    from storyteller.research.publish import load_cards

    cards = [_entry(card) for card in reversed(load_cards(out, CARDS_MOST))]
    for card in cards:
        print(f"{card['card_id']}  {card['quality']:10}  {card['title']}")
    progress.finish({"cards": cards})
    return ExitCode.DONE


def _validate(path: Path) -> int:
    from storyteller.research.card import validate

    card = _load(path)
    validation = validate(card.output).model_dump(mode="json")
    for name, passed in validation["checks"].items():
        print(f"{'ok    ' if passed else 'failed'}  {name}")
    progress.finish({"card_id": card.card_id, **validation})
    return ExitCode.DONE


def _dedup(path: Path, place: Path, embedding_cutoffs: dict[str, float]) -> int:
    from similarity.verdict import judge
    from storyteller.past import read_cards
    from storyteller.research.publish import known_card

    card = _load(path)
    verdict = judge(known_card(card), (past.known for past in read_cards(place)), embedding_cutoffs)
    nearest = f", nearest {verdict.nearest_id}" if verdict.nearest_id else ""
    print(f"{verdict.signal} {verdict.similarity_score:.2f} among {verdict.compared} cards{nearest}")
    progress.finish({"card_id": card.card_id, **verdict.as_dict()})
    return ExitCode.DONE


def _load(path: Path) -> "Card":
    from storyteller.research.publish import load_card

    try:
        return load_card(path)
    except ValueError as error:
        raise CliError(ExitCode.INPUT_ERROR, f"{path} is no research card") from error


def _entry(card: "Card") -> dict[str, Any]:
    quality = card.validation.quality
    return {"card_id": card.card_id, "title": card.output.title, "quality": quality, "usable": card.is_usable}


def _asked(args: argparse.Namespace) -> tuple[str, list[str]]:
    """The topic and the tags, each a line of text."""
    topic = " ".join((args.topic if args.topic is not None else " ".join(args.words)).split())
    tags = list(dict.fromkeys(tag for tag in (" ".join(tag.split()) for tag in args.tags) if tag))
    if not TOPIC_SHORTEST <= len(topic) <= TOPIC_LONGEST:
        raise CliError(ExitCode.INPUT_ERROR, f"the topic must have {TOPIC_SHORTEST}-{TOPIC_LONGEST} characters")
    if args.seed is not None and args.seed < 0:
        raise CliError(ExitCode.INPUT_ERROR, "--seed must not be negative")
    if args.timeout is not None and not 0 < args.timeout < LONGEST_SECONDS:
        raise CliError(ExitCode.INPUT_ERROR, f"--timeout must be above 0 and below {LONGEST_SECONDS}")
    if len(tags) > TAGS_MOST or any(len(tag) > TAG_LONGEST for tag in tags):
        raise CliError(ExitCode.INPUT_ERROR, f"at most {TAGS_MOST} tags of up to {TAG_LONGEST} characters each")
    return topic, tags


def _directory(args: argparse.Namespace) -> Path:
    if args.out is None:
        raise CliError(ExitCode.INPUT_ERROR, "--out is required")
    out: Path = args.out
    return out
