"""Container-image functions, end to end."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import WaiterError

from .conftest import Deploy

URI = "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/greeter"


def test_image_function(deploy: Deploy) -> None:
    found = deploy(PackageType="Image", Code={"ImageUri": f"{URI}:1"}, Timeout=20)().payload
    assert found["greeting"] == "hello from image"
    assert found["files"] == [
        "/var/task/app",
        "/var/task/app/__init__.py",
        "/var/task/app/main.py",
        "/var/task/requirements.txt",
    ]
    assert found["humanize"] == "/var/lang/lib/python3.13/site-packages/humanize/__init__.py"
    assert found["task_root"] == "/var/task"
    assert found["executable"] == "/var/lang/bin/python"


def test_command_of_the_function_overrides_that_of_the_image(deploy: Deploy) -> None:
    function = deploy(
        PackageType="Image", Code={"ImageUri": URI}, ImageConfig={"Command": ["app.main.other"]}, Timeout=20
    )
    assert function().payload == "other"


def test_a_changed_context_is_rebuilt_at_the_next_update(
    deploy: Deploy, functions: Any, image_context: Path
) -> None:
    function = deploy(PackageType="Image", Code={"ImageUri": f"{URI}:1"}, Timeout=20)
    assert function().payload["version"] == 1
    source = image_context / "app" / "main.py"
    source.write_text(source.read_text().replace("VERSION = 1", "VERSION = 2"))
    assert function().payload["version"] == 1  # what was deployed, until it is deployed again
    functions.update_function_code(FunctionName=function.name, ImageUri=f"{URI}:2")
    functions.get_waiter("function_updated_v2").wait(FunctionName=function.name, WaiterConfig={"Delay": 0.1})
    assert function().payload["version"] == 2


def test_unknown_image(deploy: Deploy) -> None:
    with pytest.raises(WaiterError) as failure:
        deploy(PackageType="Image", Code={"ImageUri": "team/nothing:1"})
    assert "team/nothing" in failure.value.last_response["Configuration"]["StateReason"]


def test_an_image_that_waits_for_an_invocation(deploy: Deploy, image_context: Path) -> None:
    requirements = image_context / "requirements.txt"
    requirements.write_text(f"{requirements.read_text()}# {uuid4()}\n")  # what nobody has built yet
    function = deploy(PackageType="Image", Code={"ImageUri": "team/patient:1"}, Timeout=20)
    first, second = function(), function()
    assert first.payload["greeting"] == second.payload["greeting"] == "hello from image"
    assert "The image was built in" in first.log
    assert int(first.payload["build_seconds"]) >= 0
    assert "The image was built in" not in second.log


def test_an_image_that_waits_and_cannot_be_built(deploy: Deploy, image_context: Path) -> None:
    requirements = image_context / "requirements.txt"
    kept = requirements.read_text()
    requirements.write_text("./no-such-package\n")
    function = deploy(PackageType="Image", Code={"ImageUri": "team/patient:2"}, Timeout=20)
    answer = function()
    assert answer.failed
    assert answer.payload["errorType"] == "Runtime.InvalidImage"
    requirements.write_text(kept + "# mended\n")
    assert function().payload["greeting"] == "hello from image"
