"""The ads of the gallery, made again and checked by measure."""

from pathlib import Path

import pytest
from PIL import Image

from adstudio.boxes.box import box_from, detections_from
from adstudio.text.fonts import characters
from scripts.ad_gallery import BRIEFS, GALLERY, Brief, make

MOST_HIDDEN = 0.05


@pytest.mark.parametrize("brief", BRIEFS, ids=lambda brief: brief.name)
def test_the_ad_is_as_it_should_be(brief: Brief, tmp_path: Path) -> None:
    results = make(brief, tmp_path)
    layout, found = results["overlay"]["layout"], detections_from(results["yolo_detect"])
    box = box_from(layout["box"])  # raises if it is not within the frame
    assert found
    assert max(one.box.iou(box) for one in found) <= MOST_HIDDEN
    assert results["vlm_judge"]["evaluations"]["iou"]["forbidden_share"] <= MOST_HIDDEN
    assert layout["contrast"] >= 4.5
    assert " ".join(layout["lines"]) == brief.text
    assert layout["cta"] == brief.cta
    assert {ord(letter) for letter in brief.text + brief.cta} <= characters(layout["font"])
    with Image.open(GALLERY / f"{brief.name}.jpg") as kept, Image.open(tmp_path / "ad.png") as made:
        assert kept.size == made.size


def test_the_page_shows_them_all() -> None:
    page = (GALLERY / "index.md").read_text("utf-8")
    assert len(BRIEFS) == 12
    assert all(f'src="{brief.name}.jpg"' in page for brief in BRIEFS)
    assert {path.stem for path in GALLERY.glob("*.jpg")} == {brief.name for brief in BRIEFS}
