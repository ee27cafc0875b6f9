"""The launcher's commands."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import requests

from ..conftest import free_port, launcher
from ..lambda_runtime.deploy import eventually


def test_two_instances_side_by_side_bound_to_loopback_only(launch: Callable[..., Any], instance: Any) -> None:
    other = launch()
    for started in (instance, other):
        assert requests.get(f"{started.endpoint}/_localstack/health", timeout=5).ok
    listening = {
        connection.laddr.ip
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port in (instance.port, other.port)
    }
    assert listening == {"127.0.0.1"}
    instance.client("sqs").create_queue(QueueName="only-here")
    assert "QueueUrls" not in other.client("sqs").list_queues(QueueNamePrefix="only-here")


def test_buckets_of_the_same_name_in_two_instances(launch: Callable[..., Any], instance: Any) -> None:
    here, there = instance.client("s3"), launch().client("s3")
    for s3 in (here, there):
        s3.create_bucket(Bucket="same-name")
        s3.put_object(Bucket="same-name", Key="key", Body=b"x")
    there.delete_object(Bucket="same-name", Key="key")
    there.delete_bucket(Bucket="same-name")
    large = b"x" * 2**21  # more than is kept in memory
    here.put_object(Bucket="same-name", Key="large", Body=large)
    assert here.get_object(Bucket="same-name", Key="large")["Body"].read() == large
    assert list(instance.directory.glob("tmp/**/same-name"))


def test_status_start_again_and_stop(launch: Callable[..., Any]) -> None:
    started = launch()
    directory = ("--dir", started.directory)
    status = launcher("status", *directory)
    assert status.returncode == 0
    assert started.endpoint in status.stdout
    again = launcher("start", *directory, "--port", free_port())
    assert again.returncode == 0
    assert again.stdout.strip() == started.endpoint
    pid = int(status.stdout.split("pid ")[1].rstrip(")\n"))
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]

    assert launcher("stop", *directory).stdout == "stopped\n"
    assert not any(process.is_running() for process in family)
    assert launcher("status", *directory).returncode == 3
    assert launcher("stop", *directory).stdout == "not running\n"
    assert launcher("start", *directory, "--port", started.port).returncode == 0  # the port is free at once
    assert "Ready." in launcher("logs", *directory).stdout


def test_services_loaded_ahead(launch: Callable[..., Any]) -> None:
    started = launch("--env", "DOCKERLESS_PRELOAD=no-such-service, sqs")

    def states() -> dict[str, str]:
        health: dict[str, Any] = requests.get(f"{started.endpoint}/_localstack/health", timeout=5).json()
        return health["services"]

    eventually(lambda: states()["sqs"] == "running")  # although nobody has called it
    assert states()["sns"] == "available"


def test_port_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = launcher("start", "--dir", tmp_path, "--port", port)
    assert done.returncode == 4
    assert f"error: port {port} on 127.0.0.1 cannot be used" in done.stderr
    assert launcher("status", "--dir", tmp_path).returncode == 3


def test_failed_start_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    port = free_port()
    done = launcher("start", "--dir", tmp_path, "--port", port, "--env", "GATEWAY_SERVER=nonsense")
    assert done.returncode == 1
    assert "nonsense" in done.stderr
    assert launcher("status", "--dir", tmp_path).returncode == 3


def test_wrong_use(tmp_path: Path) -> None:
    assert launcher("start", "--dir", tmp_path, "--env", "nonsense").returncode == 2
    assert launcher("logs", "--dir", tmp_path / "none").returncode == 1
