"""The environment a LocalStack server is started with."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import uv

# What a build of an image needs to reach its package index; nothing else of the caller's environment is kept.
_KEPT = ("HOME", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "USER")
_KEPT_PREFIXES = ("UV_", "PIP_")
_PROXIES = ("http_proxy", "https_proxy", "no_proxy")


@dataclass(frozen=True)
class Settings:
    """How to run one instance."""

    directory: Path
    port: int
    images: Path | None
    image_cache: Path
    extra: Mapping[str, str]


def server_environment(settings: Settings) -> dict[str, str]:
    """Return the complete environment of the server process; ``settings.extra`` overrides any of it."""
    root = settings.directory
    env = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or name.startswith(_KEPT_PREFIXES) or name.lower() in _PROXIES
    }
    # Functions call the emulator on the loopback address, never through a proxy.
    env["no_proxy"] = ",".join(filter(None, [env.get("no_proxy"), "127.0.0.1", "localhost"]))
    env |= {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]),
        "TMPDIR": str(root / "tmp"),
        "FILESYSTEM_ROOT": str(root / "filesystem"),
        "CONFIG_DIR": str(root / "config"),
        "AWS_CONFIG_FILE": str(root / "config" / "aws"),
        "AWS_SHARED_CREDENTIALS_FILE": str(root / "config" / "credentials"),
        "UV_CACHE_DIR": env.get("UV_CACHE_DIR") or uv_cache_dir(),
        "GATEWAY_LISTEN": f"127.0.0.1:{settings.port}",
        "GATEWAY_SERVER": "uvicorn",
        "LOCALSTACK_HOST": f"127.0.0.1:{settings.port}",
        # Subdomain URLs would need a wildcard DNS name.
        "SQS_ENDPOINT_STRATEGY": "path",
        "OVERRIDE_IN_DOCKER": "0",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DISABLE_EVENTS": "1",
        "DNS_ADDRESS": "0",
        # Services call each other in the process: over HTTP, each such call costs three times as much.
        "IN_MEMORY_CLIENT": "1",
        "PROVIDER_OVERRIDE_DYNAMODB": "dockerless",
        "PROVIDER_OVERRIDE_DYNAMODBSTREAMS": "dockerless",
        "PROVIDER_OVERRIDE_S3": "dockerless",
        "PROVIDER_OVERRIDE_SCHEDULER": "dockerless",
        "PROVIDER_OVERRIDE_STEPFUNCTIONS": "dockerless",
        "LAMBDA_RUNTIME_EXECUTOR": "process",
        "LAMBDA_KEEPALIVE_MS": "600000",
        "LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC": "0.1",
        # However long a stream was quiet, its next record is seen as soon as any other.
        "LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC": "0.1",
        "DOCKERLESS_DIR": str(root),
        "DOCKERLESS_CACHE": str(settings.image_cache),
    }
    if settings.images:
        env["DOCKERLESS_IMAGES"] = str(settings.images)
    return env | dict(settings.extra)


def uv_cache_dir() -> str:
    """Return the user's uv cache, so that builds find what the user has downloaded already."""
    return subprocess.run(
        [uv.find_uv_bin(), "cache", "dir"], capture_output=True, text=True, check=True
    ).stdout.strip()


def clear_volatile(directory: Path) -> None:
    """Make the folders of ``directory``, empty: LocalStack's state does not outlive its process."""
    for name in ("tmp", "filesystem", "lambda", "config"):
        shutil.rmtree(directory / name, ignore_errors=True)
        (directory / name).mkdir(parents=True)
