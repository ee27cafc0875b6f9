"""What asking models has cost."""

from pydantic import Field

from nightshift.models.base import Model


class Spent(Model):
    """Sums; ``cost_microusd`` is in millionths of a US dollar, 0 for models whose price is not known."""

    calls: int = Field(default=0, ge=0, le=10**12)
    input_tokens: int = Field(default=0, ge=0, le=10**12)
    output_tokens: int = Field(default=0, ge=0, le=10**12)
    cost_microusd: int = Field(default=0, ge=0, le=10**15)

    @property
    def cost_usd(self) -> float:
        return self.cost_microusd / 1_000_000


class OperationSpent(Spent):
    """What one operation spent with one model."""

    operation: str
    model: str = Field(min_length=1, max_length=200)
