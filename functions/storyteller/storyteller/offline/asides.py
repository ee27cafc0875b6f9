"""Scenes that belong to no template: those about the research, and those that look back over the units told."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

from storyteller.story.prose import Form, Scene, parse_prose

MOST_CONCEPTS = 3
LOOKS_BACK_FROM = 4  # units; fewer need no looking back


@cache
def _load(language: str) -> dict[str, Form]:
    return parse_prose((Path(__file__).parent / f"asides.{language}.txt").read_text(encoding="utf-8"))


def draw_asides(concepts: int, units: int, language: str, rng: Random) -> list[Scene]:
    """A scene per concept (its fact is `concept0`, `concept1`, …), and the looking back where there is much of it."""
    about = rng.sample(_load(language)["concept"].scenes, concepts)
    back = _load(language)["back"].scenes if units >= LOOKS_BACK_FROM else []
    return [*back[:1], *(_about(scene, number) for number, scene in enumerate(about)), *back[1:]]


def _about(scene: Scene, number: int) -> Scene:
    """The scene, telling of concept `number`."""
    passages = [
        replace(passage, wordings=[text.replace("{concept", f"{{concept{number}") for text in passage.wordings])
        for passage in scene.passages
    ]
    return Scene(scene.name, passages)


def used(concepts: Sequence[str]) -> list[str]:
    """Those concepts that a story has room for."""
    return list(dict.fromkeys(concept for concept in concepts if concept))[:MOST_CONCEPTS]
