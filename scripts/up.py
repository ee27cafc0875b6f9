"""`make up`: the emulator runs, the stack is deployed as the clone is now, and saved jobs are back."""

import os
import time
from dataclasses import replace

import httpx

from scripts import emulator, snapshot
from scripts.build import build
from scripts.deploy import deploy
from scripts.keys import first_key, write_secret
from scripts.stack import GOOD, Stack, describe, find_store
from scripts.tools import Failed, explained, step
from scripts.workspace import LOCAL, Instance

HEALTH_SECONDS = 60.0
API_URL_FILE = LOCAL / "api-url"
API_KEY_FILE = LOCAL / "api-key"


def bring_up(instance: Instance, *, require_keys: bool = False) -> Stack:
    """Brings the stack up on ``instance``; quick when it is up already.

    Args:
        require_keys: Whether clients need an API key; there is then a first one.

    Raises:
        Failed: A step failed; the message says which and why.
    """
    if emulator.is_running(instance) and (reason := _reason_to_discard(instance)):
        snapshot.keep(instance)
        with step("stopped", f"the emulator, as {reason}"):
            emulator.stop(instance)
    if not emulator.is_running(instance):
        with step("started", f"the emulator on {instance.endpoint}"):
            emulator.start(instance)
            describe(instance)  # the first call of a service loads it
    stack = deploy(instance, build(instance), require_keys=require_keys)
    store = find_store(instance)
    if store is None:
        raise Failed("the stack was deployed without its table or bucket; see .local/logs/sam-deploy*.log")
    snapshot.bring_back(store)
    with step("ready", stack.api_url):
        wait_until_healthy(stack)
    return replace(stack, api_key=first_key(stack)) if require_keys else stack


def _reason_to_discard(instance: Instance) -> str | None:
    if emulator.is_outdated(instance):
        return "the emulator's code or its packages have changed"
    described = describe(instance)
    if described and described["StackStatus"] not in GOOD:
        # It cannot be deployed over; the emulator's memory is the only thing in the way.
        return f"a failed deployment left the stack {described['StackStatus']}"
    return None


def wait_until_healthy(stack: Stack) -> None:
    """Waits for 200 from /health.

    Raises:
        Failed: There was none within a minute.
    """
    deadline = time.monotonic() + HEALTH_SECONDS
    answer = "nothing"
    while time.monotonic() < deadline:
        try:
            response = httpx.get(f"{stack.api_url}/health", timeout=HEALTH_SECONDS)
        except httpx.HTTPError as error:
            answer = str(error)
        else:
            if response.status_code == httpx.codes.OK:
                return
            answer = f"{response.status_code} {response.text[:500]}"
        time.sleep(0.2)
    raise Failed(f"{stack.api_url}/health did not answer 200 within {HEALTH_SECONDS:.0f} s, but {answer}")


def main() -> Stack:
    stack = bring_up(emulator.users_instance(), require_keys=os.environ.get("NIGHTSHIFT_API_KEYS") == "on")
    API_URL_FILE.write_text(f"{stack.api_url}\n")
    API_KEY_FILE.unlink(missing_ok=True)
    if stack.api_key:
        write_secret(API_KEY_FILE, stack.api_key)
    return stack


if __name__ == "__main__":
    with explained("make up"):
        main()
