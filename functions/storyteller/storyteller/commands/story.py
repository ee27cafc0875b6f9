"""`storyteller story`: write stories into a directory."""

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path
from secrets import randbelow, token_hex
from typing import TYPE_CHECKING

from commandline import progress
from commandline.exit_codes import CliError, ExitCode, Terminated
from storyteller.embedding import Embedder, add_embedding_arguments

if TYPE_CHECKING:
    from storyteller.models import Author
    from storyteller.past import Past

HELP = "write quiet horror stories, in Korean or English"

SHORTEST, LONGEST = 300, 10_000  # characters of a story
TOPIC_LONGEST = 200
RESEARCH_MOST = 5
RESEARCHED_SHORTEST = 2  # characters of a topic that a card can be made of
SEEDS = 2**32


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--max-stories", type=int, default=1, metavar="N", help="stories to write (default 1)")
    parser.add_argument(
        "--duration-seconds",
        type=float,
        metavar="S",
        help="begin no further story after S seconds (default: no bound)",
    )
    parser.add_argument(
        "--interval-seconds", type=float, default=0, metavar="S", help="pause between two stories (default 0)"
    )
    parser.add_argument("--topic", metavar="T", help=f"what the story is about, up to {TOPIC_LONGEST} characters")
    parser.add_argument(
        "--target-length",
        type=int,
        default=1500,
        metavar="L",
        help=f"characters of a story, {SHORTEST}-{LONGEST}, met within 10 %% (default 1500)",
    )
    parser.add_argument("--language", choices=("ko", "en"), default="ko", help="(default ko)")
    parser.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help="the same seed gives the same story; further stories use N+1, N+2, …",
    )
    parser.add_argument("--model", default="offline", metavar="M", help="offline (default), or provider:model")
    add_embedding_arguments(parser)
    parser.add_argument(
        "--research",
        type=Path,
        action="extend",
        nargs="*",
        default=[],
        metavar="CARD",
        help="research cards (JSON) to draw on; without any, one in --out that fits the topic",
    )
    parser.add_argument(
        "--no-auto-research",
        action="store_true",
        help="make no research card for a topic that has none",
    )
    parser.add_argument(
        "--enable-dedup",
        action="store_true",
        help="write nothing told before: after three tries a story is left out (exit 6 if none is left)",
    )
    parser.add_argument(
        "--load-history",
        action="store_true",
        help="mind the stories made earlier, in the choice of templates too; those of --out, or of --history",
    )
    parser.add_argument(
        "--history", type=Path, metavar="PATH", help="where earlier stories are described (implies --load-history)"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the stories go; made if missing")


def run(args: argparse.Namespace) -> int:
    """Write the stories, one .md and one .json each; the summary is printed also when SIGTERM ends the work early."""
    _validate(args)
    from storyteller.models import Author
    from storyteller.past import Past
    from storyteller.publish import publish_story
    from storyteller.story.order import Order
    from storyteller.story.teller import tell

    author = Author(args.model, embedder=Embedder(args.embedding_model, args.embedding_cutoffs))
    past = _past(args)
    args.out.mkdir(parents=True, exist_ok=True)
    made = _Made(args.max_stories, author)
    first_seed = args.seed if args.seed is not None else randbelow(SEEDS)
    ends = time.monotonic() + args.duration_seconds if args.duration_seconds is not None else None
    try:
        research = made.research(args, first_seed)
        for number in range(args.max_stories):
            if number and not _pause(args.interval_seconds, ends):
                made.reason = "duration reached"
                break
            which = f"story {number + 1} of {args.max_stories}" if args.max_stories > 1 else "the story"
            progress.report(100 * number // args.max_stories, f"writing {which}")
            order = Order(args.language, args.target_length, first_seed + number, args.topic, research)
            draft = tell(order, _new_id(), past, author, only_new=args.enable_dedup)
            if draft is None:
                made.told_before += 1
                continue
            made.stories.append(publish_story(args.out, draft))
            past.append(Past(draft.known, str(draft.metadata["template_id"]), draft.units))
        progress.report(100, made.told)
    except BaseException as error:
        made.reason = "terminated" if isinstance(error, Terminated) else "failed"
        raise
    finally:  # what is written and what was spent is told however it ends
        made.finish()
    return ExitCode.DONE if made.stories or not made.told_before else ExitCode.NOTHING_NEW


class _Made:
    """What this run has made, for the result summary."""

    def __init__(self, requested: int, author: "Author") -> None:
        self.stories: list[dict[str, object]] = []
        self.cards: list[dict[str, object]] = []
        self.told_before = 0
        self.reason = "done"
        self._requested = requested
        self._author = author

    def research(self, args: argparse.Namespace, seed: int) -> dict[str, list[str]]:
        """The concepts for the stories, by the id of the card they are from."""
        if not args.topic and not args.research:
            return {}
        from storyteller.research.choose import choose_cards

        chosen = choose_cards(args.topic, args.research, args.out)
        topic = " ".join((args.topic or "").split())
        if not chosen and not args.no_auto_research and len(topic) >= RESEARCHED_SHORTEST:
            from storyteller.research.make import Question, make_card
            from storyteller.research.publish import publish_card

            progress.report(0, "looking into the topic")
            card = make_card(Question(topic, [], args.language, seed), self._author)
            self.cards.append(publish_card(args.out, card))
            chosen = [card] if card.is_usable else []
        return {card.card_id: card.output.key_concepts for card in chosen}

    @property
    def told(self) -> str:
        """For the last progress line."""
        if self._requested > 1:
            return f"{len(self.stories)} of {self._requested} stories written"
        return "story written" if self.stories else "told before"

    def finish(self) -> None:
        progress.finish(
            {
                "stories": self.stories,
                "cards": self.cards,
                "usage": self._author.usage,
                "made": len(self.stories),
                "told_before": self.told_before,
                "requested": self._requested,
                "reason": self.reason,
            }
        )


def _validate(args: argparse.Namespace) -> None:
    refusals = {
        "--max-stories must be at least 1": args.max_stories < 1,
        "--duration-seconds must be above 0": args.duration_seconds is not None and not args.duration_seconds > 0,
        "--interval-seconds must not be negative": not args.interval_seconds >= 0,
        f"--target-length must be {SHORTEST}-{LONGEST}": not SHORTEST <= args.target_length <= LONGEST,
        f"--topic must have 1-{TOPIC_LONGEST} characters": args.topic is not None
        and not 1 <= len(args.topic.strip()) <= TOPIC_LONGEST,
        "--history is not there": args.history is not None and not args.history.exists(),
        "at most 5 research cards": len(args.research) > RESEARCH_MOST,
        "--seed must not be negative": args.seed is not None and args.seed < 0,
    }
    for sentence, refused in refusals.items():
        if refused:
            raise CliError(ExitCode.INPUT_ERROR, sentence)


def _past(args: argparse.Namespace) -> "list[Past]":
    """The earlier stories, oldest first."""
    if not args.load_history and args.history is None:
        return []
    from storyteller.past import read_stories

    return read_stories(args.history or args.out)


def _pause(seconds: float, ends: float | None) -> bool:
    """Wait between stories; False when the time for the whole is over before the next one may begin."""
    if ends is not None and time.monotonic() + seconds >= ends:
        return False
    time.sleep(seconds)
    return True


def _new_id() -> str:
    """Sorts by time, and 64 random bits keep it unique."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{token_hex(8)}"
