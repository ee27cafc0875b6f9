"""How long the terminal client takes to say anything."""

import subprocess
import time

from bench.figures import Aim, Figure, spread
from scripts.workspace import LOCAL

ROUNDS = 11
START = Aim(0.3, "s", "Half of it is the import of typer (python -X importtime); httpx and rich must not be there.")


def time_help() -> Figure:
    """Of `nightshift --help`, in fresh processes."""
    seconds = []
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        subprocess.run([LOCAL / "venv" / "bin" / "nightshift", "--help"], stdout=subprocess.DEVNULL, check=True)
        seconds.append(time.perf_counter() - started)
    return spread("nightshift --help", seconds[1:], START)  # the first reads everything from the disk
