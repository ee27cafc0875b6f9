"""When a running emulator is another than the clone's."""

from pathlib import Path

import pytest

from scripts import emulator
from scripts.workspace import Instance


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Instance:
    source = tmp_path / "src"
    source.mkdir()
    (source / "server.py").write_text("old")
    monkeypatch.setattr(emulator, "SOURCES", [source])
    monkeypatch.setattr(emulator, "_require_free", lambda _: None)
    monkeypatch.setattr(emulator, "run", lambda *_, **__: "")
    instance = Instance(tmp_path / "stack", 0)
    instance.directory.mkdir()
    (instance.directory / emulator.RESTORED).touch()
    emulator.start(instance)
    return instance


def test_an_emulator_just_started_is_current_and_empty(started: Instance) -> None:
    assert not emulator.is_outdated(started)
    assert not (started.directory / emulator.RESTORED).exists()


def test_changed_sources_make_it_outdated(started: Instance) -> None:
    (emulator.SOURCES[0] / "server.py").write_text("new")
    assert emulator.is_outdated(started)


def test_an_emulator_of_unknown_origin_is_outdated(started: Instance) -> None:
    (started.directory / emulator.EMULATOR).unlink()
    assert emulator.is_outdated(started)
