"""Asking a model that draws."""

from typing import Any

from PIL import Image, ImageOps

from adstudio.images.intake import open_image
from commandline.exit_codes import CliError, ExitCode
from commandline.models import open_model, provider_errors
from llm.port import Scene


def ask(model: str, prompt: str, seed: int, size: tuple[int, int]) -> tuple[Image.Image, list[dict[str, Any]]]:
    """The model's image, of just that size, and what it cost.

    A model that draws other proportions has its image cropped about the middle.

    Raises:
        CliError: there is no such model, or what it drew is no image that a client could have sent.
    """
    client, ledger = open_model(model, None)
    with provider_errors():
        data = client.draw("img_gen", Scene(prompt, *size, seed))
    try:
        image = open_image(data)
    except CliError as error:
        # The client's input was good: the provider's answer is not.
        raise CliError(ExitCode.PROVIDER_ERROR, f"of {model}, {error}") from error
    return ImageOps.fit(image, size), ledger.as_list()
