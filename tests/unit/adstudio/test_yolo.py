"""Detection with a graph in the form of a YOLOv8 export, whose boxes are known."""

from pathlib import Path

import numpy
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from adstudio.boxes import yolo
from adstudio.boxes.box import Box
from commandline.exit_codes import CliError

SIDE = 64
NAMES = {0: "person", 1: "cup", 2: "cat"}
CANDIDATES = 20


def export(
    path: Path, *found: tuple[float, float, float, float, int, float], side: int = SIDE, fixed: bool = True
) -> Path:
    """A model that looks at its input, and answers with these boxes: centre, size (pixels of the square), class, score.

    What it answers is multiplied by the brightness of the input's upper left corner over that of the padding, so that
    an input that is not letterboxed as it should be gives other scores.
    """
    answer = numpy.zeros((1, 4 + len(NAMES), CANDIDATES), numpy.float32)
    for number, (x, y, width, height, kind, score) in enumerate(found):
        answer[0, :4, number] = x, y, width, height
        answer[0, 4 + kind, number] = score
    constants = [
        numpy_helper.from_array(answer, "answer"),
        numpy_helper.from_array(numpy.array([0, 0, 0, 0]), "corner"),
        numpy_helper.from_array(numpy.array([1, 1, 1, 1]), "next"),
        numpy_helper.from_array(numpy.array([1, 1, 1], numpy.int64), "single"),
        numpy_helper.from_array(numpy.array([[[114 / 255]]], numpy.float32), "padding"),
    ]
    nodes = [
        helper.make_node("Slice", ["images", "corner", "next"], ["pixel"]),
        helper.make_node("Reshape", ["pixel", "single"], ["value"]),
        helper.make_node("Div", ["value", "padding"], ["brightness"]),
        helper.make_node("Mul", ["answer", "brightness"], ["output0"]),
    ]
    shape = [side, side] if fixed else ["height", "width"]
    graph = helper.make_graph(
        nodes,
        "detector",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, *shape])],
        [helper.make_tensor_value_info("output0", TensorProto.FLOAT, list(answer.shape))],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {"names": str(NAMES), "stride": "32", "imgsz": str([side, side])})
    onnx.save(model, path)
    return path


# Twice as wide as high: scaled by 1/4, so that 16 rows above and below are padding.
IMAGE = Image.new("RGB", (256, 128), "white")


def test_boxes_come_back_in_fractions_of_the_image(tmp_path: Path) -> None:
    model = export(tmp_path / "m.onnx", (32, 32, 16, 16, 1, 0.9), (8, 24, 8, 8, 0, 0.5))
    first, second = yolo.detect(IMAGE, model, ())
    assert (first.label, first.score, second.label, second.score) == ("cup", 0.9, "person", 0.5)
    # 24-40 of 64 is 96-160 of 256; 24-40 less the padding of 16 is 8-24 of 32, so 32-96 of 128.
    assert first.box == Box(0.375, 0.25, 0.625, 0.75)
    assert second.box == Box(0.0625, 0.125, 0.1875, 0.375)


def test_a_model_that_takes_any_size_is_given_the_one_it_was_trained_with(tmp_path: Path) -> None:
    model = export(tmp_path / "m.onnx", (32, 32, 16, 16, 1, 0.9), fixed=False)
    assert yolo.detect(IMAGE, model, ())[0].box == Box(0.375, 0.25, 0.625, 0.75)


def test_what_is_not_sure_enough_is_left_out(tmp_path: Path) -> None:
    model = export(tmp_path / "m.onnx", (32, 32, 16, 16, 1, 0.26), (8, 24, 8, 8, 0, 0.24))
    assert [one.label for one in yolo.detect(IMAGE, model, ())] == ["cup"]


def test_of_boxes_of_one_class_on_each_other_the_surest_is_kept(tmp_path: Path) -> None:
    model = export(tmp_path / "m.onnx", (32, 32, 16, 16, 1, 0.8), (33, 32, 16, 16, 1, 0.9), (32, 33, 16, 16, 0, 0.7))
    found = yolo.detect(IMAGE, model, ())
    assert [(one.label, one.score) for one in found] == [("cup", 0.9), ("person", 0.7)]


def test_only_the_classes_asked_for(tmp_path: Path) -> None:
    model = export(tmp_path / "m.onnx", (32, 32, 16, 16, 1, 0.8), (12, 24, 8, 8, 2, 0.9))
    assert [one.label for one in yolo.detect(IMAGE, model, ["cat", "dog"])] == ["cat"]


def test_what_reaches_over_the_edge_is_cut_and_what_lies_outside_left_out(tmp_path: Path) -> None:
    model = export(tmp_path / "m.onnx", (0, 32, 32, 64, 0, 0.9), (32, 2, 8, 8, 1, 0.9))
    (only,) = yolo.detect(IMAGE, model, ())
    assert only.box == Box(0, 0, 0.25, 1)


def test_nothing_found_is_no_error(tmp_path: Path) -> None:
    assert yolo.detect(IMAGE, export(tmp_path / "m.onnx"), ()) == []


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.onnx").write_bytes(b"not a model")
    with pytest.raises(CliError, match=r"m\.onnx is no ONNX model"):
        yolo.detect(IMAGE, tmp_path / "m.onnx", ())
