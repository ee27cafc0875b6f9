"""Layers and other runtimes."""

import sys
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from dockerless.lambda_runtime.interpreters import RuntimeUnavailable, find_python

from .conftest import Deploy
from .deploy import archive

BOOTSTRAP = f"""#!{sys._base_executable}
import os, urllib.request
api = f"http://{{os.environ['AWS_LAMBDA_RUNTIME_API']}}/2018-06-01/runtime/invocation/"
while True:
    with urllib.request.urlopen(api + "next") as event:
        request_id, body = event.headers["Lambda-Runtime-Aws-Request-Id"], event.read()
    urllib.request.urlopen(urllib.request.Request(api + request_id + "/response", data=body)).close()
"""


def publish(functions: Any, name: str, **files: str) -> str:
    content = {"ZipFile": archive({path.replace("__", "/"): text for path, text in files.items()})}
    return str(functions.publish_layer_version(LayerName=name, Content=content)["LayerVersionArn"])


def test_layers_lie_over_each_other_below_opt(deploy: Deploy, functions: Any) -> None:
    first = publish(
        functions, "first", **{"python/low.py": "VALUE = 'first'", "python/both.py": "VALUE = 'first'"}
    )
    second = publish(functions, "second", **{"python/both.py": "VALUE = 'second'", "bin/tool": "#!/bin/sh\n"})
    function = deploy(Layers=[first, second])
    assert function("importable", module="low").payload == "first"
    assert function("importable", module="both").payload == "second"
    assert function("importable", module="json").payload.endswith("json/__init__.py")


def test_layer_goes_before_the_runtime_and_the_function_before_both(deploy: Deploy, functions: Any) -> None:
    layer = publish(functions, "shadow", **{"python/boto3.py": "VALUE = 'layer'", "python/probe.py": "1/0"})
    assert deploy(Layers=[layer])("importable", module="boto3").payload == "layer"


def test_provided_runtime(deploy: Deploy) -> None:
    function = deploy(Runtime="provided.al2023", Handler="any", files={"bootstrap": BOOTSTRAP})
    assert function(number=1).payload == {"number": 1}


def test_other_python_version(deploy: Deploy) -> None:
    try:
        find_python("3.12")
    except RuntimeUnavailable:
        pytest.skip("Python 3.12 is not installed")
    found = deploy(Runtime="python3.12")("describe").payload
    assert found["version"] == [3, 12]
    assert found["env"]["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.12"


def test_runtime_of_another_language_is_refused(deploy: Deploy, functions: Any) -> None:
    with pytest.raises(WaiterError) as failure:
        deploy(Runtime="ruby3.3")
    reason = failure.value.last_response["Configuration"]["StateReason"]
    assert "runtime ruby3.3 is not supported" in reason
