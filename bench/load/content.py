"""Prints the seconds of each of some rounds, as JSON: a story of 3 000 characters; a verdict among 10 000 items."""

import json
import random
import time
from collections.abc import Callable

from similarity.fingerprint import BITS, from_bytes, to_bytes
from similarity.verdict import Known, judge
from storyteller.offline.writer import write_story
from storyteller.past import story_bits

ROUNDS = 20
ITEMS = 10_000
CHARACTERS = 3000


def timed(work: Callable[[int], object]) -> list[float]:
    """Seconds of each round after the first, which loads what all the others use."""
    seconds = []
    for number in range(ROUNDS + 1):
        began = time.perf_counter()
        work(number)
        seconds.append(time.perf_counter() - began)
    return seconds[1:]


def main() -> None:
    rng = random.Random(1)
    stored = [to_bytes(rng.getrandbits(BITS)) for _ in range(ITEMS)]
    body = write_story("ko", CHARACTERS, 1).body

    def verdict(_: int) -> None:
        item = Known("new", story_bits(body), "signature")
        judge(item, (Known(str(number), from_bytes(data), "other") for number, data in enumerate(stored)))

    stories = timed(lambda number: write_story("ko" if number % 2 else "en", CHARACTERS, number))
    print(json.dumps({"story": stories, "verdict": timed(verdict)}))


if __name__ == "__main__":
    main()
