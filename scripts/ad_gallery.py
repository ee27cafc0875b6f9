"""Writes docs/gallery/ads: twelve ads of the embedded defaults over fixed seeds and photographs, and their figures.

PYTHONPATH=.:layers/commandline:functions/adstudio python scripts/ad_gallery.py
"""

import contextlib
import io
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from adstudio.cli import main as adstudio

GALLERY = Path(__file__).parents[1] / "docs/gallery/ads"
PHOTOGRAPHS = GALLERY / "photographs"
_QUALITY = 82


@dataclass(frozen=True, slots=True)
class Brief:
    """One ad: its file's name, what it says, and a prompt or a photograph's file."""

    name: str
    text: str
    cta: str
    prompt: str = ""
    seed: int = 0
    photograph: str = ""
    narrowest: float = 0.5

    @property
    def arguments(self) -> list[str]:
        """As the program takes them."""
        source = [f"--image={PHOTOGRAPHS / self.photograph}"] if self.photograph else [f"--prompt={self.prompt}"]
        words = [f"--text={self.text}", f"--cta={self.cta}"]
        return [*words, *source, f"--seed={self.seed}", f"--min-overlay-width={self.narrowest}"]


BRIEFS = (
    Brief("boat-by-day", "바다가 부르는 여름 휴가", "지금 예약하기", "summer sea with a boat", 1),
    Brief("boat-at-night", "오늘 밤, 별을 보러 갑니다", "자세히 보기", "the sea at night", 2),
    Brief("boat-at-dusk", "Take the evening boat", "Book a seat", "a boat at sunset", 3),
    Brief("house-in-mist", "폐가의 밤, 지금 예매하세요", "예매하기", "a house in the hills, mist", 4),
    Brief("house-at-dusk", "Some houses wait for you", "Read the story", "a house in the hills at dusk", 5),
    Brief("house-by-day", "산 아래 작은 집에서 보내는 주말", "둘러보기", "a village house, sunny", 6),
    Brief("table-by-day", "A quiet place for your coffee, all day long", "Visit us", "coffee on a table by day", 7),
    Brief("table-in-mist", "오래 두고 마시는 향", "선물하기", "a bottle on a table in the morning mist", 8),
    Brief("table-at-night", "Open until the last guest leaves", "Find us", "a cup on a table at night", 9),
    Brief("photograph-rocket", "밤을 지키는 사람들", "만나보기", photograph="rocket.jpg"),
    Brief("photograph-galaxies", "Look up", "Plan your night", photograph="galaxies.jpg"),
    Brief("photograph-coffee", "첫 잔", "주문", photograph="coffee.jpg", narrowest=0.22),
)


def make(brief: Brief, out: Path) -> dict[str, dict[str, Any]]:
    """Runs all stages; returns their results by stage."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
        code = adstudio(["run", f"--out={out}", *brief.arguments])
    if code != 0:
        raise SystemExit(f"{brief.name}: {said.getvalue().splitlines()[-1]}")
    return {path.stem: json.loads(path.read_text("utf-8")) for path in out.glob("*.json")}


def row(brief: Brief, results: dict[str, dict[str, Any]]) -> str:
    """A line of the table of figures."""
    layout, judged = results["overlay"]["layout"], results["vlm_judge"]
    readability, hidden = judged["evaluations"]["readability"], judged["evaluations"]["iou"]
    cells = (
        f"[{brief.name}]({brief.name}.jpg)",
        brief.photograph or f"{brief.prompt} ({brief.seed})",
        f"{layout['font']} {layout['font_size']}",
        "yes" if layout["plate"] else "no",
        f"{readability['ratio']:.1f} {readability['level']}",
        f"{hidden['max_iou']:.3f}",
        f"{hidden['forbidden_share']:.3f}",
    )
    return f"| {' | '.join(cells)} |"


def index(rows: list[str]) -> str:
    """The gallery's page."""
    pictures = [f'<img src="{brief.name}.jpg" width="32%" alt="{brief.text}">' for brief in BRIEFS]
    return "\n".join(
        [
            "# Ads of the embedded defaults",
            "",
            "Written by `scripts/ad_gallery.py`: drawn scenes and photographs, objects by saliency, no model. A test",
            "makes each again: the text in the frame, on no box, readable, and in letters that the font has.",
            "",
            *pictures,
            "",
            "| ad | image: prompt (seed), or photograph | font | plate | contrast | IoU with a box | hidden |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
            "The photographs are of scikit-image's sample data. `rocket` is by SpaceX, `galaxies` by NASA, both",
            "in the public domain; `coffee` is by Rachel Michetti, CC0.",
            "",
        ]
    )


def main() -> None:
    """Replace the gallery."""
    rows = []
    for brief in BRIEFS:
        with tempfile.TemporaryDirectory() as scratch:
            rows.append(row(brief, make(brief, Path(scratch))))
            with Image.open(Path(scratch, "ad.png")) as ad:
                ad.save(GALLERY / f"{brief.name}.jpg", quality=_QUALITY, optimize=True)
    (GALLERY / "index.md").write_text(index(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
