"""What a function finds around it."""

from .conftest import Deploy
from .deploy import Function

SERVER_ONLY = (
    "LOCALSTACK",
    "EDGE_PORT",
    "GATEWAY",
    "DOCKERLESS",
    "FILESYSTEM_ROOT",
    "PROVIDER_OVERRIDE",
    "UV_",
)


def test_environment_variables_are_those_of_aws(probe: Function) -> None:
    env = probe("describe").payload["env"]
    expected = {
        "_HANDLER": "probe.handler",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_NAME": probe.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{probe.name}",
        "AWS_REGION": "us-east-1",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "LAMBDA_TASK_ROOT": "/var/task",
        "LANG": "en_US.UTF-8",
        "LD_LIBRARY_PATH": "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib"
        ":/var/task:/var/task/lib:/opt/lib",
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin",
        "TZ": ":UTC",
    }
    assert expected.items() <= env.items()
    assert env["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert {
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "_X_AMZN_TRACE_ID",
    } <= env.keys()


def test_nothing_of_the_server_leaks(probe: Function) -> None:
    found = probe("describe").payload
    assert [name for name in found["env"] if name.startswith(SERVER_ONLY)] == []
    assert found["executable"] == "/var/lang/bin/python"
    for module in ("localstack", "moto", "dockerless", "pip"):
        answer = probe("importable", module=module)
        assert answer.payload["errorType"] == "ModuleNotFoundError", module


def test_own_variables_win(deploy: Deploy) -> None:
    own = {"TZ": "Asia/Seoul", "COLOUR": "red", "EDGE_PORT": "mine", "AWS_ENDPOINT_URL": "http://elsewhere"}
    env = deploy(Environment={"Variables": own})("describe").payload["env"]
    assert own.items() <= env.items()


def test_sdk_is_there_and_finds_the_emulator(probe: Function) -> None:
    assert probe("importable", module="boto3").payload.startswith("/var/runtime/")
    assert probe("sdk").payload == "000000000000"


def test_folders(probe: Function) -> None:
    found = probe("describe").payload
    assert found["cwd"] == "/var/task"
    assert found["file"] == "/var/task/probe.py"
    assert len(found["processes"]) <= 2  # the function and the first process of its namespace


def test_code_is_read_only(probe: Function) -> None:
    assert probe("write", path="/var/task/new").payload["errorType"] == "OSError"
    assert probe("write", path="/opt/new").payload["errorType"] == "OSError"


def test_tmp_is_private_to_an_environment(deploy: Deploy) -> None:
    one, two = deploy(), deploy()
    assert one("write", path="/tmp/a").payload == ["a"]
    assert one("write", path="/tmp/b").payload in (["a", "b"], ["b", "a"])  # kept while warm
    assert two("write", path="/tmp/c").payload == ["c"]


def test_context(probe: Function) -> None:
    context = probe("describe").payload["context"]
    assert 29_000 < context["remaining"] <= 30_000
    assert context["name"] == probe.name
    assert context["memory"] == "512"
    assert context["arn"].endswith(f":function:{probe.name}")
    assert context["log_group"] == f"/aws/lambda/{probe.name}"
    assert len(context["request_id"]) == 36
