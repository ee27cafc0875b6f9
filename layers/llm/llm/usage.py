"""What asking models has cost: calls, tokens and money, by operation and model."""

import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

_PRICES = Path(__file__).with_name("prices.toml")


@dataclass(slots=True)
class Entry:
    """Sums of one operation with one model. ``cost_microusd`` is in millionths of a dollar, rounded up by the call."""

    operation: str
    model: str
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_microusd: int = 0


class Ledger:
    """Collects what a program's calls cost."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], Entry] = {}

    def add(self, operation: str, model: str, input_tokens: int, output_tokens: int, images: int = 0) -> None:
        """Count one call; `images` is how many it drew."""
        entry = self._entries.setdefault((operation, model), Entry(operation, model))
        entry.calls += 1
        entry.input_tokens += input_tokens
        entry.output_tokens += output_tokens
        entry.cost_microusd += cost_microusd(model, input_tokens, output_tokens, images)

    def as_list(self) -> list[dict[str, Any]]:
        """The sums, as a result summary carries them."""
        return [asdict(entry) for entry in self._entries.values()]


def cost_microusd(model: str, input_tokens: int, output_tokens: int, images: int = 0) -> int:
    """Millionths of a dollar: a price per million tokens times tokens is just that; an image's is in dollars."""
    price = _prices().get(model)
    if price is None:
        return 0
    tokens = price.get("input", 0) * input_tokens + price.get("output", 0) * output_tokens
    return -int(-(tokens + price.get("image", 0) * images * 1_000_000) // 1)


@cache
def _prices() -> dict[str, dict[str, float]]:
    table: dict[str, Any] = tomllib.loads(_PRICES.read_text(encoding="utf-8"))
    return {model: price for model, price in table.items() if isinstance(price, dict)}
