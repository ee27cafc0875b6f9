"""Boxes in fractions of the frame."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

from commandline.exit_codes import CliError, ExitCode

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Box:
    """From the upper left corner to the lower right, 0 to 1 each."""

    x0: float
    y0: float
    x1: float
    y1: float

    @classmethod
    def of_pixels(cls, left: int, top: int, right: int, bottom: int, width: int, height: int) -> Self:
        """The box that ends before column `right` and row `bottom`."""
        return cls(*(round(value, _DECIMALS) for value in (left / width, top / height, right / width, bottom / height)))

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, right and bottom in a frame of that size."""
        return round(self.x0 * width), round(self.y0 * height), round(self.x1 * width), round(self.y1 * height)

    @property
    def area(self) -> float:
        return (self.x1 - self.x0) * (self.y1 - self.y0)

    def intersection(self, other: "Box") -> float:
        """The area that both cover."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        return max(width, 0.0) * max(height, 0.0)

    def iou(self, other: "Box") -> float:
        """Intersection over union (the Jaccard index of the two areas); 0 for two boxes without any area."""
        both = self.intersection(other)
        union = self.area + other.area - both
        return both / union if union > 0 else 0.0

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Detection:
    """Something in the image. ``score`` is 0 to 1."""

    label: str
    score: float
    box: Box

    def as_dict(self) -> dict[str, Any]:
        return {"label": self.label, "score": self.score, **self.box.as_dict()}


def box_from(content: Mapping[str, Any]) -> Box:
    """The box of a stage's result.

    Raises:
        CliError: it is none, or reaches beyond the frame.
    """
    try:
        box = Box(*(float(content[name]) for name in ("x0", "y0", "x1", "y1")))
    except (KeyError, TypeError, ValueError) as error:
        raise CliError(ExitCode.INPUT_ERROR, f"a box needs the numbers x0, y0, x1 and y1; {content} is none") from error
    if not (0 <= box.x0 < box.x1 <= 1 and 0 <= box.y0 < box.y1 <= 1):
        raise CliError(ExitCode.INPUT_ERROR, f"{content} is no box within the frame")
    return box


def detections_from(result: Mapping[str, Any]) -> list[Detection]:
    """What `yolo_detect` found; raises CliError as `box_from`."""
    return [
        Detection(str(entry.get("label", "object")), float(entry.get("score", 1)), box_from(entry))
        for entry in result.get("boxes", ())
    ]


def mask_of(boxes: Iterable[Box], width: int, height: int) -> "NDArray[uint8]":
    """1 where a box is, else 0."""
    import numpy

    mask = numpy.zeros((height, width), numpy.uint8)
    for box in boxes:
        left, top, right, bottom = box.pixels(width, height)
        mask[top:bottom, left:right] = 1
    return mask
