"""Dealing instead of drawing: neighbouring seeds get different choices by design, not by luck."""

from dataclasses import dataclass
from random import Random

NEIGHBOURS = 25  # seeds that are dealt to together; those farther off differ by chance


@dataclass(frozen=True)
class Dealer:
    """Chooses for the story of `seed`; `what` (the template, say) keeps the choices of different stories apart."""

    seed: int
    what: str

    def choose(self, count: int, number: int) -> int:
        """Which of `count` ways the passage of that `number` is told: 0 to `count` - 1.

        A linear code over the digits of the seed, whose base is the greatest prime not above `count`: two of
        neighbouring seeds agree in one of `base` passages, over all, or in none. Chance would have some pairs agree
        in most.
        """
        base = _prime_up_to(count)
        block, place = divmod(self.seed, _neighbours(base))
        code, place = place % base, place // base
        factors = number
        while place:
            code += (place % base) * (factors % base)
            place, factors = place // base, factors // base
        offset = Random(f"{self.what}:{block}:{number}").randrange(count)
        return (offset + code % base) % count


def _neighbours(base: int) -> int:
    """The least power of `base` that is enough of them."""
    power = base
    while 1 < power < NEIGHBOURS:
        power *= base
    return power


def _prime_up_to(count: int) -> int:
    return next((n for n in range(count, 1, -1) if all(n % divisor for divisor in range(2, n))), 1)
