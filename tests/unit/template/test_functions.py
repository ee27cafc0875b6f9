"""Every function: how long it may take, where its log is kept, and where a call goes that it failed on."""

from typing import Any

from tests.unit.template.expanded import Resources, properties

GATEWAY_SECONDS = 29
LAMBDA_SECONDS = 900


def functions(resources: Resources) -> dict[str, dict[str, Any]]:
    return properties(resources, "AWS::Lambda::Function")


def test_each_has_time_and_memory_of_its_own_choosing(production: Resources) -> None:
    for name, function in functions(production).items():
        assert 0 < function["Timeout"] <= LAMBDA_SECONDS, name
        assert 128 <= function["MemorySize"] <= 10240, name


def test_what_answers_the_gateway_gives_up_before_it(production: Resources) -> None:
    behind = {
        permission["FunctionName"]["Ref"]
        for permission in properties(production, "AWS::Lambda::Permission").values()
        if permission["Principal"] == "apigateway.amazonaws.com"
    }
    assert behind
    for name in behind:
        assert functions(production)[name]["Timeout"] <= GATEWAY_SECONDS, name


def test_each_logs_to_a_group_of_its_own_that_forgets(production: Resources) -> None:
    groups = properties(production, "AWS::Logs::LogGroup")
    used = [function["LoggingConfig"]["LogGroup"]["Ref"] for function in functions(production).values()]
    assert sorted(used) == sorted(groups)
    for name, group in groups.items():
        assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}, name


def test_the_group_is_the_one_that_lambda_would_take(production: Resources) -> None:
    """Then platforms that know no LoggingConfig log to the same."""
    groups = properties(production, "AWS::Logs::LogGroup")
    for function in functions(production).values():
        name = function["FunctionName"]["Fn::Sub"]
        assert groups[function["LoggingConfig"]["LogGroup"]["Ref"]]["LogGroupName"] == {
            "Fn::Sub": f"/aws/lambda/{name}"
        }


def test_a_call_that_nobody_waits_for_is_not_lost_when_it_fails(production: Resources) -> None:
    called = {
        target["Arn"]["Fn::GetAtt"][0]
        for rule in properties(production, "AWS::Events::Rule").values()
        for target in rule["Targets"]
    } & functions(production).keys()
    assert called
    kept = {
        config["FunctionName"]["Ref"]
        for config in properties(production, "AWS::Lambda::EventInvokeConfig").values()
        if config["DestinationConfig"]["OnFailure"]["Destination"]
    }
    assert called <= kept


def test_a_source_is_read_from_its_beginning_and_keeps_what_failed(production: Resources) -> None:
    sources = properties(production, "AWS::Lambda::EventSourceMapping")
    assert sources
    queues = properties(production, "AWS::SQS::Queue")
    for name, source in sources.items():
        origin = source["EventSourceArn"]["Fn::GetAtt"][0]
        if origin in queues:
            assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name
            continue
        assert source["StartingPosition"] == "TRIM_HORIZON", name
        assert source["DestinationConfig"]["OnFailure"]["Destination"], name
