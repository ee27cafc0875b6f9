"""`make down`: saves jobs, runs and artifacts and stops the emulator."""

from scripts import emulator, snapshot
from scripts.tools import explained, step
from scripts.workspace import Instance


def bring_down(instance: Instance) -> None:
    """Saves what the stack holds, then stops the emulator. Nothing happens if it does not run.

    Raises:
        Failed: It could not be saved; the emulator then keeps running.
    """
    if not emulator.is_running(instance):
        print("  nothing     to stop: the emulator does not run")
        return
    snapshot.keep(instance)
    with step("stopped", f"the emulator on {instance.endpoint}"):
        emulator.stop(instance)


if __name__ == "__main__":
    with explained("make down"):
        bring_down(emulator.users_instance())
