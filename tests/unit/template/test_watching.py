"""What is throttled, what raises an alarm, and whom it tells."""

import json
from typing import Any

from tests.unit.template.expanded import Resources, expand, properties
from tests.unit.template.test_stores import dead_letter_queues

TOPIC = "arn:aws:sns:us-east-1:123456789012:on-call"


def alarms(resources: Resources) -> dict[str, dict[str, Any]]:
    return properties(resources, "AWS::CloudWatch::Alarm")


def figures(alarm: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Namespace, name and dimensions of each figure that the alarm looks at."""
    stats = [query["MetricStat"]["Metric"] for query in alarm.get("Metrics", []) if "MetricStat" in query]
    return [
        (figure["Namespace"], figure["MetricName"], {d["Name"]: d["Value"] for d in figure.get("Dimensions", [])})
        for figure in stats or [alarm]
    ]


def watched(resources: Resources, name: str) -> list[dict[str, Any]]:
    """The dimensions of the figures of that name that some alarm looks at."""
    return [
        dimensions for alarm in alarms(resources).values() for _, figure, dimensions in figures(alarm) if figure == name
    ]


def test_the_stage_is_throttled(production: Resources) -> None:
    (stage,) = properties(production, "AWS::ApiGateway::Stage").values()
    (settings,) = stage["MethodSettings"]
    assert (settings["HttpMethod"], settings["ResourcePath"]) == ("*", "/*")
    assert settings["ThrottlingRateLimit"] == {"Ref": "ApiRateLimit"}
    assert settings["ThrottlingBurstLimit"] == {"Ref": "ApiBurstLimit"}


def test_each_dead_letter_queue_has_an_alarm(production: Resources, local: Resources) -> None:
    for resources in (production, local):
        queues = {d["QueueName"]["Fn::GetAtt"][0] for d in watched(resources, "ApproximateNumberOfMessagesVisible")}
        assert queues == dead_letter_queues(resources)


def test_executions_of_every_type_are_watched(production: Resources) -> None:
    machines = {d["StateMachineArn"]["Ref"] for d in watched(production, "ExecutionsFailed")}
    assert machines == properties(production, "AWS::StepFunctions::StateMachine").keys()


def test_listener_api_and_throttles_are_watched(production: Resources) -> None:
    assert watched(production, "IteratorAge") == [{"FunctionName": {"Ref": "ListenerFunction"}}]
    assert watched(production, "5XXError") == [{"ApiName": {"Ref": "AWS::StackName"}, "Stage": "v1"}]
    assert properties(production, "AWS::ApiGateway::RestApi")["Api"]["Name"] == {"Ref": "AWS::StackName"}
    assert {} in watched(production, "Throttles")


def test_silence_is_no_alarm_and_alarms_tell_the_topic(production: Resources, region: None) -> None:
    told = expand({"Stage": "production", "AlarmTopicArn": TOPIC})
    for name, alarm in alarms(production).items():
        assert alarm["TreatMissingData"] == "notBreaching", name
        assert "AlarmActions" not in alarm, name
        assert alarms(told)[name]["AlarmActions"] == [{"Ref": "AlarmTopicArn"}], name


def test_the_dashboard_is_readable_and_shows_the_jobs_of_this_stack(production: Resources) -> None:
    (dashboard,) = properties(production, "AWS::CloudWatch::Dashboard").values()
    widgets = json.loads(dashboard["DashboardBody"]["Fn::Sub"])["widgets"]
    places = [(widget["x"], widget["y"]) for widget in widgets]
    assert len(places) == len(set(places))
    assert '{"${AWS::StackName}",service,type}' in widgets[0]["properties"]["metrics"][0][0]["expression"]
