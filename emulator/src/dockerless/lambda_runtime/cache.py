"""Folders that are expensive to make and named after what they hold."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path


def cache_root() -> Path:
    """Return the folder of built runtimes, layers and images."""
    return Path(os.environ["DOCKERLESS_CACHE"])


def is_cached(kind: str, key: str) -> bool:
    """Return whether the folder ``kind/key`` is there."""
    return (cache_root() / kind / key).exists()


def cached(kind: str, key: str, make: Callable[[Path], None]) -> Path:
    """Return the folder ``kind/key`` of the cache; if it is missing, let ``make`` fill an empty one.

    A folder appears complete or not at all, and is made once however many ask, in this process or another.
    """
    target = cache_root() / kind / key
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with (target.parent / f"{key}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if target.exists():
            return target
        draft = Path(tempfile.mkdtemp(prefix=f"{key}.", dir=target.parent))
        try:
            make(draft)
            draft.chmod(0o755)
            draft.rename(target)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
    return target
