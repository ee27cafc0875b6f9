"""The launcher's commands and exit codes: 0 fine, 1 failed, 2 wrong use, 3 not running, 4 port taken."""

import json
import time
from pathlib import Path

import click

from dockerless.images.build import image_key
from dockerless.images.catalog import read_catalog
from dockerless.images.dockerfile import DockerfileError
from dockerless.lambda_runtime.interpreters import RuntimeUnavailable
from dockerless.launcher.instance import Instance, LaunchError, PortTaken
from dockerless.launcher.settings import Settings

_NOT_RUNNING = 3
_PORT_TAKEN = 4

_directory = click.option(
    "--dir",
    "directory",
    required=True,
    type=click.Path(file_okay=False, path_type=Path, resolve_path=True),
    help="Everything the instance writes is under this folder.",
)


@click.group()
def cli() -> None:
    """Run LocalStack 4.14 without Docker, bound to 127.0.0.1."""


def _pairs(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    for value in values:
        if "=" not in value:
            raise click.BadParameter(f"{value!r} is not KEY=VALUE")
    return dict(value.split("=", 1) for value in values)


@cli.command()
@_directory
@click.option("--port", default=4566, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--images",
    type=click.Path(exists=True, dir_okay=False, path_type=Path, resolve_path=True),
    help="JSON file that maps image repositories to their build contexts.",
)
@click.option(
    "--image-cache",
    type=click.Path(file_okay=False, path_type=Path, resolve_path=True),
    help="Where built images and runtimes are kept (default: DIR/cache).",
)
@click.option("--env", "extra", multiple=True, callback=_pairs, help="KEY=VALUE for the server; repeatable.")
@click.option("--timeout", default=60.0, show_default=True, help="Seconds to wait until ready.")
def start(
    directory: Path,
    port: int,
    images: Path | None,
    image_cache: Path | None,
    extra: dict[str, str],
    timeout: float,
) -> None:
    """Start the instance in the background, wait until it is ready and print its endpoint."""
    settings = Settings(directory, port, images, image_cache or directory / "cache", extra)
    try:
        running = Instance(directory).start(settings, timeout)
    except LaunchError as error:
        click.echo(f"error: {error}", err=True)
        raise SystemExit(_PORT_TAKEN if isinstance(error, PortTaken) else 1) from error
    if running.port != port:
        click.echo(f"note: already running, on port {running.port}", err=True)
    click.echo(running.endpoint)


@cli.command()
@_directory
def stop(directory: Path) -> None:
    """Stop the instance and every process it started."""
    click.echo("stopped" if Instance(directory).stop() else "not running")


@cli.command()
@_directory
def status(directory: Path) -> None:
    """Print the endpoint; exit with 3 if the instance is not running."""
    if running := Instance(directory).running():
        click.echo(f"running {running.endpoint} (pid {running.pid})")
        return
    click.echo("not running")
    raise SystemExit(_NOT_RUNNING)


@cli.command()
@_directory
@click.option("-f", "--follow", is_flag=True, help="Wait for more until the instance ends.")
def logs(directory: Path, follow: bool) -> None:
    """Print the server's log."""
    instance = Instance(directory)
    if not instance.log.exists():
        raise click.ClickException(f"no log at {instance.log}")
    with instance.log.open(errors="replace") as log:
        while True:
            alive = instance.running() is not None
            while chunk := log.read(65536):
                click.echo(chunk, nl=False)
            if not (follow and alive):
                return
            time.sleep(0.2)


@cli.command()
@click.argument("images", type=click.Path(exists=True, dir_okay=False, path_type=Path, resolve_path=True))
def tags(images: Path) -> None:
    """Print, as JSON, a tag for each image of the file IMAGES that changes whenever its content does.

    A function is rebuilt when it is created or updated; an ImageUri with such a tag makes a deployment
    update it.
    """
    try:
        result = {name: image_key(source) for name, source in read_catalog(images).items()}
    except (ValueError, DockerfileError, RuntimeUnavailable, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(result, indent=2))
