"""`make bench`: brings the stack and the floor up on an emulator of their own, and measures. About eight minutes."""

import os
import time

from bench.ads import stage_figures
from bench.chain import count_jobs
from bench.console import console_figures
from bench.content import image_figures, program_figures
from bench.figures import Aim, Figure, p50, ratio, show, spread
from bench.findings import finding_figures
from bench.floor_stack import deploy_floor
from bench.growth import show_growth
from bench.imports import time_each_import, time_imports
from bench.jobs import allow_at_once, time_drain, time_many
from bench.latency import client, time_jobs_with_cli, time_requests
from bench.package import package_figures
from bench.routes import time_routes
from bench.terminal import time_help
from scripts.build import build
from scripts.instances import own_instance
from scripts.stack import Stack
from scripts.tools import explained, run, step
from scripts.up import bring_up
from scripts.workspace import EMULATOR_PYTHON, ROOT, Instance

WARM_UP_ROUNDS = 5
ROUNDS = 40
CLI_ROUNDS = 10
JOBS = 30
AT_ONCE = 10
DRAINED = 200
WIDE = 30
WIDE_ROUNDS = 3
# Longer than such jobs usually take, so that the first look finds them ended.
UNDISTURBED_SECONDS = 0.7
UNDISTURBED_CLI_SECONDS = 1.5
DYNAMODB_SECONDS = 90.0

UP = Aim(20, "s", "Most of it is `sam deploy`, which waits for CloudFormation to make one resource after another.")
IMPORT = Aim(1.25, "x", "What is above the floor: pydantic's models and the routes (python -X importtime).")
GET = Aim(1.5, "x", "The rest is Powertools' routing and validation and pydantic, one CPU's work in the function.")
POST = Aim(2, "x", "The rest is validation, and a write into a table with five indexes and a stream.")
RUNNING = Aim(
    0.25, "s", "The chain: stream poll, listener, bus rule, queue poll, dispatcher; see the emulator's polls."
)
COMPLETED = Aim(0.5, "s", "The chain to RUNNING, then Step Functions, its status event and the finisher.")
DRAIN = Aim(12, "s", "One process, the emulator, answers every call of every function: see the calls of a job.")
WIDE_PROBES = Aim(4, "s", "Each of them is a worker and a program, both Python processes, and there are few CPUs.")


def main() -> None:
    print(f"{os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f} before the start (it should be near 0)")
    with own_instance() as instance:
        build(instance)  # `make up` is to be timed on a built clone
        stack, figures = _bring_up(instance)
        with step("measured", "the image functions, built where they were not"):
            figures += image_figures(stack)
        with step("measured", "what lies between the stages of ads"), client(stack.api_url) as api:
            figures += stage_figures(api)
        with step("deployed", "the floor"):
            floor_url = deploy_floor(instance)
        figures += _latency(stack, floor_url)
        with step("measured", "each route that reads"), client(stack.api_url) as api:
            figures += time_routes(api)
        with step("measured", "the console in a browser"):
            figures += console_figures(stack.api_url)
        figures += _throughput(stack)
        with step("counted", "what a job costs"), client(stack.api_url) as api:
            figures += count_jobs(stack, api)
        show_growth(stack)
    with step("measured", "imports"):
        ours, floor = time_imports()
        each = time_each_import()
    figures.append(spread("import of the api function", ours))
    figures.append(ratio("import of the api function / floor", ours, floor, IMPORT))
    figures += [spread(f"import of {name}", seconds) for name, seconds in each.items()]
    figures.append(time_help())
    figures += package_figures()
    with step("checked", "the template"):
        figures += finding_figures()
    with step("measured", "the content programs"):
        figures += program_figures()
    show(figures)
    _dynamodb()


def _bring_up(instance: Instance) -> tuple[Stack, list[Figure]]:
    started = time.monotonic()
    run("bootstrap", [ROOT / "scripts" / "bootstrap.sh"], timeout=600)
    stack = bring_up(instance)
    seconds = time.monotonic() - started
    return stack, [Figure("make up, built clone", f"{seconds:.1f} s", seconds, UP)]


def _latency(stack: Stack, floor_url: str) -> list[Figure]:
    allow_at_once(stack, AT_ONCE)
    with client(stack.api_url) as api, client(floor_url) as floor:
        with step("warmed up", "functions"):
            time_requests(api, floor, WARM_UP_ROUNDS, 0)
            time_many(api, AT_ONCE)
        with step("measured", "requests and short jobs"):
            found = time_requests(api, floor, ROUNDS, UNDISTURBED_SECONDS)
        with step("measured", "jobs with a CLI"):
            with_cli = time_jobs_with_cli(api, CLI_ROUNDS, UNDISTURBED_CLI_SECONDS)
        with step("measured", f"{JOBS} jobs, {AT_ONCE} at once"):
            many = time_many(api, JOBS)
    return [
        spread("GET /jobs/{id}", found.gets),
        spread("GET of the floor", found.floor_gets),
        ratio("GET, ours / floor", found.gets, found.floor_gets, GET),
        spread("POST /jobs", found.posts),
        spread("POST of the floor", found.floor_posts),
        ratio("POST, ours / floor", found.posts, found.floor_posts, POST),
        spread("POST → RUNNING", [job.running for job in found.jobs], RUNNING),
        spread("POST → COMPLETED, no CLI", [job.completed for job in found.jobs], COMPLETED),
        spread("POST → COMPLETED, with CLI", [job.completed for job in with_cli]),
        Figure(f"{JOBS} jobs with a CLI, {AT_ONCE} at once", f"{many:.1f} s, {JOBS / many:.1f} jobs/s"),
    ]


def _throughput(stack: Stack) -> list[Figure]:
    allow_at_once(stack, WIDE)
    with client(stack.api_url) as api:
        with step("measured", f"{WIDE} workers at once, most of them new"):
            cold = time_many(api, WIDE, {"seconds": 1})
        with step("warmed up", f"{WIDE} workers"):
            # So long that none has ended, and is used again, before the last has begun.
            time_many(api, WIDE, {"seconds": 5})
        with step("measured", f"{WIDE} workers at once, and {DRAINED} short jobs"):
            wide = [time_many(api, WIDE, {"seconds": 1}) for _ in range(WIDE_ROUNDS)]
            drained = time_drain(api, DRAINED, {"cli": False})
    shown = f"p50 {p50(wide):.1f} s   max {max(wide):.1f} s   n={WIDE_ROUNDS}"
    return [
        Figure(f"{WIDE} probes of 1 s, {WIDE} at once, new workers", f"{cold:.1f} s"),
        Figure(f"{WIDE} probes of 1 s, {WIDE} at once", shown, p50(wide), WIDE_PROBES),
        Figure(f"{DRAINED} waiting jobs without CLI, {WIDE} at once", f"{drained:.1f} s", drained, DRAIN),
    ]


def _dynamodb() -> None:
    """The emulator's own figures of its DynamoDB, in process."""
    program = ROOT / "emulator" / "benchmarks" / "dynamodb.py"
    printed = run("bench-dynamodb", [EMULATOR_PYTHON, program, "--repeat", "50"], timeout=DYNAMODB_SECONDS)
    print("\nDynamoDB of the emulator, called without HTTP:", printed.partition("\n")[2])


if __name__ == "__main__":
    with explained("make bench"):
        main()
