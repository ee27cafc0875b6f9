"""Images that strangers send."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import numpy
import pytest
from PIL import Image

from adstudio.images.intake import MAX_BYTES, open_image
from commandline.exit_codes import CliError, ExitCode

SIZE = (400, 300)
RED = (200, 30, 40)


def encoded(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def plain(colour: tuple[int, ...] = RED, mode: str = "RGB", size: tuple[int, int] = SIZE) -> Image.Image:
    return Image.new(mode, size, colour)


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is huge, and is a few hundred bytes long."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )


def near(image: Image.Image, at: tuple[int, int], colour: tuple[int, int, int], tolerance: int = 6) -> bool:
    found = numpy.asarray(image)[at[1], at[0]].astype(int)
    return bool((abs(found - colour) <= tolerance).all())


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_the_three_formats_are_taken(form: str) -> None:
    image = open_image(encoded(plain(), form))
    assert (image.mode, image.size) == ("RGB", SIZE)
    assert near(image, (5, 5), RED)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "is empty"),
    "a text": (lambda: b"this is not an image at all", "is no PNG, JPEG or WebP"),
    "a GIF": (lambda: encoded(plain(), "GIF"), "is no PNG, JPEG or WebP"),
    "an SVG": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is no PNG, JPEG or WebP"),
    "a PNG's signature only": (lambda: encoded(plain())[:12], "is"),
    "a PNG cut short": (lambda: encoded(Image.effect_noise(SIZE, 90))[:30_000], "is damaged"),
    "a JPEG cut short": (lambda: encoded(Image.effect_noise(SIZE, 90), "JPEG")[:9000], "is damaged"),
    "a WebP cut short": (lambda: encoded(Image.effect_noise(SIZE, 90).convert("RGB"), "WEBP")[:4000], "is"),
    "20 000 pixels wide": (lambda: encoded(plain(size=(20_000, 300))), "has 20000 x 300 pixels; at most 4096"),
    "a bomb": (lambda: bomb(60_000, 60_000), "is larger than 4096 x 4096 pixels"),
    "a header larger than the data": (lambda: bomb(3000, 3000), "is damaged"),
    "tiny": (lambda: encoded(plain(size=(20, 20))), "has 20 x 20 pixels; at least 256"),
    "over 10 MB": (lambda: b"\x89PNG" + bytes(MAX_BYTES), "has more than 10 MB"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_is_refused_as_input_with_the_reason(name: str) -> None:
    made, reason = REFUSED[name]
    with pytest.raises(CliError, match=reason) as refusal:
        open_image(made())
    assert refusal.value.code == ExitCode.INPUT_ERROR


def test_orientation_is_applied() -> None:
    image = plain()
    image.paste((0, 0, 255), (0, 0, 200, 300))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to see it upright
    upright = open_image(encoded(image, "JPEG", exif=exif, quality=95))
    assert upright.size == (300, 400)
    assert near(upright, (150, 20), (0, 0, 255), 12)
    assert near(upright, (150, 380), RED, 12)


def test_cmyk_becomes_rgb() -> None:
    image = open_image(encoded(plain((0, 255, 255, 0), "CMYK"), "JPEG", quality=95))
    assert image.mode == "RGB"
    assert near(image, (5, 5), (255, 0, 0), 8)


def test_what_is_transparent_is_put_on_white() -> None:
    clear = plain((10, 20, 30, 0), "RGBA")
    assert near(open_image(encoded(clear)), (5, 5), (255, 255, 255))
    half = plain((0, 0, 0, 128), "RGBA")
    assert near(open_image(encoded(half, "WEBP", lossless=True)), (5, 5), (127, 127, 127))


def test_a_palette_with_a_transparent_colour_is_put_on_white() -> None:
    image = plain().convert("P")
    image.putpixel((0, 0), 200)
    taken = open_image(encoded(image, transparency=image.getpixel((5, 5))))
    assert near(taken, (5, 5), (255, 255, 255))


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_of_an_animation_the_first_frame_is_taken(form: str) -> None:
    later = [plain((0, 255, 0)), plain((0, 0, 255))]
    image = open_image(encoded(plain(), form, save_all=True, append_images=later, duration=100, lossless=True))
    assert near(image, (5, 5), RED)


def test_sixteen_bits_of_gray_are_scaled_not_clipped() -> None:
    gradient = numpy.full((300, 400), 32_768, numpy.uint16)
    assert near(open_image(encoded(Image.fromarray(gradient))), (5, 5), (127, 127, 127))


@pytest.mark.parametrize("mode", ["1", "L", "LA"])
def test_gray_images_are_taken(mode: str) -> None:
    image = open_image(encoded(Image.new("L", SIZE, 255).convert(mode)))
    assert (image.mode, near(image, (5, 5), (255, 255, 255))) == ("RGB", True)
