"""Finds what draws the eye, without a trained model."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy
from numpy.typing import NDArray
from PIL.Image import Resampling

from adstudio.boxes.box import Box, Detection, mask_of

if TYPE_CHECKING:
    from PIL.Image import Image

LABEL = "salient"
WORKING_WIDTH = 256
LARGEST = 0.6
"""A box over more of the frame than this says nothing about where there is room."""
_SMALLEST = 0.004
_MOST = 20
_DEVIATIONS = 2.5
_FAINTEST = 0.15
_WINDOW = 13
_DENSE = 0.12
"""Of the pixels of a window, how many are edges where there is an object. A line alone, such as a horizon, has 1/13."""

type Gray = NDArray[numpy.uint8]
type Floats = NDArray[numpy.float32]


@dataclass(frozen=True, slots=True)
class Salient:
    """Boxes, the most salient first; and a mask, 1 where something must not be hidden, else 0.

    The mask has all that the boxes have, and what is too large for a box.
    """

    detections: list[Detection]
    mask: Gray


def detect(image: "Image") -> Salient:
    """Regions of fine-grained saliency (Montabone and Soto, 2010), and where edges (Canny, 1986) are dense.

    The first finds what is unlike its surroundings, the second what has details.
    """
    height = max(1, round(image.height * WORKING_WIDTH / image.width))
    small: Gray = numpy.asarray(image.resize((WORKING_WIDTH, height), Resampling.BOX))
    salience = _salience(small)
    found, rest = _boxes(_closed(_outstanding(salience) | _detailed(small)), salience)
    remaining = cv2.resize(rest, image.size, interpolation=cv2.INTER_NEAREST)
    mask = mask_of((one.box for one in found), image.width, image.height) | cast(Gray, remaining)
    return Salient(found, mask)


def _salience(small: Gray) -> Floats:
    _, found = cv2.saliency.StaticSaliencyFineGrained.create().computeSaliency(small)
    return cast(Floats, cv2.GaussianBlur(numpy.asarray(found, numpy.float32), (0, 0), 3))


def _outstanding(salience: Floats) -> Gray:
    """In an even image nothing stands out: there the deviation would pick noise."""
    threshold = max(float(salience.mean() + _DEVIATIONS * salience.std()), _FAINTEST)
    return (salience > threshold).astype(numpy.uint8)


def _detailed(small: Gray) -> Gray:
    gray = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (0, 0), 1)
    edges = numpy.asarray(cv2.Canny(gray, 50, 130), numpy.float32) / 255
    return (cv2.blur(edges, (_WINDOW, _WINDOW)) > _DENSE).astype(numpy.uint8)


def _closed(regions: Gray) -> Gray:
    """Regions that nearly touch joined, and each filled to its convex hull unless that is too large."""
    joined = cast(Gray, cv2.morphologyEx(regions, cv2.MORPH_CLOSE, numpy.ones((9, 9), numpy.uint8)))
    outlines, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    hulls = [cv2.convexHull(outline) for outline in outlines]
    small = [hull for hull in hulls if cv2.contourArea(hull) <= LARGEST * regions.size]
    return cast(Gray, cv2.drawContours(joined, small, -1, 1, cv2.FILLED))


def _boxes(regions: Gray, salience: Floats) -> tuple[list[Detection], Gray]:
    """Boxes around the regions, and the regions too large for one."""
    height, width = regions.shape
    _, numbers, measures, _ = cv2.connectedComponentsWithStats(regions)
    found, rest = [], numpy.zeros_like(regions)
    for number, (left, top, across, down, area) in enumerate(measures.tolist()):
        if number == 0 or area < _SMALLEST * regions.size:
            continue
        if across * down > LARGEST * regions.size:
            rest[numbers == number] = 1
            continue
        score = float(salience[top : top + down, left : left + across].mean() / (salience.max() or 1))
        box = Box.of_pixels(left, top, left + across, top + down, width, height)
        found.append(Detection(LABEL, round(score, 4), box))
    found.sort(key=lambda one: (-one.score, one.box.x0, one.box.y0))
    return found[:_MOST], rest
