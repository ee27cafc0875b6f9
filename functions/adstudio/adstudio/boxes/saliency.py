"""Finds what draws the eye, without a trained model."""

from typing import TYPE_CHECKING, cast

import cv2
import numpy
from numpy.typing import NDArray
from PIL.Image import Resampling

from adstudio.boxes.box import Box, Detection

if TYPE_CHECKING:
    from PIL.Image import Image

LABEL = "salient"
WORKING_WIDTH = 256
LARGEST = 0.6
"""A box over more of the frame than this says nothing about where there is room."""
_SMALLEST = 0.004
_MOST = 20
_DEVIATIONS = 1.5

type Gray = NDArray[numpy.uint8]


def detect(image: "Image") -> list[Detection]:
    """Boxes of salient regions, the most salient first.

    Regions are those of fine-grained saliency (Montabone and Soto, 2010) and of what a closed edge (Canny, 1986)
    surrounds: the first finds what is unlike its surroundings, the second also what is dark and smooth.
    """
    height = max(1, round(image.height * WORKING_WIDTH / image.width))
    small: Gray = numpy.asarray(image.resize((WORKING_WIDTH, height), Resampling.BOX))
    salience = _salience(small)
    threshold = float(salience.mean() + _DEVIATIONS * salience.std())
    # Something has to stand out at all: in an even image the threshold would pick noise.
    regions = (salience > max(threshold, 0.1)).astype(numpy.uint8)
    regions = cast(Gray, cv2.morphologyEx(regions, cv2.MORPH_CLOSE, numpy.ones((9, 9), numpy.uint8)))
    return _boxes(regions | _surrounded(small), salience)


def _salience(small: Gray) -> NDArray[numpy.float32]:
    _, found = cv2.saliency.StaticSaliencyFineGrained.create().computeSaliency(small)
    return cast(NDArray[numpy.float32], cv2.GaussianBlur(numpy.asarray(found, numpy.float32), (0, 0), 3))


def _surrounded(small: Gray) -> Gray:
    gray = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (0, 0), 1.2)
    edges = cast(Gray, cv2.Canny(gray, 40, 110))
    # A horizon is no outline, and would join everything that stands on it.
    horizons = cast(Gray, cv2.morphologyEx(edges, cv2.MORPH_OPEN, numpy.ones((1, WORKING_WIDTH // 8), numpy.uint8)))
    closed = cv2.morphologyEx(edges & ~horizons, cv2.MORPH_CLOSE, numpy.ones((5, 5), numpy.uint8))
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    hulls = [cv2.convexHull(outline) for outline in outlines]
    large = [hull for hull in hulls if _SMALLEST <= cv2.contourArea(hull) / gray.size <= LARGEST]
    return cast(Gray, cv2.drawContours(numpy.zeros(gray.shape, numpy.uint8), large, -1, 1, cv2.FILLED))


def _boxes(regions: Gray, salience: NDArray[numpy.float32]) -> list[Detection]:
    height, width = regions.shape
    _, _, measures, _ = cv2.connectedComponentsWithStats(regions)
    found = []
    for left, top, across, down, area in measures[1:].tolist():
        if area < _SMALLEST * regions.size or across * down > LARGEST * regions.size:
            continue
        score = float(salience[top : top + down, left : left + across].mean() / (salience.max() or 1))
        box = Box.of_pixels(left, top, left + across, top + down, width, height)
        found.append(Detection(LABEL, round(score, 4), box))
    found.sort(key=lambda one: (-one.score, one.box.x0, one.box.y0))
    return found[:_MOST]
