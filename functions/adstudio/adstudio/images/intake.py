"""Takes in images that strangers send: what is not refused becomes plain RGB, upright."""

import warnings
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from commandline.exit_codes import CliError, ExitCode

MAX_BYTES = 10 * 2**20
MAX_SIDE = 4096
MIN_SIDE = 256
FORMATS = ("PNG", "JPEG", "WEBP")


def open_image(data: bytes, *, own: bool = False) -> Image.Image:
    """The image in RGB.

    EXIF's orientation is applied. Of an animation the first frame is taken. What is transparent is put on white.
    CMYK is converted by Pillow's formula, without colour profiles.

    Args:
        own: An earlier stage has written it; the limit of bytes is for what others send.

    Raises:
        CliError: the data are no PNG, JPEG or WebP, or damaged, or the image is too large or too small.
    """
    if not data:
        raise _refused("is empty")
    if len(data) > MAX_BYTES and not own:
        raise _refused(f"has more than {MAX_BYTES // 2**20} MB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(data), formats=FORMATS)
        _check_size(image)
        image.load()
        return _plain(ImageOps.exif_transpose(image))
    except UnidentifiedImageError as error:
        raise _refused("is no PNG, JPEG or WebP") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refused(f"is larger than {MAX_SIDE} x {MAX_SIDE} pixels") from error
    # What Pillow's decoders raise for damaged files.
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:
        raise _refused(f"is damaged: {error}") from error


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if max(width, height) > MAX_SIDE:
        raise _refused(f"has {width} x {height} pixels; at most {MAX_SIDE} a side are taken")
    if min(width, height) < MIN_SIDE:
        raise _refused(f"has {width} x {height} pixels; at least {MIN_SIDE} a side are needed")


def _plain(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits a pixel, which Pillow would clip
        return image.convert("I").point(lambda value: value / 257).convert("L").convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    upper = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", upper.size, "white"), upper).convert("RGB")


def _refused(what: str) -> CliError:
    return CliError(ExitCode.INPUT_ERROR, f"the image {what}")
