"""Noise with detail at every scale, as landscapes and clouds have it."""

import cv2
import numpy
from numpy.typing import NDArray

type Field = NDArray[numpy.float32]

_OCTAVES = 6


def field(random: numpy.random.Generator, width: int, height: int, *, stretch: float = 1.0) -> Field:
    """Values from 0 to 1; `stretch` above 1 draws the pattern out sideways. (Value noise, summed over octaves.)"""
    total = numpy.zeros((height, width), numpy.float32)
    for octave in range(_OCTAVES):
        rows = 2 ** (octave + 2)
        columns = max(int(rows * width / height / stretch), 2)
        grid = random.random((rows, columns), numpy.float32)
        total += cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC) / 2**octave
    total -= total.min()
    return total / max(float(total.max()), 1e-6)


def ridge(random: numpy.random.Generator, width: int, roughness: float) -> Field:
    """A line from 0 to 1 across the frame, as of hills; `roughness` 0 to 1 says how jagged."""
    line = numpy.zeros(width, numpy.float32)
    for octave in range(_OCTAVES):
        grid = random.random((1, 2 ** (octave + 1) + 1), numpy.float32)
        line += cv2.resize(grid, (width, 1), interpolation=cv2.INTER_CUBIC)[0] * roughness**octave
    line -= line.min()
    return line / max(float(line.max()), 1e-6)
