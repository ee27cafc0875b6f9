"""Finds rectangles that a text may cover."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy
from numpy.typing import NDArray

from adstudio.boxes.box import Box

MARGIN = 0.03
_TALLEST = 0.5
_SIZES = 10  # widths, and heights, that are tried
_PLACES = 40  # columns, and rows, that are tried
_SAME = 0.5
"""Of two proposals with a greater IoU one is enough."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Least size in fractions of the frame, how many proposals, and the greatest IoU with what is forbidden."""

    width: float = 0.5
    height: float = 0.12
    proposals: int = 10
    forbidden_iou: float = 0.05


@dataclass(frozen=True, slots=True)
class Proposal:
    """`score` is the free area in fractions of the frame, less 1 if anything at all is hidden.

    So the largest free ones come first, and a text goes over things only where it must.

    `forbidden_iou` is the area of the intersection with all that is forbidden over that of the union;
    `forbidden_share` is the part of the rectangle that is forbidden.
    """

    box: Box
    score: float
    forbidden_iou: float
    forbidden_share: float
    over_limit: bool

    @property
    def group(self) -> str:
        """Where in the frame its middle lies."""
        x, y = (self.box.x0 + self.box.x1) / 2, (self.box.y0 + self.box.y1) / 2
        row = ("top", "middle", "bottom")[min(int(y * 3), 2)]
        column = ("left", "center", "right")[min(int(x * 3), 2)]
        return f"{row}-{column}"

    def as_dict(self, number: int) -> dict[str, Any]:
        return {
            "proposal_id": number,
            **self.box.as_dict(),
            "score": self.score,
            "group": self.group,
            "forbidden_iou": self.forbidden_iou,
            "forbidden_share": self.forbidden_share,
            "over_limit": self.over_limit,
        }


def propose(mask: NDArray[numpy.uint8], limits: Limits) -> list[Proposal]:
    """Rectangles within the limits, the best first; if there is none, the least overlapping one, `over_limit`.

    Args:
        mask: Not 0 where nothing may be hidden.
    """
    height, width = mask.shape
    forbidden = mask != 0
    corners = _candidates(width, height, limits)
    covered = _covered(forbidden, corners)
    area = (corners[:, 2] - corners[:, 0]) * (corners[:, 3] - corners[:, 1])
    iou = covered / (area + int(forbidden.sum()) - covered)
    share = covered / area
    score = (area - covered) / mask.size - (covered > 0)
    allowed = (iou <= limits.forbidden_iou) & (share <= limits.forbidden_iou)
    over = not allowed.any()
    # Ties go to the upper and then the left one, so that the order is always the same.
    order = numpy.lexsort((corners[:, 0], corners[:, 1], -score))
    if over:
        chosen = [order[numpy.lexsort((numpy.arange(order.size), iou[order]))[0]]]
    else:
        chosen = _unlike(corners, order[allowed[order]], limits.proposals)
    return [
        Proposal(
            _box(corners[n], width, height),
            round(float(score[n]), 6),
            round(float(iou[n]), 6),
            round(float(share[n]), 6),
            over,
        )
        for n in chosen
    ]


def _box(corners: NDArray[numpy.int64], width: int, height: int) -> Box:
    left, top, right, bottom = (int(value) for value in corners)
    return Box.of_pixels(left, top, right, bottom, width, height)


def _candidates(width: int, height: int, limits: Limits) -> NDArray[numpy.int64]:
    """Left, top, right and bottom of every rectangle that is tried, in pixels."""
    across = list(_steps(limits.width, 1 - 2 * MARGIN, width))
    down = list(_steps(limits.height, _TALLEST, height))
    grids = []
    for wide in across:
        lefts = _places(width, wide)
        for high in down:
            tops = _places(height, high)
            left, top = (grid.ravel() for grid in numpy.meshgrid(lefts, tops))
            grids.append(numpy.column_stack([left, top, left + wide, top + high]))
    return numpy.concatenate(grids)


def _steps(least: float, most: float, frame: int) -> Iterator[int]:
    """Sizes in pixels from the least to the most, or the least alone; never less than it."""
    smallest = min(math.ceil(least * frame), frame)
    largest = max(int(most * frame), smallest)
    yield from sorted({int(size) for size in numpy.linspace(smallest, largest, _SIZES)})


def _places(frame: int, size: int) -> NDArray[numpy.int64]:
    """Where a side may begin: within the margin, if there is room for one."""
    margin = min(int(MARGIN * frame), (frame - size) // 2)
    return numpy.unique(numpy.linspace(margin, frame - size - margin, _PLACES).astype(numpy.int64))


def _covered(forbidden: NDArray[numpy.bool_], corners: NDArray[numpy.int64]) -> NDArray[numpy.int64]:
    """Exactly how many forbidden pixels each rectangle covers, by an integral image (Crow, 1984)."""
    sums = numpy.zeros((forbidden.shape[0] + 1, forbidden.shape[1] + 1), numpy.int32)
    sums[1:, 1:] = forbidden.cumsum(axis=0, dtype=numpy.int32).cumsum(axis=1)
    left, top, right, bottom = corners.T
    covered: NDArray[numpy.int64] = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    return covered


def _unlike(corners: NDArray[numpy.int64], order: NDArray[numpy.int64], most: int) -> list[int]:
    """The first ones of the order that are not much the same as one before them."""
    chosen: list[int] = []
    left = order
    while left.size and len(chosen) < most:
        best = left[0]
        chosen.append(int(best))
        left = left[_iou(corners[best], corners[left]) <= _SAME]
    return chosen


def _iou(one: NDArray[numpy.int64], others: NDArray[numpy.int64]) -> NDArray[numpy.float64]:
    width = numpy.minimum(one[2], others[:, 2]) - numpy.maximum(one[0], others[:, 0])
    height = numpy.minimum(one[3], others[:, 3]) - numpy.maximum(one[1], others[:, 1])
    both = numpy.clip(width, 0, None) * numpy.clip(height, 0, None)
    areas = (others[:, 2] - others[:, 0]) * (others[:, 3] - others[:, 1])
    own = (one[2] - one[0]) * (one[3] - one[1])
    return numpy.asarray(both / (own + areas - both), numpy.float64)
