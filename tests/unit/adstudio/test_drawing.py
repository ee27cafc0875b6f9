"""The stage that draws, asking a fake provider of either protocol."""

import base64
import json
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy
import pytest
from PIL import Image

from adstudio.cli import main
from commandline import models
from tests.fake_provider import Provider, provider
from tests.unit.adstudio.test_intake import bomb

MODELS = {"ollama": "ollama:flux", "openai": "openai:dall-e-3", "bedrock": "bedrock:amazon.nova-canvas-v1:0"}
RED = (200, 40, 30)
SIZES = {"ollama": (500, 300), "openai": (1792, 1024), "bedrock": (496, 320)}
COSTS = {"ollama": 0, "openai": 40_000, "bedrock": 40_000}
Draw = Callable[..., int]


def encoded(size: tuple[int, int] = (640, 480), form: str = "PNG") -> str:
    buffer = BytesIO()
    Image.new("RGB", size, RED).save(buffer, form)
    return base64.b64encode(buffer.getvalue()).decode()


@pytest.fixture(params=list(MODELS))
def asked(request: pytest.FixtureRequest) -> str:
    """The provider."""
    return str(request.param)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between tries, not waited."""
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


@pytest.fixture
def draw(asked: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, waits: list[float]) -> Draw:
    """Draws with the provider, which a server on this machine plays."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "OPENAI_API_KEY", "OLLAMA_API_KEY"):
        monkeypatch.setenv(name, "secret-key")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    def run(server: Provider) -> int:
        for name in ("OPENAI", "OLLAMA"):
            monkeypatch.setenv(f"{name}_BASE_URL", f"{server.url}/v1")
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", server.url)
        arguments = ["--prompt=a red wall", "--width=500", "--height=300", "--seed=7"]
        return main(["img_gen", f"--out={tmp_path}", f"--image-model={MODELS[asked]}", *arguments])

    return run


def sent(body: dict[str, Any]) -> tuple[str, tuple[int, int]]:
    """The prompt and the size of a request of either protocol."""
    if "textToImageParams" in body:
        config = body["imageGenerationConfig"]
        assert (body["taskType"], config["numberOfImages"], config["seed"]) == ("TEXT_IMAGE", 1, 7)
        return body["textToImageParams"]["text"], (config["width"], config["height"])
    assert (body["n"], body["response_format"]) == (1, "b64_json")
    width, height = body["size"].split("x")
    return body["prompt"], (int(width), int(height))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_the_prompt_arrives_and_what_is_drawn_is_the_image(asked: str, draw: Draw, tmp_path: Path, form: str) -> None:
    with provider(encoded(form=form)) as server:
        assert draw(server) == 0
        ((_, body, headers),) = server.requests
    assert sent(body) == ("a red wall", SIZES[asked])
    assert "secret-key" in headers["authorization"]
    with Image.open(tmp_path / "image.png") as image:
        assert image.size == (500, 300)
        assert numpy.allclose(numpy.asarray(image).mean(axis=(0, 1)), RED, atol=4)
    result = json.loads((tmp_path / "img_gen.json").read_text())
    assert (result["generator"], result["width"], result["height"]) == (MODELS[asked], 500, 300)
    (entry,) = result["usage"]
    assert (entry["operation"], entry["model"], entry["calls"]) == ("img_gen", MODELS[asked], 1)
    assert entry["cost_microusd"] == COSTS[asked]


@pytest.mark.parametrize("misdeed", [(429, {"Retry-After": "7"}), (500, {}), (503, {})])
def test_what_passes_is_tried_again(asked: str, draw: Draw, waits: list[float], misdeed: Any) -> None:
    with provider(misdeed, misdeed, encoded()) as server:
        assert draw(server) == 0
        assert len(server.requests) == 3
    if misdeed[0] == 429 and asked != "bedrock":
        assert waits == [7, 7]


GARBAGE = {
    "no Base64": "!!!",
    "no image": base64.b64encode(b"a text").decode(),
    "a damaged image": base64.b64encode(base64.b64decode(encoded())[:60]).decode(),
    "an empty one": "",
    "one of another format": encoded(form="GIF"),
    "one too small": encoded((64, 64)),
    "a bomb": base64.b64encode(bomb(60_000, 60_000)).decode(),
}


@pytest.mark.parametrize("answer", GARBAGE.values(), ids=GARBAGE)
def test_an_answer_that_is_no_usable_image_is_the_providers_error(draw: Draw, tmp_path: Path, answer: str) -> None:
    with provider(answer) as server:
        assert draw(server) == 3
        assert len(server.requests) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("misdeed", "tries"), [((429, {}), 4), ((500, {}), 4), ((400, {}), 1), ("no json", 1)])
def test_what_stays_is_the_providers_error(
    draw: Draw, misdeed: Any, tries: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with provider(misdeed) as server:
        assert draw(server) == 3
        assert len(server.requests) == tries
    assert "secret-key" not in capsys.readouterr().err


def test_a_provider_that_hangs_is_a_timeout(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "REQUEST_SECONDS", 0.2)
    with provider("hang") as server:
        assert draw(server) == 4


def test_a_provider_that_is_not_there_is_unreachable(draw: Draw) -> None:
    with provider("never asked") as server:
        pass
    assert draw(server) == 2


@pytest.mark.parametrize(
    ("name", "complaint"), [("nobody:x", "there is no model 'nobody:x'"), ("offline", "offline cannot draw")]
)
def test_a_model_that_does_not_exist_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, complaint: str
) -> None:
    assert main(["img_gen", "--prompt=x", f"--image-model={name}", f"--out={tmp_path}"]) == 1
    assert complaint in capsys.readouterr().err
