"""What stages hand on: a JSON result of each, and files."""

import argparse
import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commandline import progress
from commandline.exit_codes import CliError, ExitCode
from commandline.files import write_atomically

if TYPE_CHECKING:
    from PIL.Image import Image

IMAGE = "image.png"
MASK = "forbidden.png"
AD = "ad.png"


class Workspace:
    """The folders of one stage. `files` are those that it has left for later ones."""

    def __init__(self, args: argparse.Namespace) -> None:
        self._args = args
        self._given: Path = args.given or args.out
        self._out: Path = args.out
        self.files: list[str] = []

    def result_of(self, stage: str) -> dict[str, Any]:
        """What an earlier stage has found.

        Raises:
            CliError: there is no such result.
        """
        path = self._given / f"{stage}.json"
        try:
            result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise CliError(ExitCode.INPUT_ERROR, f"{stage} has left no result; run it first") from error
        except ValueError as error:
            raise CliError(ExitCode.INPUT_ERROR, f"the result of {stage} is not JSON") from error
        if not isinstance(result, dict):
            raise CliError(ExitCode.INPUT_ERROR, f"the result of {stage} is no JSON object")
        return result

    def image(self) -> "Image":
        """The image to work on: the one that an earlier stage left, else the one of the options.

        Raises:
            CliError: there is none, or it is none that can be used.
        """
        from adstudio.images.intake import open_image

        if (self._given / IMAGE).exists():
            return open_image((self._given / IMAGE).read_bytes(), own=True)
        image = self.taken_in()
        if image is None:
            raise CliError(ExitCode.INPUT_ERROR, "there is no image; run img_gen first, or give --image or --image-url")
        self.leave_image(IMAGE, image)
        return image

    def taken_in(self) -> "Image | None":
        """The image of the options `--image` and `--image-url`.

        Raises:
            CliError: it is none that can be used, or cannot be had.
        """
        from adstudio.images.intake import open_image

        if self._args.image is not None and self._args.image_url is not None:
            raise CliError(ExitCode.INPUT_ERROR, "--image or --image-url, not both")
        if self._args.image is not None:
            return open_image(self._args.image.read_bytes())
        if self._args.image_url is not None:
            from adstudio.images.download import download

            return open_image(download(self._args.image_url, allow_local=self._args.allow_local_addresses))
        return None

    def given_file(self, name: str) -> Path | None:
        """A file that an earlier stage has left."""
        path = self._given / name
        return path if path.exists() else None

    def leave_image(self, name: str, image: "Image") -> None:
        """Keep an image as PNG."""
        encoded = BytesIO()
        # Hardly larger than at the default level 6, and several times as fast.
        image.save(encoded, "PNG", compress_level=2)
        self._out.mkdir(parents=True, exist_ok=True)
        write_atomically(self._out / name, encoded.getvalue())
        self.files.append(name)

    def finish(self, stage: str, result: Mapping[str, Any]) -> int:
        """Keep the result, and tell it."""
        whole = {**result, "files": self.files}
        self._out.mkdir(parents=True, exist_ok=True)
        write_atomically(self._out / f"{stage}.json", json.dumps(whole, ensure_ascii=False, indent=2) + "\n")
        progress.report(100, f"{stage} done")
        progress.finish(whole)
        return ExitCode.DONE
