"""Nothing is saved over what was not brought back, and nothing is stopped that could not be saved."""

from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError

from scripts import down, emulator, snapshot, state, up
from scripts.stack import Stack, Store
from scripts.tools import Failed
from scripts.workspace import Instance


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    instance = Instance(tmp_path / "stack", 0)
    instance.directory.mkdir()
    return instance


@pytest.fixture
def done(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done, in order, to an emulator that runs and whose stack is whole."""
    done: list[str] = []
    running = [True]

    def save(_store: Store, target: Path) -> None:
        done.append("save")
        target.parent.mkdir(exist_ok=True)
        target.touch()

    def start(instance: Instance) -> None:
        done.append("start")
        running[0] = True
        (instance.directory / emulator.RESTORED).unlink(missing_ok=True)

    def stop(_instance: Instance) -> None:
        done.append("stop")
        running[0] = False

    monkeypatch.setattr(state, "save", save)
    monkeypatch.setattr(state, "restore", lambda _store, _source: done.append("restore"))
    monkeypatch.setattr(emulator, "start", start)
    monkeypatch.setattr(emulator, "stop", stop)
    monkeypatch.setattr(emulator, "is_running", lambda _: running[0])
    monkeypatch.setattr(emulator, "is_outdated", lambda _: False)
    for module in (snapshot, up):
        monkeypatch.setattr(module, "find_store", lambda instance: Store(instance, "table", "bucket"))
    monkeypatch.setattr(up, "build", lambda _: "built")
    monkeypatch.setattr(up, "deploy", lambda instance, _, require_keys: Stack(instance, {"ApiId": "api"}))
    monkeypatch.setattr(up, "wait_until_healthy", lambda _: None)
    stack_is("UPDATE_COMPLETE", monkeypatch)
    return done


def stack_is(status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(up, "describe", lambda _: {"StackStatus": status})


def saved_before(instance: Instance) -> None:
    snapshot.snapshot_file(instance).parent.mkdir()
    snapshot.snapshot_file(instance).touch()


def test_what_was_saved_is_brought_back_once(instance: Instance, done: list[str]) -> None:
    saved_before(instance)
    up.bring_up(instance)
    up.bring_up(instance)
    assert done == ["restore"]


def test_an_interrupted_restore_is_repeated(
    instance: Instance, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    saved_before(instance)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(state, "restore", interrupted)
        with pytest.raises(KeyboardInterrupt):
            up.bring_up(instance)

    up.bring_up(instance)
    assert done == ["restore"]


def test_what_was_not_brought_back_is_not_saved_over(instance: Instance, done: list[str]) -> None:
    saved_before(instance)
    down.bring_down(instance)
    assert done == ["restore", "save", "stop"]


def test_a_snapshot_that_cannot_be_brought_back_is_kept(
    instance: Instance, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    saved_before(instance)

    def fail(*_: object) -> None:
        raise Failed("the table did not take all saved items")

    monkeypatch.setattr(state, "restore", fail)
    with pytest.raises(Failed, match="could not be saved"):
        down.bring_down(instance)
    assert done == []


def test_a_stack_that_failed_to_deploy_is_saved_before_it_is_discarded(
    instance: Instance, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    up.bring_up(instance)
    stack_is("ROLLBACK_COMPLETE", monkeypatch)
    up.bring_up(instance)
    assert done == ["save", "stop", "start", "restore"]


def test_another_emulator_takes_over_what_the_one_before_held(
    instance: Instance, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    up.bring_up(instance)
    monkeypatch.setattr(emulator, "is_outdated", lambda _: True)
    up.bring_up(instance)
    assert done == ["save", "stop", "start", "restore"]


@pytest.mark.parametrize("command", [up.bring_up, down.bring_down])
def test_what_cannot_be_saved_is_not_stopped(
    command, instance: Instance, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stack_is("ROLLBACK_COMPLETE", monkeypatch)

    def fail(*_: object) -> None:
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1")

    monkeypatch.setattr(state, "save", fail)
    with pytest.raises(Failed, match=r"could not be saved .* `make clean`"):
        command(instance)
    assert done == []


def test_without_a_table_there_is_nothing_to_save(
    instance: Instance, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    saved_before(instance)
    monkeypatch.setattr(snapshot, "find_store", lambda _: None)
    down.bring_down(instance)
    assert done == ["stop"]
