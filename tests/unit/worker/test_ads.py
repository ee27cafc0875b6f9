"""The ad studio's function with its real program, and the command lines it makes."""

import importlib.util
import json
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.s3.models import s3_backends
from PIL import Image

import plans
from nightshift import clients
from nightshift.job_types import JOB_TYPES, AdParams
from nightshift.settings import settings
from nightshift.worker.errors import InputError
from nightshift.worker.task import Plan, Task
from plans import plan
from tests.unit.worker.conftest import PREFIX, Surroundings
from tests.unit.worker.test_handler import Context

HANDLER = Path(__file__).parents[3] / "functions/adstudio/handler.py"
STAGES = JOB_TYPES["ad"].steps
UPLOAD = "0b2d8f60-6f0e-4b5f-9a3e-1a2b3c4d5e6f"


def params(**changes: Any) -> dict[str, Any]:
    asked = {"text": "Night shift", "prompt": "a boat at sea"} | changes
    return AdParams.model_validate(asked).model_dump(mode="json", exclude_none=True)


def planned(stage: str, done: dict[str, Any] | None = None, **changes: Any) -> Plan:
    event = {"command": stage, "step": stage, "params": params(**changes), "done": done or {}}
    return plan(Task.from_event(Surroundings().event | event))


def put(key: str, body: bytes) -> None:
    clients.s3().put_object(Bucket="files", Key=key, Body=body)


def png(size: tuple[int, int] = (640, 480)) -> bytes:
    encoded = BytesIO()
    Image.new("RGB", size, (90, 120, 60)).save(encoded, "PNG")
    return encoded.getvalue()


@pytest.fixture
def invoke(surroundings: Surroundings) -> Callable[..., dict[str, Any]]:
    # By its path: other functions have modules called `handler` too.
    spec = importlib.util.spec_from_file_location("adstudio_handler", HANDLER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return lambda **changes: module.handler(surroundings.event | changes, Context())


def test_stages_hand_on_files_and_results_through_bucket_and_state(
    invoke: Callable[..., dict[str, Any]], surroundings: Surroundings
) -> None:
    done: dict[str, Any] = {}
    for iteration, stage in enumerate(STAGES):
        event = {"command": stage, "step": stage, "iteration": iteration, "params": params(seed=4), "done": done}
        answer = invoke(**event)
        done[stage] = {"output": answer["result"], "prefix": PREFIX}
        assert answer["more"] is (stage != STAGES[-1])
        assert len(json.dumps(answer)) < 16_384
    assert done["vlm_judge"]["output"]["contrast_ok"] is True
    assert "artifacts/ad.png" in surroundings.stored()


def test_a_stage_that_runs_alone_is_followed_by_none(invoke: Callable[..., dict[str, Any]]) -> None:
    assert invoke(command="img_gen", step="img_gen", params=params(), alone=True)["more"] is False


@pytest.mark.usefixtures("surroundings")
class TestPlans:
    def test_a_prompt_is_drawn(self) -> None:
        asked = planned("img_gen", seed=9)
        assert asked.arguments == ("--in=.", "--prompt=a boat at sea", "--seed=9", "--width=1024", "--height=768")

    def test_a_prompt_is_drawn_by_the_model_of_the_params_else_by_the_deployments(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DEFAULT_IMAGE_MODEL", "ollama:flux")
        monkeypatch.setattr(plans, "provider_environment", lambda model: {"ASKED": model})
        settings.cache_clear()
        for named, expected in (({}, "ollama:flux"), ({"image_model": "openai:dall-e-3"}, "openai:dall-e-3")):
            asked = planned("img_gen", **named)
            assert f"--image-model={expected}" in asked.arguments
            assert asked.environment == {"ASKED": expected}
        own = planned("img_gen", image_model="procedural")
        assert not any("--image-model" in argument for argument in own.arguments)
        assert own.environment == {"ASKED": "offline"}

    def test_an_uploaded_image_is_the_tenants_own(self) -> None:
        put(f"acme/uploads/{UPLOAD}", b"an image")
        asked = planned("img_gen", image_artifact=UPLOAD)
        assert asked.arguments == ("--in=.", "--image=upload")
        assert asked.files == {"upload": b"an image"}

    def test_an_upload_of_somebody_else_is_not_there(self) -> None:
        put(f"rival/uploads/{UPLOAD}", b"an image")
        with pytest.raises(InputError, match=UPLOAD):
            planned("img_gen", image_artifact=UPLOAD)

    def test_an_upload_that_is_used_is_kept_as_long_again(self) -> None:
        of_an_upload = {"ContentType": "image/png", "Metadata": {"name": "a.png"}}
        key = f"acme/uploads/{UPLOAD}"
        clients.s3().put_object(Bucket="files", Key=key, Body=b"an image", **of_an_upload)
        uploaded = datetime(2026, 1, 1, tzinfo=UTC)
        s3_backends[ACCOUNT]["aws"].buckets["files"].keys[key].last_modified = uploaded
        assert planned("img_gen", image_artifact=UPLOAD).files == {"upload": b"an image"}
        kept = clients.s3().get_object(Bucket="files", Key=key)
        assert kept["LastModified"] > uploaded
        assert (kept["Body"].read(), kept["ContentType"], kept["Metadata"]) == (b"an image", *of_an_upload.values())

    def test_an_image_by_url_is_fetched_by_the_program(self) -> None:
        asked = planned("img_gen", image_url="https://example.com/a.png")
        assert asked.arguments == ("--in=.", "--image-url=https://example.com/a.png")

    @pytest.mark.parametrize("output", [{"image_artifact": UPLOAD}, {"image_url": "https://example.com/a.png"}])
    def test_the_image_of_somebody_who_did_img_gen_is_taken_in_by_the_next_stage(self, output: dict[str, str]) -> None:
        put(f"acme/uploads/{UPLOAD}", b"an image")
        asked = planned("vlm_analyze", {"img_gen": {"output": output, "prefix": ""}}, img_gen="external")
        expected = "--image=upload" if "image_artifact" in output else f"--image-url={output['image_url']}"
        assert expected in asked.arguments

    def test_what_an_earlier_run_left_is_found_under_that_runs_prefix(self) -> None:
        put("acme/job-1/run-0/artifacts/image.png", b"drawn before")
        output = {"generator": "procedural", "files": ["image.png"]}
        asked = planned("vlm_analyze", {"img_gen": {"output": output, "prefix": "acme/job-1/run-0/"}})
        assert asked.files["image.png"] == b"drawn before"
        assert json.loads(asked.files["img_gen.json"]) == output
        assert not any("--image" in argument for argument in asked.arguments)

    def test_a_file_that_is_no_longer_kept_is_an_input_error(self) -> None:
        with pytest.raises(InputError, match=r"image\.png"):
            planned("planner", {"img_gen": {"output": {"files": ["image.png"]}, "prefix": "acme/job-1/run-0/"}})

    def test_options_of_the_stages_become_arguments(self) -> None:
        assert "--labels=cup" in planned("yolo_detect", yolo_detect={"labels": ["cup", "cat"]}).arguments
        assert "--max-forbidden-iou=0.1" in planned("planner", planner={"max_forbidden_iou": 0.1}).arguments
        assert "--x-align=left" in planned("overlay", overlay={"x_align": "left"}).arguments
        assert "--text=--help" in planned("overlay", text="--help").arguments

    def test_the_deployments_detector_is_fetched_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        put("models/cups.onnx", b"a model")
        monkeypatch.setenv("DETECTOR_MODEL_URI", "s3://files/models/cups.onnx")
        (argument,) = [name for name in planned("yolo_detect").arguments if name.startswith("--detector=")]
        path = Path(argument.removeprefix("--detector="))
        assert path.read_bytes() == b"a model"
        clients.s3().delete_object(Bucket="files", Key="models/cups.onnx")
        assert argument in planned("yolo_detect").arguments
        monkeypatch.setenv("DETECTOR_MODEL_URI", "s3://files/models/none.onnx")
        with pytest.raises(InputError, match="cannot be read"):
            planned("yolo_detect")

    def test_a_stage_that_does_not_exist_is_refused(self) -> None:
        with pytest.raises(InputError, match="no command 'paint'"):
            planned("paint")


def test_an_uploaded_image_that_is_none_fails_the_step_as_input(
    invoke: Callable[..., dict[str, Any]], surroundings: Surroundings
) -> None:
    put(f"acme/uploads/{UPLOAD}", png()[:60])
    with pytest.raises(InputError, match="the image is damaged"):
        invoke(command="img_gen", step="work", params=params(image_artifact=UPLOAD))
    assert surroundings.step()["error"]["code"] == "input"


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({"text": "x"}, "name one of prompt, image_url and image_artifact"),
        ({"text": "x", "image_url": "https://a.b", "image_artifact": UPLOAD}, "not both"),
        ({"text": "x", "img_gen": "external", "image_url": "https://a.b"}, "comes when the image is made"),
        ({"text": "", "prompt": "x"}, "at least 1 character"),
        ({"text": "x" * 201, "prompt": "x"}, "at most 200 characters"),
        ({"text": "x", "prompt": "x", "planner": {"min_overlay_width": 0}}, "greater than or equal to 0.1"),
        ({"text": "x", "prompt": "x", "image_model": "somebody:x"}, "should match pattern"),
        ({"text": "x", "prompt": "x", "overlay": {"x_align": "top"}}, "'left', 'center' or 'right'"),
    ],
)
def test_params_that_make_no_sense_are_refused(asked: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        AdParams.model_validate(asked)


def test_the_state_machine_has_the_stages_in_their_order() -> None:
    machine = (HANDLER.parents[2] / "statemachines/ad.asl.yaml").read_text()
    commands = [line.split()[1] for line in machine.splitlines() if line.strip().startswith("command:")]
    assert commands == list(STAGES)
