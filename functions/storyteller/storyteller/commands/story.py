"""`storyteller story`: write stories into a directory."""

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path
from secrets import randbelow, token_hex

from storyteller import progress
from storyteller.exit_codes import CliError, ExitCode, Terminated

HELP = "write quiet horror stories, in Korean or English"

SHORTEST, LONGEST = 300, 10_000  # characters of a story
TOPIC_LONGEST = 200
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
    parser.add_argument(
        "--load-history",
        action="store_true",
        help="let the stories made earlier guide the choice of templates; those of --out, or of --history",
    )
    parser.add_argument(
        "--history", type=Path, metavar="DIR", help="where earlier stories lie (implies --load-history)"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the stories go; made if missing")


def run(args: argparse.Namespace) -> int:
    """Write the stories, one .md and one .json each; the summary is printed also when SIGTERM ends the work early."""
    _validate(args)
    from storyteller.publish import Order, draft_story, publish_story

    history = _history(args)
    args.out.mkdir(parents=True, exist_ok=True)
    first_seed = args.seed if args.seed is not None else randbelow(SEEDS)
    ends = time.monotonic() + args.duration_seconds if args.duration_seconds is not None else None
    stories: list[dict[str, object]] = []
    try:
        for number in range(args.max_stories):
            if number and not _pause(args.interval_seconds, ends):
                break
            progress.report(100 * number // args.max_stories, f"writing story {number + 1} of {args.max_stories}")
            order = Order(args.language, args.target_length, first_seed + number, args.topic)
            draft = draft_story(order, _new_id(), history)
            stories.append(publish_story(args.out, draft))
            history.append(str(draft.metadata["template_id"]))
        progress.report(100, f"{len(stories)} of {args.max_stories} stories written")
    except Terminated:
        _finish(stories, args.max_stories, "terminated")
        raise
    _finish(stories, args.max_stories, "done" if len(stories) == args.max_stories else "duration reached")
    return ExitCode.DONE


def _validate(args: argparse.Namespace) -> None:
    refusals = {
        "--max-stories must be at least 1": args.max_stories < 1,
        "--duration-seconds must be above 0": args.duration_seconds is not None and not args.duration_seconds > 0,
        "--interval-seconds must not be negative": not args.interval_seconds >= 0,
        f"--target-length must be {SHORTEST}-{LONGEST}": not SHORTEST <= args.target_length <= LONGEST,
        f"--topic must have 1-{TOPIC_LONGEST} characters": args.topic is not None
        and not 1 <= len(args.topic.strip()) <= TOPIC_LONGEST,
        "--history is not a directory": args.history is not None and not args.history.is_dir(),
        "--seed must not be negative": args.seed is not None and args.seed < 0,
    }
    for sentence, refused in refusals.items():
        if refused:
            raise CliError(ExitCode.INPUT_ERROR, sentence)


def _history(args: argparse.Namespace) -> list[str]:
    """The template ids of earlier stories, oldest first."""
    if not args.load_history and args.history is None:
        return []
    from storyteller.story.history import read_history

    return [story.template_id for story in read_history(args.history or args.out)]


def _pause(seconds: float, ends: float | None) -> bool:
    """Wait between stories; False when the time for the whole is over before the next one may begin."""
    if ends is not None and time.monotonic() + seconds >= ends:
        return False
    time.sleep(seconds)
    return True


def _new_id() -> str:
    """Sorts by time, and 64 random bits keep it unique."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{token_hex(8)}"


def _finish(stories: list[dict[str, object]], requested: int, reason: str) -> None:
    progress.finish({"stories": stories, "made": len(stories), "requested": requested, "reason": reason})
