"""Finds objects with a trained YOLOv8 or v11 detector, exported to ONNX."""

import ast
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy
from numpy.typing import NDArray

from adstudio.boxes.box import Box, Detection
from commandline.exit_codes import CliError, ExitCode

if TYPE_CHECKING:
    from PIL.Image import Image

CONFIDENCE = 0.25
NMS_IOU = 0.45
DEFAULT_SIDE = 640
_PADDING = 114  # the gray that these models were trained with around their images

type Floats = NDArray[numpy.float32]


def detect(image: "Image", model: Path, labels: Sequence[str]) -> list[Detection]:
    """Objects of the named classes, or of all, the surest first.

    Raises:
        CliError: the file is no such detector.
    """
    import onnxruntime

    try:
        session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    # onnxruntime's own exceptions have no common base but Exception.
    except Exception as error:
        raise CliError(ExitCode.INPUT_ERROR, f"{model.name} is no ONNX model: {error}") from error
    entry, metadata = session.get_inputs()[0], session.get_modelmeta().custom_metadata_map
    side = entry.shape[2] if isinstance(entry.shape[2], int) else _trained_side(metadata)
    frame, scale, left, top = _letterbox(numpy.asarray(image), side)
    (answer, *_) = session.run(None, {entry.name: frame})
    boxes, scores, classes = _candidates(answer, model)
    boxes = (boxes - numpy.array([left, top, 0, 0], numpy.float32)) / numpy.float32(scale)
    names = _names(metadata)
    kept = cv2.dnn.NMSBoxesBatched(_cornered(boxes), scores.tolist(), classes.tolist(), CONFIDENCE, NMS_IOU)
    found = [
        Detection(names.get(int(classes[n]), str(classes[n])), round(float(scores[n]), 4), box)
        for n in numpy.ravel(kept).astype(int)
        if (box := _within(boxes[n], image.width, image.height))
    ]
    wanted = [one for one in found if not labels or one.label in labels]
    return sorted(wanted, key=lambda one: (-one.score, one.box.x0, one.box.y0))


def _letterbox(pixels: NDArray[numpy.uint8], side: int) -> tuple[Floats, float, int, int]:
    """The image scaled into a square, the rest padded; and by how much it was scaled and moved."""
    height, width = pixels.shape[:2]
    scale = min(side / width, side / height)
    across, down = round(width * scale), round(height * scale)
    left, top = (side - across) // 2, (side - down) // 2
    square = numpy.full((side, side, 3), _PADDING, numpy.uint8)
    square[top : top + down, left : left + across] = cv2.resize(pixels, (across, down))
    return (square.transpose(2, 0, 1)[None] / 255).astype(numpy.float32), scale, left, top


def _candidates(answer: Any, model: Path) -> tuple[Floats, Floats, NDArray[numpy.int64]]:
    """Boxes (centre, size), scores and classes of what is sure enough.

    The output is (1, 4 + classes, candidates): centre and size in pixels of the square, then a score by class, with no
    separate objectness.
    """
    if getattr(answer, "ndim", 0) != 3 or answer.shape[0] != 1 or min(answer.shape[1:]) < 5:
        raise CliError(ExitCode.INPUT_ERROR, f"{model.name} does not answer as a YOLOv8 or v11 detector does")
    rows = answer[0].T
    scores, classes = rows[:, 4:].max(axis=1), rows[:, 4:].argmax(axis=1)
    sure = scores >= CONFIDENCE
    return rows[sure, :4], scores[sure], classes[sure]


def _cornered(boxes: Floats) -> list[list[float]]:
    """Upper left corner and size."""
    cornered: list[list[float]] = numpy.column_stack([boxes[:, :2] - boxes[:, 2:] / 2, boxes[:, 2:]]).tolist()
    return cornered


def _within(box: Floats, width: int, height: int) -> Box | None:
    x, y, across, down = (float(value) for value in box)
    left, right = (min(max(value, 0), width) for value in (x - across / 2, x + across / 2))
    top, bottom = (min(max(value, 0), height) for value in (y - down / 2, y + down / 2))
    if right - left < 1 or bottom - top < 1:
        return None
    return Box.of_pixels(round(left), round(top), round(right), round(bottom), width, height)


def _trained_side(metadata: dict[str, str]) -> int:
    """Of a model that takes any size, the one that it was trained with: [height, width] as the exporter wrote it."""
    try:
        return int(max(ast.literal_eval(metadata["imgsz"])))
    except (KeyError, ValueError, SyntaxError, TypeError):
        return DEFAULT_SIDE


def _names(metadata: dict[str, str]) -> dict[int, str]:
    """Class names as the exporter wrote them: a Python dict."""
    try:
        names = ast.literal_eval(metadata.get("names", "{}"))
        return {int(number): str(name) for number, name in names.items()}
    except (ValueError, SyntaxError, AttributeError, TypeError):
        return {}
