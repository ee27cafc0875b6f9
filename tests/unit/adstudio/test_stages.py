"""The program's stages, run as by hand."""

import json
from pathlib import Path
from typing import Any

import numpy
import pytest
from PIL import Image

from adstudio.boxes.box import Box, box_from, detections_from
from adstudio.cli import main
from adstudio.stages import STAGES

WORDS = ("--text=Coffee for the night shift", "--cta=Visit us", "--prompt=coffee on a table")


def run(out: Path, *arguments: str, stage: str = "run", given: Path | None = None) -> int:
    return main([stage, f"--out={out}", *([f"--in={given}"] if given else []), *arguments])


def result(out: Path, stage: str) -> dict[str, Any]:
    return dict(json.loads((out / f"{stage}.json").read_text("utf-8")))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("ad")
    assert run(out, *WORDS, "--seed=3") == 0
    return out


def test_all_stages_leave_a_result_and_their_files(made: Path) -> None:
    assert {path.name for path in made.iterdir()} == {
        *(f"{stage}.json" for stage in STAGES),
        *("image.png", "forbidden.png", "ad.png"),
    }
    assert all(Image.open(made / name).size == (1024, 768) for name in ("image.png", "forbidden.png", "ad.png"))


def test_the_text_hides_nothing_and_can_be_read(made: Path) -> None:
    judged = result(made, "vlm_judge")
    assert (judged["occlusion"], judged["contrast_ok"], judged["cta_present"], judged["issues"]) == (
        *(False, True, True),
        [],
    )
    layout = result(made, "overlay")["layout"]
    box = box_from(layout["box"])
    found = detections_from(result(made, "yolo_detect"))
    assert found
    assert all(one.box.intersection(box) == 0 for one in found)
    assert layout["contrast"] >= 4.5


def test_only_the_text_and_its_plate_are_changed(made: Path) -> None:
    before, after = (numpy.asarray(Image.open(made / name)) for name in ("image.png", "ad.png"))
    left, top, right, bottom = box_from(result(made, "overlay")["layout"]["box"]).pixels(1024, 768)
    changed = (before != after).any(axis=2)
    assert changed[top:bottom, left:right].any()
    changed[top:bottom, left:right] = False
    assert not changed.any()


def test_what_a_model_would_have_to_judge_is_null(made: Path) -> None:
    assert result(made, "vlm_analyze")["relevance_score"] is None
    assert result(made, "vlm_judge")["on_brief"] is None


def test_the_same_input_makes_the_same_ad(made: Path, tmp_path: Path) -> None:
    assert run(tmp_path, *WORDS, "--seed=3") == 0
    assert all((tmp_path / path.name).read_bytes() == path.read_bytes() for path in made.iterdir())


def test_another_seed_makes_another_image(made: Path, tmp_path: Path) -> None:
    assert run(tmp_path, *WORDS, "--seed=4") == 0
    assert (tmp_path / "image.png").read_bytes() != (made / "image.png").read_bytes()


def test_stages_can_be_run_one_by_one_from_folder_to_folder(made: Path, tmp_path: Path) -> None:
    assert run(tmp_path, stage="planner", given=made) == 0
    assert result(tmp_path, "planner") == result(made, "planner")


def test_without_a_mask_the_planner_goes_by_the_boxes(made: Path, tmp_path: Path) -> None:
    for name in ("image.png", "yolo_detect.json"):
        (tmp_path / name).write_bytes((made / name).read_bytes())
    assert run(tmp_path, stage="planner") == 0
    assert result(tmp_path, "planner") == result(made, "planner")


def test_a_stage_without_the_one_before_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, *WORDS[:1], stage="overlay") == 1
    assert "vlm_analyze has left no result" in capsys.readouterr().err


@pytest.mark.parametrize("where", [("left", "top"), ("center", "middle"), ("right", "bottom")])
def test_the_text_can_be_aligned_by_hand(made: Path, tmp_path: Path, where: tuple[str, str]) -> None:
    x_align, y_align = where
    assert run(tmp_path, WORDS[0], f"--x-align={x_align}", f"--y-align={y_align}", stage="overlay", given=made) == 0
    box: Box = box_from(result(tmp_path, "overlay")["layout"]["box"])
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    assert ("left", "center", "right")[1 + (x > 0.55) - (x < 0.45)] == x_align
    assert ("top", "middle", "bottom")[1 + (y > 0.6) - (y < 0.4)] == y_align


def test_a_proposal_can_be_named(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, WORDS[0], "--proposal-id=1", stage="overlay", given=made) == 0
    assert result(tmp_path, "overlay")["layout"]["proposal_id"] == 1
    assert run(tmp_path, WORDS[0], "--proposal-id=49", stage="overlay", given=made) == 1
    assert "no proposal 49" in capsys.readouterr().err


def _crowded(made: Path, out: Path, width: float, height: float) -> None:
    """A folder in which there is room for hardly anything."""
    place = {"proposal_id": 0, "x0": 0.1, "y0": 0.1, "x1": 0.1 + width, "y1": 0.1 + height}
    for name in ("image.png", "vlm_analyze.json", "yolo_detect.json", "forbidden.png"):
        (out / name).write_bytes((made / name).read_bytes())
    (out / "planner.json").write_text(json.dumps({"proposals": [place]}))


def test_where_the_text_does_not_fit_its_place_is_made_larger_and_the_judge_says_what_it_hides(
    made: Path, tmp_path: Path
) -> None:
    _crowded(made, tmp_path, 0.2, 0.1)
    text = f"--text={'much too long ' * 14}"
    assert run(tmp_path, text, stage="overlay") == 0
    box = box_from(result(tmp_path, "overlay")["layout"]["box"])
    assert box.area > 0.04
    Image.new("L", (1024, 768), 255).save(tmp_path / "forbidden.png")
    assert run(tmp_path, text, stage="vlm_judge") == 0
    judged = result(tmp_path, "vlm_judge")
    assert judged["occlusion"] is True
    assert judged["evaluations"]["iou"]["forbidden_share"] == 1
    assert judged["issues"] == ["the text hides something that was detected"]


def test_a_text_that_fits_nowhere_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.new("RGB", (256, 256)).save(tmp_path / "small.png")
    code = run(tmp_path / "out", f"--text={'한' * 200}", f"--image={tmp_path / 'small.png'}")
    assert code == 1
    assert "the text does not fit" in capsys.readouterr().err
    assert not (tmp_path / "out" / "ad.png").exists()


def test_of_an_ad_that_was_set_elsewhere_nothing_is_claimed(made: Path, tmp_path: Path) -> None:
    (tmp_path / "overlay.json").write_text("{}")
    assert run(tmp_path, WORDS[0], stage="vlm_judge") == 0
    judged = result(tmp_path, "vlm_judge")
    assert [judged[name] for name in ("on_brief", "occlusion", "contrast_ok", "cta_present")] == [None] * 4


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--text=x",), "one of --prompt, --image and --image-url"),
        (("--text=x", "--prompt=x", "--seed=-1"), "--seed must not be negative"),
        (("--text=x", "--prompt=x", "--width=9000"), "--width and --height must be from"),
        (("--text=x", "--prompt=x", "--min-overlay-width=2"), "--min-overlay-width must be from 0.1 to 1"),
        (("--text=\N{FIRE}", "--prompt=x"), "the font lacks"),
        (("--text=x", "--image=nowhere.png"), "nowhere.png"),
        (("--prompt=x",), "--text"),
    ],
)
def test_bad_input_exits_1_with_a_sentence(
    arguments: tuple[str, ...], reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, *arguments) == 1
    assert reason in capsys.readouterr().err
    assert not (tmp_path / "ad.png").exists()


@pytest.mark.parametrize("size", [(256, 256), (4096, 300), (300, 1200)])
def test_images_of_any_form_become_ads(size: tuple[int, int], tmp_path: Path) -> None:
    Image.effect_mandelbrot(size, (-2, -1.5, 1, 1.5), 30).convert("RGB").save(tmp_path / "given.png")
    code = run(tmp_path / "out", "--text=Go", f"--image={tmp_path / 'given.png'}")
    assert code == 0
    assert Image.open(tmp_path / "out" / "ad.png").size == size
