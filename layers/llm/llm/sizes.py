"""The sizes in which image models draw: some know a few only, and refuse all others."""

import math

# By the beginning of the model's name; as in OpenAI's image guide and Amazon Titan's parameters.
_KNOWN: dict[str, tuple[tuple[int, int], ...]] = {
    "gpt-image": ((1024, 1024), (1536, 1024), (1024, 1536)),
    "dall-e-3": ((1024, 1024), (1792, 1024), (1024, 1792)),
    "dall-e-2": ((1024, 1024),),
    "amazon.titan-image": (
        *((1024, 1024), (768, 1152), (1152, 768), (768, 1280), (1280, 768), (896, 1152), (1152, 896)),
        *((768, 1408), (1408, 768), (640, 1408), (1408, 640), (1152, 640)),
    ),
}
_NOVA = "amazon.nova-canvas"
_NOVA_STEP, _NOVA_LEAST = 16, 320


def size_for(model: str, width: int, height: int) -> tuple[int, int]:
    """The size to ask the model for, in pixels: of those that it draws, the one of the nearest proportions."""
    for beginning, sizes in _KNOWN.items():
        if model.startswith(beginning):
            wanted = math.log(width / height)
            return min(sizes, key=lambda size: abs(math.log(size[0] / size[1]) - wanted))
    if model.startswith(_NOVA):
        return _nova(width), _nova(height)
    return width, height


def _nova(side: int) -> int:
    return max(_NOVA_LEAST, round(side / _NOVA_STEP) * _NOVA_STEP)
