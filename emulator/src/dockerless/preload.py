"""Loads services before their first call, which would wait for it."""

import logging
import os
import threading

from localstack.runtime import hooks

LOG = logging.getLogger(__name__)


def named() -> list[str]:
    """The services in ``DOCKERLESS_PRELOAD``, divided by commas."""
    return [name.strip() for name in os.environ.get("DOCKERLESS_PRELOAD", "").split(",") if name.strip()]


@hooks.on_infra_ready(should_load=lambda: bool(named()))
def preload_services() -> None:
    """Starts to load the services of ``DOCKERLESS_PRELOAD``, while the caller still prepares its first call.

    LocalStack loads a service when it is called first, which takes up to two seconds; a deployment, which
    calls one after another, waits for each.
    """
    threading.Thread(target=_load, args=(named(),), name="preload", daemon=True).start()


def _load(names: list[str]) -> None:
    from localstack.services.plugins import SERVICE_PLUGINS

    for name in names:
        try:
            SERVICE_PLUGINS.require(name)
        except Exception:  # its first call tells the caller
            LOG.exception("%s could not be loaded", name)
