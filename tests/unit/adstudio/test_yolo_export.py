"""Detection in a photograph, with a YOLOv8 that others trained and exported."""

from pathlib import Path

import pytest
from PIL import Image

from adstudio.boxes import yolo
from adstudio.boxes.box import Box

ROOT = Path(__file__).parents[3]
# Where the astronaut's face is in the photograph of 512x512.
FACE = Box(0.34, 0.15, 0.54, 0.36)


def installed(file: str) -> Path:
    found = next((ROOT / ".local/detector").glob(f"lib/*/site-packages/{file}"), None)
    if found is None:
        pytest.skip("the detector is not installed: scripts/bootstrap.sh detector")
    return found


@pytest.fixture
def model() -> Path:
    """It takes any size, was trained with 320 pixels, and knows faces among other parts of people."""
    return installed("nudenet/320n.onnx")


@pytest.fixture
def photograph() -> Image.Image:
    return Image.open(installed("skimage/data/astronaut.png")).convert("RGB")


def test_a_face_is_found_where_it_is(model: Path, photograph: Image.Image) -> None:
    (found,) = yolo.detect(photograph, model, ())
    assert found.label == "FACE_FEMALE"
    assert found.box.iou(FACE) > 0.6


def test_it_is_found_wherever_the_photograph_lies_in_a_larger_one(model: Path, photograph: Image.Image) -> None:
    wide = Image.new("RGB", (1280, 640), (200, 200, 200))
    wide.paste(photograph, (700, 100))
    (found,) = yolo.detect(wide, model, ())
    pixels = (700 + 512 * FACE.x0, 100 + 512 * FACE.y0, 700 + 512 * FACE.x1, 100 + 512 * FACE.y1)
    assert found.box.iou(Box(pixels[0] / 1280, pixels[1] / 640, pixels[2] / 1280, pixels[3] / 640)) > 0.6


def test_what_was_not_asked_for_is_left_out(model: Path, photograph: Image.Image) -> None:
    assert yolo.detect(photograph, model, ["FEET_EXPOSED"]) == []
