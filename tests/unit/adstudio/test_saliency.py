"""What is found without a model."""

import numpy
import pytest
from PIL import Image, ImageDraw

from adstudio.boxes.box import Box
from adstudio.boxes.saliency import detect


def pictured(box: tuple[int, int, int, int], ground: str = "#8899aa") -> Image.Image:
    """A patterned object on an even ground."""
    image = Image.new("RGB", (800, 600), ground)
    pen = ImageDraw.Draw(image)
    pen.rectangle(box, fill="#c03020")
    for x in range(box[0], box[2], 24):
        pen.line((x, box[1], x, box[3]), fill="#f0e0c0", width=8)
    return image


@pytest.mark.parametrize("box", [(60, 80, 220, 260), (500, 300, 760, 560), (300, 60, 500, 540)])
def test_an_object_is_found_where_it_is(box: tuple[int, int, int, int]) -> None:
    salient = detect(pictured(box))
    wanted = Box.of_pixels(*box, 800, 600)
    best = max(salient.detections, key=lambda one: one.box.iou(wanted))
    assert best.box.iou(wanted) > 0.6
    assert best.label == "salient"
    covered = salient.mask[box[1] : box[3], box[0] : box[2]].mean()
    assert covered > 0.95


@pytest.mark.parametrize("colour", ["black", "white", "#404040"])
def test_in_an_even_image_there_is_nothing(colour: str) -> None:
    salient = detect(Image.new("RGB", (640, 480), colour))
    assert salient.detections == []
    assert not salient.mask.any()


def test_a_horizon_alone_is_nothing() -> None:
    image = Image.new("RGB", (640, 480), "#a0c0e0")
    ImageDraw.Draw(image).rectangle((0, 300, 640, 480), fill="#304050")
    assert detect(image).mask.mean() < 0.02


def test_boxes_over_most_of_the_frame_are_dropped_but_stay_forbidden() -> None:
    noise = numpy.random.default_rng(3).integers(0, 256, (60, 80, 3), numpy.uint8)
    salient = detect(Image.fromarray(noise).resize((800, 600), Image.Resampling.NEAREST))
    assert all(one.box.area <= 0.6 for one in salient.detections)
    assert salient.mask.mean() > 0.9
