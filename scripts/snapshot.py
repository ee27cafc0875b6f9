"""When what a stack holds is saved, and when it is brought back, so that nothing is saved over what is still to come.

A stamp beside the emulator says that its stack holds what was saved before. It is gone as soon as another is started.
"""

from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from scripts import state
from scripts.emulator import RESTORED
from scripts.stack import Store, find_store
from scripts.tools import Failed, step
from scripts.workspace import Instance, saved


def snapshot_file(instance: Instance) -> Path:
    return saved(instance) / "snapshot.zip"


def keep(instance: Instance) -> None:
    """Saves what the emulator's stack holds, in whatever state the stack is. Nothing happens if there is no stack.

    Raises:
        Failed: It could not be saved; the emulator must not be stopped.
    """
    try:
        if store := find_store(instance):
            bring_back(store)  # if an interrupted `make up` did not
            with step("saved", "jobs, runs and artifacts"):
                state.save(store, snapshot_file(instance))
    except (BotoCoreError, ClientError, Failed) as error:
        raise Failed(
            f"the jobs could not be saved ({error}), so the emulator was left running; "
            "`make clean` stops it and forgets them"
        ) from error


def bring_back(store: Store) -> None:
    """Writes what was saved into ``store``, unless it is there already.

    Raises:
        Failed: The table did not take every item.
    """
    stamp = store.instance.directory / RESTORED
    if stamp.exists():
        return
    file = snapshot_file(store.instance)
    if file.exists():
        with step("restored", "jobs, runs and artifacts"):
            state.restore(store, file)
    stamp.touch()
