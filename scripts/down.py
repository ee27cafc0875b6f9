"""`make down`: saves jobs, runs and artifacts and stops the emulator."""

from botocore.exceptions import BotoCoreError, ClientError

from scripts import emulator, state
from scripts.stack import find_stack
from scripts.tools import Failed, explained, step
from scripts.workspace import Instance


def bring_down(instance: Instance) -> None:
    """Saves what the stack holds, then stops the emulator. Nothing happens if it does not run.

    Raises:
        Failed: It could not be saved; the emulator then keeps running.
    """
    if not emulator.is_running(instance):
        print("  nothing     to stop: the emulator does not run")
        return
    try:
        if stack := find_stack(instance):
            with step("saved", "jobs, runs and artifacts"):
                state.save(stack)
    except (BotoCoreError, ClientError) as error:
        raise Failed(
            f"the jobs could not be saved ({error}), so the emulator was left running; "
            "`make clean` stops it and forgets them"
        ) from error
    with step("stopped", f"the emulator on {instance.endpoint}"):
        emulator.stop(instance)


if __name__ == "__main__":
    with explained("make down"):
        bring_down(emulator.users_instance())
