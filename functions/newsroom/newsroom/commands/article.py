"""`newsroom article`: an article from a source, for readers of a CEFR level."""

import argparse
from pathlib import Path

from commandline import progress
from commandline.exit_codes import CliError, ExitCode, Terminated

HELP = "rewrite a text or a page as an article for readers of a level"

LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")
SHORTEST, LONGEST = 100, 2000  # words of an article
TOPIC_SHORTEST, TOPIC_LONGEST = 2, 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--language", choices=("ko", "en"), required=True, help="of the source, and of the article")
    parser.add_argument("--level", choices=LEVELS, required=True, help="CEFR level of the readers")
    parser.add_argument("--length", type=int, required=True, metavar="N", help=f"words at most, {SHORTEST}-{LONGEST}")
    parser.add_argument("--topic", required=True, metavar="T", help="what the article is to be about")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--source-url", metavar="URL", help="a page to fetch: 2 MB and 10 s at most")
    source.add_argument(
        "--source-file",
        type=Path,
        metavar="PATH",
        help="a text, or a page (.html); with neither, a sample text that fits the topic",
    )
    parser.add_argument("--model", default="offline", metavar="M", help="offline (default), or provider:model")
    parser.add_argument("--timeout", type=float, metavar="S", help="give up after S seconds (default: no bound)")
    parser.add_argument(
        "--allow-local", action="store_true", help="take http, and URLs of this machine and of private networks"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where it goes; made if missing")


def run(args: argparse.Namespace) -> int:
    """Write the article, a .md and a .json; the summary with what was spent is printed however it ends."""
    _validate(args)
    from commandline.models import time_limit
    from newsroom.source import open_source

    topic = " ".join(args.topic.split())
    with time_limit(args.timeout):
        progress.report(0, "reading the source")
        source = open_source(topic, args.language, args.source_file, args.source_url, allow_local=args.allow_local)
        args.out.mkdir(parents=True, exist_ok=True)

        from newsroom.assignment import Assignment
        from newsroom.crew import Newsroom
        from newsroom.publish import publish

        room = Newsroom(Assignment(args.language, args.level, args.length, topic, source), args.model)
        summary: dict[str, object] = {"reason": "failed"}
        try:
            review = room.work()
            summary = publish(args.out, room, review) | {"reason": "done"}
            progress.report(100, "written")
        except Terminated:
            summary["reason"] = "terminated"
            raise
        finally:
            progress.finish(summary | {"usage": room.usage})
    return ExitCode.DONE


def _validate(args: argparse.Namespace) -> None:
    refusals = {
        f"--length must be {SHORTEST}-{LONGEST}": not SHORTEST <= args.length <= LONGEST,
        f"--topic must have {TOPIC_SHORTEST}-{TOPIC_LONGEST} characters": not TOPIC_SHORTEST
        <= len(args.topic.strip())
        <= TOPIC_LONGEST,
        "--timeout must be above 0": args.timeout is not None and not args.timeout > 0,
    }
    for sentence, refused in refusals.items():
        if refused:
            raise CliError(ExitCode.INPUT_ERROR, sentence)
