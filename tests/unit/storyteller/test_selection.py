"""Which template a story gets, and what of earlier stories it knows."""

import itertools
import json
from collections import Counter
from pathlib import Path

from storyteller.story.history import read_history
from storyteller.story.selection import choose_template, recently_used
from storyteller.story.templates import load_templates
from storyteller.story.units import draw_units

IDS = [template.template_id for template in load_templates()]


def test_never_the_same_template_twice_in_a_row() -> None:
    history: list[str] = []
    for seed in range(200):
        history.append(choose_template("", seed * 7 % 13, history).template_id)
    assert all(one != next_ for one, next_ in itertools.pairwise(history))


def test_not_even_when_the_topic_asks_for_it() -> None:
    assert choose_template("subway", 1).template_id == "last_round"
    assert choose_template("subway", 1, ["last_round"]).template_id != "last_round"


def test_a_worn_template_is_chosen_seldom() -> None:
    worn, last = IDS[0], IDS[1]
    history = [worn, IDS[2], worn, IDS[3], worn, last]
    counts = Counter(choose_template("", seed, history).template_id for seed in range(2000))
    assert counts[last] == 0
    assert 0 < counts[worn] < counts[IDS[2]] / 2


def test_a_worn_template_is_chosen_seldom_also_when_the_topic_asks_for_it() -> None:
    history = ["last_round", "empty_bed", "last_round", "sold_sleep", "last_round", "extra_bowl"]
    chosen = Counter(choose_template("subway", seed, history).template_id for seed in range(500))
    assert 0 < chosen["last_round"] < 50


def test_what_is_excluded_is_left_out_unless_nothing_remains() -> None:
    history = IDS[:10]
    chosen = {choose_template("", seed, history, recently_used(history)).template_id for seed in range(50)}
    assert chosen == set(IDS[10:])
    assert choose_template("", 3, [], set(IDS)).template_id in IDS


def test_history_is_read_oldest_first_and_passes_over_other_files(tmp_path: Path) -> None:
    for number, created in enumerate(("2026-03-02T00:00:00+00:00", "2026-03-01T00:00:00+00:00")):
        metadata = {"story_id": str(number), "created_at": created, "template_id": f"t{number}", "signature": "s"}
        (tmp_path / f"story-{number}.json").write_text(json.dumps(metadata))
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "other.json").write_text("[1]")
    assert [story.template_id for story in read_history(tmp_path)] == ["t1", "t0"]
    assert read_history(tmp_path / "nowhere") == []


def test_units_told_lately_come_last() -> None:
    template = load_templates()[0]
    first = draw_units(template, "ko", 1)[0]
    assert draw_units(template, "ko", 1, {first.unit_id})[-1] == first
    assert not {unit.unit_id for unit in draw_units(template, "en", 1)} & template.without
