"""What a function sees: its environment variables, paths and command."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dockerless.lambda_runtime.interpreters import PythonRuntime
from dockerless.lambda_runtime.sandbox import Task

TASK_ROOT = "/var/task"

# LocalStack's own, meant for the Docker executor's init process.
_INTERNAL_PREFIXES = ("LOCALSTACK_", "EDGE_PORT", "AWS_LAMBDA_FUNCTION_TIMEOUT")


@dataclass(frozen=True)
class Program:
    """What a function version runs. ``folders`` are absolute paths as the function knows them, and where
    they are; ``argv`` of None stands for the runtime interface client with ``handler``."""

    folders: Mapping[str, Path]
    python: PythonRuntime | None
    handler: str
    argv: Sequence[str] | None = None
    cwd: str = TASK_ROOT
    env: Mapping[str, str] = field(default_factory=dict)


def task_for(
    program: Program, base: Mapping[str, str], own: Mapping[str, str], api: str, scratch: Path, isolated: bool
) -> Task:
    """Return the task that runs ``program``.

    ``base`` are LocalStack's variables for the function, ``own`` those the user configured, ``api`` is the
    address of the Runtime API. Not ``isolated``, the function sees the real paths of its folders instead of
    /var/task etc.
    """
    mounts = {**program.folders, "/tmp": scratch / "tmp"}
    if program.python:
        mounts |= {"/var/lang": program.python.lang, "/var/runtime": program.python.runtime}
        mounts.setdefault("/opt", scratch / "opt")
    where = {path: path if isolated else str(real) for path, real in mounts.items()}

    env = {name: str(value) for name, value in base.items() if not name.startswith(_INTERNAL_PREFIXES)}
    env |= _variables(where, program)
    env |= program.env
    if not isolated:
        env["TMPDIR"] = where["/tmp"]
    env |= own
    env["AWS_LAMBDA_RUNTIME_API"] = api
    if program.python:
        own_path = [own["PYTHONPATH"]] if "PYTHONPATH" in own else _layer_path(where, program.python)
        env["PYTHONPATH"] = os.pathsep.join([*own_path, where["/var/runtime"]])
    argv = program.argv or ["/var/lang/bin/python", "-m", "awslambdaric", program.handler]
    argv = [_localise(word, where) for word in argv]
    cwd = _localise(program.cwd, where)
    return Task(
        argv,
        cwd,
        env,
        _mount_list(mounts, program) if isolated else (),
        str(scratch / "root") if isolated else None,
    )


def real_to_seen(text: bytes, program: Program) -> bytes:
    """Replace the machine's paths in an error by those AWS would show (for functions that are not
    isolated)."""
    for seen, real in program.folders.items():
        text = text.replace(str(real).encode(), seen.encode())
    return text


def _variables(where: Mapping[str, str], program: Program) -> dict[str, str]:
    """Return the variables that AWS's Python runtime has, in AWS's order of folders."""
    task, opt = where.get(TASK_ROOT, TASK_ROOT), where.get("/opt", "/opt")
    lang, runtime = where.get("/var/lang", "/var/lang"), where.get("/var/runtime", "/var/runtime")
    libraries = f"{task}:{task}/lib:{opt}/lib"
    env = {
        "_HANDLER": program.handler,
        "LAMBDA_TASK_ROOT": task,
        "LAMBDA_RUNTIME_DIR": runtime,
        "PATH": f"{lang}/bin:/usr/local/bin:/usr/bin:/bin:{opt}/bin",
        "LD_LIBRARY_PATH": f"{lang}/lib:/lib64:/usr/lib64:{runtime}:{runtime}/lib:{libraries}",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        # AWS's has no usable home; without one, libraries would find that of the user who runs the server.
        "HOME": where["/tmp"],
        "PWD": task,
    }
    if program.python:
        env["AWS_EXECUTION_ENV"] = f"AWS_Lambda_python{program.python.version}"
    return env


def _layer_path(where: Mapping[str, str], python: PythonRuntime) -> list[str]:
    packages = f"lib/python{python.version}/site-packages"
    opt = where["/opt"]
    return [f"{opt}/python/{packages}", f"{opt}/python", f"{where['/var/lang']}/{packages}"]


def _mount_list(mounts: Mapping[str, Path], program: Program) -> list[tuple[str, str, str]]:
    result = [(str(real), seen, "rw" if seen == "/tmp" else "ro") for seen, real in mounts.items()]
    base = program.python.base if program.python else None
    # An interpreter below a folder that is replaced has to stay where its environments look for it.
    if base and base.is_relative_to("/opt"):
        result = [mount for mount in result if mount[1] != "/opt"]
        result += [(str(entry), f"/opt/{entry.name}", "ro") for entry in mounts["/opt"].iterdir()]
    elif base and base.is_relative_to("/tmp"):
        result.append((str(base), str(base), "ro"))
    return result


def _localise(text: str, where: Mapping[str, str]) -> str:
    for seen, real in where.items():
        if text == seen or text.startswith(f"{seen}/"):
            return real + text.removeprefix(seen)
    return text
