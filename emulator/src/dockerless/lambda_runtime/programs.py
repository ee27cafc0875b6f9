"""From a function version of LocalStack to the program it runs."""

from typing import Any

from localstack.aws.api.lambda_ import PackageType

from dockerless.images import catalog
from dockerless.lambda_runtime.archives import code_folder, layers_folder
from dockerless.lambda_runtime.interpreters import RuntimeUnavailable, python_runtime
from dockerless.lambda_runtime.view import TASK_ROOT, Program


def waits_for_invoke(config: Any) -> bool:
    """Return whether a version's program is to be built when it is first invoked, not when it is deployed.

    Raises an error of the image's file.
    """
    return config.package_type == PackageType.Image and catalog.waits_for_invoke(config.image.image_uri)


def program_of(config: Any) -> Program:
    """Return the program of a version's ``config``, built if need be.

    Raises RuntimeUnavailable or an error of the image's build.
    """
    if config.package_type == PackageType.Image:
        override = config.image_config
        return catalog.build_image(
            config.image.image_uri,
            entrypoint=(override and override.entrypoint) or None,
            command=(override and override.command) or None,
            cwd=(override and override.working_directory) or None,
        )
    python = python_runtime(config.runtime) if config.runtime.startswith("python") else None
    if not python and not config.runtime.startswith("provided"):
        raise RuntimeUnavailable(f"runtime {config.runtime} is not supported: only python* and provided*")
    interpreter = python.lang / "bin" / "python" if python else None
    folders = {TASK_ROOT: code_folder(config.code, interpreter)}
    if opt := layers_folder(config.layers, interpreter):
        folders["/opt"] = opt
    argv = None if python else [f"{TASK_ROOT}/bootstrap"]
    if argv and not (folders[TASK_ROOT] / "bootstrap").exists():
        argv = ["/opt/bootstrap"]
    return Program(folders, python, config.handler, argv)
