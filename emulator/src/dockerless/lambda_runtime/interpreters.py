"""Python for functions: what AWS's managed runtimes hold, and nothing of the server's packages."""

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import uv

from dockerless.lambda_runtime.cache import cached

_REQUIREMENTS = Path(__file__).with_name("runtime-requirements.txt")


class RuntimeUnavailable(Exception):
    """No interpreter of the wanted version is installed, or the runtime is of another language."""


@dataclass(frozen=True)
class PythonRuntime:
    """``lang``: an environment for the interpreter (AWS: /var/lang); ``runtime``: awslambdaric and boto3
    (AWS: /var/runtime); ``base``: the prefix of the installation that the interpreter's standard library is
    in."""

    version: str
    lang: Path
    runtime: Path
    base: Path


def run_uv(*arguments: str | Path) -> str:
    """Run uv and return what it prints; RuntimeError with its complaint if it fails."""
    command = [uv.find_uv_bin(), "--no-progress", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"uv {' '.join(map(str, arguments))}: {done.stderr.strip()}")
    return done.stdout.strip()


def find_python(version: str) -> Path:
    """Return an interpreter for ``version`` ("3.12"); ``DOCKERLESS_PYTHON3_12`` names one explicitly.

    Raises RuntimeUnavailable: another version is never used in its place.
    """
    if chosen := os.environ.get(f"DOCKERLESS_PYTHON{version.replace('.', '_')}"):
        return Path(chosen)
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return Path(sys._base_executable)  # type: ignore[attr-defined]
    for candidate in sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}")):
        return candidate
    try:
        return Path(run_uv("python", "find", "--no-project", "--no-python-downloads", version))
    except RuntimeError as error:
        raise RuntimeUnavailable(f"Python {version} is not installed on this machine") from error


def create_environment(python: Path, target: Path) -> None:
    """Make a virtual environment that may be moved or mounted elsewhere."""
    run_uv("venv", "--quiet", "--relocatable", "--no-project", "--python", python, target)


def python_runtime(name: str) -> PythonRuntime:
    """Return the runtime ``name`` ("python3.13"), installed on first use.

    Raises RuntimeUnavailable, or RuntimeError when its packages cannot be installed.
    """
    version = name.removeprefix("python")
    python = find_python(version)
    identity = f"{python}\n{_REQUIREMENTS.read_text()}"
    key = f"{name}-{hashlib.sha256(identity.encode()).hexdigest()[:12]}"

    def make(folder: Path) -> None:
        create_environment(python, folder / "lang")
        install = ("pip", "install", "--quiet", "--compile-bytecode", "--python", python)
        run_uv(*install, "--target", folder / "runtime", "--requirement", _REQUIREMENTS)

    folder = cached("runtimes", key, make)
    return PythonRuntime(version, folder / "lang", folder / "runtime", python.resolve().parent.parent)


def compile_bytecode(python: Path, folder: Path) -> None:
    """Write .pyc files now: a function sees its code read-only, so each cold start would compile it again."""
    options = ("-qq", "--invalidation-mode", "unchecked-hash")
    command = [str(python), "-I", "-m", "compileall", *options, str(folder)]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
