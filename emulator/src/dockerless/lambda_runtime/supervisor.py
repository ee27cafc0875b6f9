"""The process above a function: gives it a private view of the machine and lets nothing outlive it.

Run as a script with the standard library only (``python -E -s -S supervisor.py STATUS_FD``), because every
environment pays for its start. Protocol: the first line of stdin is a JSON task (see ``Task`` in
sandbox.py); the end of stdin is the order to kill everything, so that a server that dies takes its
functions along. One line on STATUS_FD says how the function ended: ``exit N``, ``signal N`` or ``error
TEXT``. Another one is the most memory that it or a child it waited for had resident, in KiB.
"""

import contextlib
import ctypes
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REMOUNT = 0x1, 0x2, 0x4, 0x8, 0x20
_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 0x40000
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_libc = ctypes.CDLL(None, use_errno=True)


def _mount(source: str, target: str, kind: str | None = None, flags: int = 0) -> None:
    if _libc.mount(source.encode(), target.encode(), kind.encode() if kind else None, flags, None):
        number = ctypes.get_errno()
        raise OSError(number, f"mount {source} on {target}: {os.strerror(number)}")


def _bind(source: str, target: str, readonly: bool = False) -> None:
    """Make ``source`` appear at ``target``, which is created as what the source is."""
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "a"):
            pass
    _mount(source, target, flags=_MS_BIND | (0 if readonly else _MS_REC))
    if readonly:
        # In a user namespace, a restriction that the source has (on /tmp or /home, often) may not be dropped.
        kept = os.statvfs(target).f_flag & (_MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
        _mount("none", target, flags=_MS_REMOUNT | _MS_BIND | _MS_RDONLY | kept)


def new_namespaces() -> None:
    """Leave the machine's mount and process namespaces; without root, through a user namespace of our own."""
    flags = os.CLONE_NEWNS | os.CLONE_NEWPID
    uid, gid = os.geteuid(), os.getegid()
    if uid == 0:
        os.unshare(flags)
    else:
        os.unshare(flags | os.CLONE_NEWUSER)
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{uid} {uid} 1"),
            ("gid_map", f"{gid} {gid} 1"),
        ):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    _mount("none", "/", flags=_MS_REC | _MS_PRIVATE)


def build_root(root: str, mounts: Sequence[Sequence[str]]) -> None:
    """Change into a root that is the machine's, except for ``mounts``: (source, absolute target, "ro" or
    "rw").

    The root is a tmpfs of bind mounts, so that /var/task and the like need not exist on the machine. A
    folder above a target is rebuilt entry by entry; a target itself replaces what the machine has there.
    """
    _mount("tmpfs", root, "tmpfs")
    targets = {target for _, target, _ in mounts} | {"/proc"}
    parents = {os.path.dirname(target) for target in targets}
    for folder in sorted(parents, key=len):
        os.makedirs(root + folder, exist_ok=True)
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            path = os.path.join(folder, name)
            if path in targets or path in parents:
                continue
            if os.path.islink(path):
                os.symlink(os.readlink(path), root + path)
            else:
                # What cannot be bound (a socket, a file of another user) is left out.
                with contextlib.suppress(OSError):
                    _bind(path, root + path)
    for source, target, mode in mounts:
        _bind(source, root + target, readonly=mode == "ro")
    os.makedirs(root + "/proc", exist_ok=True)
    _mount("proc", root + "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    os.chroot(root)


def _run(task: Mapping[str, Any]) -> NoReturn:
    """Become the function."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.chdir(task["cwd"])
    os.execvpe(task["argv"][0], task["argv"], task["env"])


def _kill_children() -> None:
    """Kill all descendants: we are the subreaper (or pid 1), so orphans become our own children."""
    while True:
        for thread in os.listdir("/proc/self/task"):
            with open(f"/proc/self/task/{thread}/children") as children:
                for pid in children.read().split():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(int(pid), signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def supervise(task: Mapping[str, Any], status: int) -> None:
    """Run the function until it ends or stdin does, then kill whatever it left behind."""
    wake, notify = socket.socketpair()
    wake.setblocking(False)
    notify.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(notify.fileno())
    error_in, error_out = os.pipe()  # closed by a successful exec
    function = os.fork()
    if function == 0:
        try:
            _run(task)
        except OSError as error:
            os.write(error_out, f"{task['argv'][0]}: {error.strerror}".encode())
            os._exit(127)
    os.close(error_out)
    poller = select.poll()
    poller.register(0, select.POLLIN | select.POLLHUP)
    poller.register(wake, select.POLLIN)
    ended: int | None = None
    peak = 0
    while ended is None:
        if any(fd == 0 for fd, _ in poller.poll()):
            break
        wake.recv(1024)
        with contextlib.suppress(ChildProcessError):
            while (reaped := os.wait4(-1, os.WNOHANG))[0]:
                if reaped[0] == function:
                    ended, peak = os.waitstatus_to_exitcode(reaped[1]), reaped[2].ru_maxrss
    if ended is not None:
        failed = os.read(error_in, 500).decode()
        how = f"error {failed}" if failed else f"exit {ended}" if ended >= 0 else f"signal {-ended}"
        with contextlib.suppress(BrokenPipeError):
            os.write(status, f"{how}\n{peak}\n".encode())
    _kill_children()


def _read_task() -> dict[str, Any]:
    """Read the first line of stdin, the only one there is."""
    line = b""
    while not line.endswith(b"\n"):
        if not (chunk := os.read(0, 65536)):
            sys.exit(0)
        line += chunk
    return dict(json.loads(line))


def main() -> None:
    status = int(sys.argv[1])
    task = _read_task()
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)
    if task["root"] is None:
        supervise(task, status)
        return
    new_namespaces()
    first = os.fork()  # pid 1 of the new namespace: when it ends, the kernel kills all others in it
    if first:
        os.close(status)
        os.waitpid(first, 0)
        return
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    try:
        build_root(task["root"], task["mounts"])
    except OSError as error:
        os.write(status, f"error {error}\n".encode())
        return
    supervise(task, status)


if __name__ == "__main__":
    main()
