"""What the targets of schedules of a running instance receive."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from .instance import OFF, ROLE, Clients, Queue, at, soon, to


def fire(scheduler: Any, name: str, target: dict[str, Any]) -> None:
    scheduler.create_schedule(
        Name=name,
        ScheduleExpression=at(soon(0)),
        FlexibleTimeWindow=OFF,
        ActionAfterCompletion="DELETE",
        Target={"RoleArn": ROLE, **target},
    )


def test_target_fifo_queue(scheduler: Any, make_queue: Callable[..., Queue], name: str) -> None:
    queue = make_queue(".fifo", FifoQueue="true", ContentBasedDeduplication="true")
    fire(scheduler, name, to(queue, SqsParameters={"MessageGroupId": "g1"}))
    assert queue.receive()["Attributes"]["MessageGroupId"] == "g1"


def test_target_topic(clients: Clients, scheduler: Any, queue: Queue, name: str) -> None:
    topic = clients("sns").create_topic(Name=name)["TopicArn"]
    clients("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)
    fire(scheduler, name, {"Arn": topic, "Input": "hello"})
    assert json.loads(queue.receive()["Body"])["Message"] == "hello"
    clients("sns").delete_topic(TopicArn=topic)


def test_target_event_bus(clients: Clients, scheduler: Any, queue: Queue, name: str) -> None:
    events = clients("events")
    bus = events.create_event_bus(Name=name)["EventBusArn"]
    events.put_rule(Name=name, EventBusName=name, EventPattern='{"source": ["my.app"]}')
    events.put_targets(Rule=name, EventBusName=name, Targets=[{"Id": "q", "Arn": queue.arn}])
    parameters = {"DetailType": "Tick", "Source": "my.app"}
    fire(scheduler, name, {"Arn": bus, "Input": '{"n": 1}', "EventBridgeParameters": parameters})
    event = json.loads(queue.receive()["Body"])
    assert (event["detail-type"], event["detail"]) == ("Tick", {"n": 1})
    assert event["resources"] == [f"arn:aws:scheduler:us-east-1:000000000000:schedule/default/{name}"]


def test_target_state_machine(clients: Clients, scheduler: Any, queue: Queue, name: str) -> None:
    states = clients("stepfunctions")
    send = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": queue.url, "MessageBody.$": "$.text"},
        "End": True,
    }
    machine = states.create_state_machine(
        name=name, definition=json.dumps({"StartAt": "Send", "States": {"Send": send}}), roleArn=ROLE
    )["stateMachineArn"]
    fire(scheduler, name, {"Arn": machine, "Input": '{"text": "from the state machine"}'})
    assert queue.receive()["Body"] == "from the state machine"
    parameters = {"StateMachineArn": machine, "Input": '{"text": "universal"}'}
    arn = "arn:aws:scheduler:::aws-sdk:sfn:startExecution"
    fire(scheduler, f"{name}-universal", {"Arn": arn, "Input": json.dumps(parameters)})
    assert queue.receive()["Body"] == "universal"
    states.delete_state_machine(stateMachineArn=machine)


def test_target_universal(scheduler: Any, queue: Queue, name: str) -> None:
    parameters = {"QueueUrl": queue.url, "MessageBody": "attempt <aws.scheduler.attempt-number>"}
    arn = "arn:aws:scheduler:::aws-sdk:sqs:sendMessage"
    fire(scheduler, name, {"Arn": arn, "Input": json.dumps(parameters)})
    assert queue.receive()["Body"] == "attempt 1"


def test_target_function(clients: Clients, scheduler: Any, queue: Queue, name: str) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", "def handler(event, context):\n    return event\n")
    lambda_ = clients("lambda")
    function = lambda_.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="app.handler",
        Role=ROLE,
        Code={"ZipFile": code.getvalue()},
    )["FunctionArn"]
    lambda_.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    lambda_.put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnSuccess": {"Destination": queue.arn}}
    )
    fire(scheduler, name, {"Arn": function, "Input": '{"attempt": "<aws.scheduler.attempt-number>"}'})
    assert json.loads(queue.receive(30)["Body"])["responsePayload"] == {"attempt": "1"}
    lambda_.delete_function(FunctionName=name)
