"""Stories that were told before, and the research that goes into new ones."""

import json
from pathlib import Path
from typing import Any

import pytest

from storyteller import cli
from storyteller.models import Author
from storyteller.past import Past, read_stories
from storyteller.publish import publish_story
from storyteller.research.match import Candidate, best_match
from storyteller.story.order import Order
from storyteller.story.teller import TRIES, tell
from storyteller.story.templates import load_templates
from tests.fake_provider import provider

OFFLINE = Author("offline")
ORDER = Order("en", 800, 3)


def told(past: list[Past], order: Order = ORDER, only_new: bool = True) -> Past | None:
    draft = tell(order, f"20260131-093000-{len(past):016x}", past, OFFLINE, only_new=only_new)
    return Past(draft.known, str(draft.metadata["template_id"])) if draft else None


def test_stories_are_new_until_every_core_was_told() -> None:
    past: list[Past] = []
    for seed in range(60):
        if story := told(past, Order("en", 800, seed)):
            past.append(story)
    assert len({item.known.signature for item in past}) == len(past) == len(load_templates())
    assert told(past) is None
    assert told(past, only_new=False) is not None


def test_other_research_makes_a_told_core_new() -> None:
    first = told([])
    assert first
    other = Order("en", 800, 3, research={"RC-20260131-093000-beef": ["The well: Its water rises."]})
    assert told([first, first, first], other)


@pytest.mark.parametrize("length", [300, 400, 800])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_card_is_used_when_the_story_names_one_of_its_concepts(language: str, length: int) -> None:
    research = {"RC-1": ["The well: Its water rises.", "A bell"], "RC-2": ["The ninth wave: It waits."]}
    for seed in range(8):
        draft = tell(Order(language, length, seed, research=research), "0" * 16, [], OFFLINE, only_new=False)
        assert draft
        named = {"RC-1": "The well" in draft.body or "A bell" in draft.body, "RC-2": "The ninth wave" in draft.body}
        assert draft.metadata["research_used"] == [card for card in research if named[card]]
        assert length < 800 or any(named.values())


def test_each_try_is_another_story(capsys: pytest.CaptureFixture[str]) -> None:
    past = [item for seed in range(40) if (item := told([], Order("en", 800, seed)))]
    assert told(past) is None
    assert capsys.readouterr().out.count("told before") == TRIES


def test_history_is_read_from_stories_on_disk(tmp_path: Path) -> None:
    draft = tell(ORDER, "20260131-093000-0123456789abcdef", [], OFFLINE, only_new=False)
    assert draft
    publish_story(tmp_path, draft)
    (past,) = read_stories(tmp_path)
    assert past.known == draft.known
    assert past.template_id == draft.metadata["template_id"]


def run(out: Path, *arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, list[dict[str, str]]]]:
    code = cli.main(
        ["story", "--language", "en", "--target-length", "400", "--seed", "5", "--out", str(out), *arguments]
    )
    return code, json.loads(capsys.readouterr().out.splitlines()[-1])


def test_nothing_new_exits_6(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(len(load_templates()) + 1):
        code, summary = run(tmp_path, "--enable-dedup", "--load-history", capsys=capsys)
        if code:
            break
    assert (code, summary["stories"], summary["told_before"]) == (6, [], 1)


def test_a_topic_gets_one_card_for_all_its_stories(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, first = run(tmp_path, "--topic", "old lighthouse", "--target-length", "900", capsys=capsys)
    assert code == 0
    (card,) = first["cards"]
    assert first["stories"][0]["research_used"] == [card["card_id"]]
    _, second = run(tmp_path, "--topic", "Old  Lighthouse", capsys=capsys)
    assert second["cards"] == []
    assert second["stories"][0]["research_used"] == [card["card_id"]]
    story = next(tmp_path.glob(f"*{first['stories'][0]['story_id']}.md")).read_text("utf-8")
    assert "keeper of the light" in story


def test_a_topic_of_one_letter_is_told_without_a_card(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, summary = run(tmp_path, "--topic", " 빚 ", capsys=capsys)
    assert (code, summary["cards"], len(summary["stories"])) == (0, [], 1)


def test_without_auto_research_there_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, summary = run(tmp_path, "--topic", "old lighthouse", "--no-auto-research", capsys=capsys)
    assert (summary["cards"], summary["stories"][0]["research_used"]) == ([], [])


@pytest.mark.parametrize("content", ["{}", "[]", '{"id": 1}', '{"id": 1, "fingerprint": "~"}', "\x00"])
def test_a_history_that_is_none_is_refused(tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]) -> None:
    history = tmp_path / "history.jsonl"
    history.write_text(content)
    assert cli.main(["story", "--history", str(history), "--out", str(tmp_path / "out")]) == 1
    assert "is no history" in capsys.readouterr().err


def test_a_card_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["story", "--research", str(tmp_path / "none.json"), "--out", str(tmp_path / "out")]) == 1
    assert "is no research card" in capsys.readouterr().err


def test_a_card_is_chosen_by_topic_then_tag_then_title() -> None:
    by_topic = Candidate("RC-1", "Old  Lighthouse", (), "x")
    by_tag = Candidate("RC-2", "the sea", ("lighthouse",), "x")
    by_title = Candidate("RC-3", "the coast", (), "An old lighthouse: notes")
    assert best_match("old lighthouse", [by_tag, by_topic, by_title]) == "RC-1"
    assert best_match("old lighthouse", [by_tag, by_title]) == "RC-2"
    assert best_match("old lighthouse", [by_title]) == "RC-3"
    assert best_match("hospital", [by_topic, by_tag, by_title]) is None
    assert best_match("sea", []) is None


EMBEDDER = "--embedding-model=ollama:e"


def research(out: Path, topic: str, *arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, Any], str]:
    """The card that was made, and what was said."""
    assert cli.main(["research", "--topic", topic, "--language=en", "--seed=1", f"--out={out}", *arguments]) == 0
    said = capsys.readouterr().out
    return json.loads(said.splitlines()[-1]), said


def test_a_model_that_embeds_finds_alike_what_is_said_in_other_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with provider("[[1, 0, 0]]", "[[0.9, 0.1, 0]]", "[[0, 0, 1]]") as server:
        monkeypatch.setenv("OLLAMA_BASE_URL", f"{server.url}/v1")
        research(tmp_path, "hospital lifts", EMBEDDER, capsys=capsys)
        alike, _ = research(tmp_path, "drowned villages", EMBEDDER, capsys=capsys)
        unlike, _ = research(tmp_path, "radio masts", EMBEDDER, capsys=capsys)
    (dedup,) = (card["dedup"] for card in alike["cards"])
    assert (dedup["signal"], dedup["method"], dedup["cutoffs"]["high"]) == ("HIGH", "ollama:e", 0.85)
    assert unlike["cards"][0]["dedup"]["signal"] != "HIGH"
    assert [entry["operation"] for entry in alike["usage"]] == ["embed"]
    assert cli.main(["research", "dedup", str(tmp_path / alike["cards"][0]["artifacts"][1])]) == 0
    assert '"method": "ollama:e"' in capsys.readouterr().out  # by what the cards keep, without asking again


def test_the_cutoffs_of_embeddings_can_be_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with provider("[[1, 0, 0]]", "[[0.9, 0.1, 0]]") as server:
        monkeypatch.setenv("OLLAMA_BASE_URL", f"{server.url}/v1")
        for topic in ("hospital lifts", "drowned villages"):
            said = research(tmp_path, topic, EMBEDDER, "--embedding-cutoffs=0.9,0.999", capsys=capsys)[0]
    (card,) = said["cards"]
    assert (card["dedup"]["signal"], card["dedup"]["cutoffs"]) == ("MEDIUM", {"medium": 0.9, "high": 0.999})
    path = str(tmp_path / card["artifacts"][1])
    for cutoffs, signal in (("0.1,0.2", "HIGH"), ("1,1", "LOW")):
        assert cli.main(["research", "dedup", path, "--embedding-cutoffs", cutoffs]) == 0
        assert capsys.readouterr().out.startswith(signal)
    for cutoffs in ("0.9,0.8", "0.5", "x,y", "0.5,nan", "0.1,0.2,0.3"):
        assert cli.main(["research", "dedup", path, "--embedding-cutoffs", cutoffs]) == 1


@pytest.mark.parametrize("misdeed", ["no json", "[[0, 0]]", "[]", (400, {})])
def test_a_model_that_does_not_embed_holds_nothing_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, misdeed: Any
) -> None:
    with provider(misdeed) as server:
        monkeypatch.setenv("OLLAMA_BASE_URL", f"{server.url}/v1")
        summary, said = research(tmp_path, "hospital lifts", EMBEDDER, capsys=capsys)
    assert (summary["cards"][0]["dedup"]["method"], "judged lexically" in said) == ("lexical-1", True)


def test_a_model_that_does_not_embed_is_asked_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with provider((400, {})) as server:
        monkeypatch.setenv("OLLAMA_BASE_URL", f"{server.url}/v1")
        assert cli.main(["story", "--max-stories=3", "--target-length=300", f"--out={tmp_path}", EMBEDDER]) == 0
        assert len(server.requests) == 1
    assert capsys.readouterr().out.count("judged lexically") == 1


def test_stories_are_embedded_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with provider("[[1, 0, 0]]") as server:
        monkeypatch.setenv("OLLAMA_BASE_URL", f"{server.url}/v1")
        for seed in ("5", "6"):
            _, summary = run(tmp_path, "--load-history", EMBEDDER, f"--seed={seed}", capsys=capsys)
        asked = [body["input"] for _, body, _ in server.requests]
    assert summary["stories"][0]["dedup"]["method"] == "ollama:e"
    assert summary["stories"][0]["embedding_model"] == "ollama:e"
    assert all(len(text) <= 2000 for (text,) in asked)
