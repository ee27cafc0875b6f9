"""Figures, the aims they are held against, and how both are shown."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Aim:
    """An upper bound, in the figure's own unit, and what takes the time when it is missed."""

    at_most: float
    unit: str
    bound_by: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. ``value`` is what the aim speaks of: the median, the ratio, the total."""

    name: str
    shown: str
    value: float = 0.0
    aim: Aim | None = None

    @property
    def is_missed(self) -> bool:
        return self.aim is not None and self.value > self.aim.at_most


def p50(samples: Sequence[float]) -> float:
    return statistics.median(samples)


def p95(samples: Sequence[float]) -> float:
    return statistics.quantiles(samples, n=20, method="inclusive")[-1]


def spread(name: str, seconds: Sequence[float], aim: Aim | None = None) -> Figure:
    """The median and the 95th percentile of durations; the aim speaks of the median, in seconds."""
    shown = f"p50 {1000 * p50(seconds):.0f} ms   p95 {1000 * p95(seconds):.0f} ms   n={len(seconds)}"
    return Figure(name, shown, p50(seconds), aim)


def ratio(name: str, ours: Sequence[float], floor: Sequence[float], aim: Aim) -> Figure:
    """How many times the floor's median ours is."""
    value = p50(ours) / p50(floor)
    return Figure(name, f"{value:.2f} x  (p95 {p95(ours) / p95(floor):.2f} x)", value, aim)


def show(figures: Sequence[Figure]) -> None:
    """The table, and under it a line for each aim that was missed."""
    console = Console(width=110)
    table = Table("figure", "measured", "aim", "")
    for figure in figures:
        aim = f"≤ {figure.aim.at_most:g} {figure.aim.unit}" if figure.aim else ""
        verdict = "" if figure.aim is None else "[red]missed[/red]" if figure.is_missed else "[green]met[/green]"
        table.add_row(figure.name, figure.shown, aim, verdict)
    console.print(table)
    for figure in figures:
        if figure.aim and figure.is_missed:
            console.print(f"missed: {figure.name}. {figure.aim.bound_by}", highlight=False)
