"""The processes that functions and programs run in, and their sudden end."""

import json
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress

import psutil

from bench.proxy import Answer, Call, Forward
from tests.stack.deployed import Deployed


def family_of(stack: Deployed) -> list[psutil.Process]:
    """Every process below the emulator."""
    state = json.loads((stack.emulator_directory / "state.json").read_text())
    return psutil.Process(state["pid"]).children(recursive=True)


def programs_of(stack: Deployed, mark: str) -> list[psutil.Process]:
    """The processes of programs whose command line carries the mark."""
    found = []
    for process in family_of(stack):
        with suppress(psutil.NoSuchProcess):
            if any(mark in part for part in process.cmdline()):
                found.append(process)
    return found


def go_by_their_variables(stack: Deployed, functions: Iterable[str]) -> bool:
    """Whether each process of the functions (their logical ids) has the variables that its function has now.

    One that was at work when they were changed ends its work with the old ones.
    """
    wanted = {}
    for logical_id in functions:
        name = stack.stack.function_name(logical_id)
        wanted[name] = stack.functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    for process in family_of(stack):
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            has = process.environ()
            if has.get("AWS_LAMBDA_FUNCTION_VERSION") == "$LATEST":
                variables = wanted.get(has.get("AWS_LAMBDA_FUNCTION_NAME", ""), {})
                if any(has.get(name) != value for name, value in variables.items()):
                    return False
    return True


class Killer:
    """Stands in the proxy, and kills the process that makes a call: before AWS hears of it, or before it hears back."""

    def __init__(self, stack: Deployed, wanted: Callable[[Call], bool], after: Callable[[int], bool]) -> None:
        """``wanted`` chooses the calls; ``after`` says of the nth kill, from 0, whether AWS has done what was asked."""
        self.kills = 0
        self._stack = stack
        self._wanted = wanted
        self._after = after
        self._lock = threading.Lock()

    def __call__(self, call: Call, forward: Forward) -> Answer:
        with self._lock:
            chosen = self._wanted(call)
            number = self.kills
            self.kills += chosen
        if not chosen:
            return forward(call.body)
        if self._after(number):
            forward(call.body)
        _process_at(self._stack, call).kill()
        raise ConnectionAbortedError  # there is nobody to answer


def _process_at(stack: Deployed, call: Call) -> psutil.Process:
    name = stack.stack.function_name(call.function)
    for process in family_of(stack):
        with suppress(psutil.NoSuchProcess):
            if process.environ().get("AWS_LAMBDA_FUNCTION_NAME") == name and call.port in _ports(process):
                return process
    raise LookupError(f"no process of {name} has port {call.port}")


def _ports(process: psutil.Process) -> list[int]:
    return [connection.laddr.port for connection in process.net_connections("tcp") if connection.laddr]
