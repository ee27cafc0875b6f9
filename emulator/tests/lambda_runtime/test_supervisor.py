"""The supervisor where it is not root: in a user namespace."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dockerless.lambda_runtime import supervisor

USER_NAMESPACE = "unshare --user --map-root-user --mount"


def test_a_restricted_mount_is_shown_read_only(tmp_path: Path) -> None:
    if subprocess.run([*USER_NAMESPACE.split(), "true"], capture_output=True, check=False).returncode:
        pytest.skip("the kernel grants no user namespaces")
    source, root = tmp_path / "source", tmp_path / "root"
    source.mkdir()
    root.mkdir()
    task = {
        "argv": ["/bin/sh", "-c", "! mkdir /var/task/new"],
        "cwd": "/",
        "env": {"PATH": "/bin:/usr/bin"},
        "mounts": [[str(source), "/var/task", "ro"]],
        "root": str(root),
    }
    # The inner namespace may not undo the restrictions of the outer one's mount.
    script = f'mount -t tmpfs -o nosuid,nodev none "$0" && exec {USER_NAMESPACE} "$@"'
    run = [sys.executable, "-E", "-s", "-S", supervisor.__file__, "1"]
    with subprocess.Popen(
        [*USER_NAMESPACE.split(), "sh", "-c", script, source, *run],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(task) + "\n")
        process.stdin.flush()  # its end would be the order to kill
        assert process.stdout.readline() == "exit 0\n"
