"""The function that the tests deploy: it does what the event says."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

print("init phase")
calls = 0


def handler(event, context):
    global calls
    calls += 1
    return globals()[event["do"]](event, context)


def describe(event, context):
    return {
        "env": dict(os.environ),
        "path": sys.path,
        "pid": os.getpid(),
        "calls": calls,
        "cwd": os.getcwd(),
        "executable": sys.executable,
        "version": sys.version_info[:2],
        "processes": [name for name in os.listdir("/proc") if name.isdigit()],
        "file": __file__,
        "context": {
            "remaining": context.get_remaining_time_in_millis(),
            "request_id": context.aws_request_id,
            "name": context.function_name,
            "memory": context.memory_limit_in_mb,
            "arn": context.invoked_function_arn,
            "log_group": context.log_group_name,
            "log_stream": context.log_stream_name,
        },
    }


def importable(event, context):
    import importlib

    module = importlib.import_module(event["module"])
    return getattr(module, "VALUE", module.__file__)


def boom(event, context):
    raise ValueError("boom")


def leave(event, context):
    os._exit(event["status"])


def killed(event, context):
    os.kill(os.getpid(), signal.SIGKILL)


def sleep(event, context):
    time.sleep(event["seconds"])
    return os.getpid()


def grandchild(event, context):
    """Start a process in a session of its own, which leaves the process tree, and may sleep on."""
    command = f"(setsid sleep {event['marker']} &) ; sleep 0"
    subprocess.run(["/bin/sh", "-c", command], check=True)
    time.sleep(event.get("seconds", 0))


def hog(event, context):
    blocks = []
    for _ in range(event["megabytes"]):
        blocks.append(os.urandom(2**20))
        time.sleep(0.002)
    time.sleep(event.get("seconds", 5))


def large(event, context):
    return "x" * event["size"]


def talk(event, context):
    for number in range(event["lines"]):
        print(f"line {number}")
    subprocess.run(["/bin/echo", "from a child"], check=True)
    sys.stdout.write("no newline")


def write(event, context):
    Path(event["path"]).write_text("x")
    return os.listdir(Path(event["path"]).parent)


def sdk(event, context):
    import boto3

    return boto3.client("sts").get_caller_identity()["Account"]
