"""What each kind of target receives."""

import json
from datetime import datetime

from .world import ACCOUNT, REGION, World

MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:m"
STARTED = {"executionArn": MACHINE.replace("stateMachine", "execution"), "startDate": datetime(2026, 1, 1)}
ATTRIBUTES = "|".join(
    f"<aws.scheduler.{name}>" for name in ("schedule-arn", "scheduled-time", "execution-id", "attempt-number")
)


def test_context_attributes_are_filled_in(world: World) -> None:
    queue = world.queue("q")
    schedule = world.schedule("rate(1 minute)", {"Arn": queue, "Input": f"{ATTRIBUTES} <aws.scheduler.x>"})
    world.pass_time()
    world.pass_time(minutes=1)
    (first, second) = (body.split("|") for body in world.bodies(queue))
    assert first[:2] == [schedule.arn, "2026-01-01T12:00:00Z"]
    assert second[:2] == [schedule.arn, "2026-01-01T12:01:00Z"]
    assert first[2] != second[2]
    assert first[3] == "1 <aws.scheduler.x>"


def test_a_fifo_queue_gets_the_message_group(world: World) -> None:
    queue = world.queue("q.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    target = {"Arn": queue, "Input": "x", "SqsParameters": {"MessageGroupId": "g1"}}
    world.schedule("rate(1 minute)", target)
    world.pass_time()
    (message,) = world.messages(queue)
    assert message["Attributes"]["MessageGroupId"] == "g1"


def test_a_topic_gets_the_input_as_its_message(world: World) -> None:
    queue, sns = world.queue("q"), world.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes={"RawMessageDelivery": "true"})
    world.schedule("rate(1 minute)", {"Arn": topic, "Input": "hello"})
    world.pass_time()
    assert world.bodies(queue) == ["hello"]


def test_a_state_machine_is_started_with_the_input(world: World) -> None:
    states = world.stub("stepfunctions")
    states.add_response("start_execution", STARTED, {"stateMachineArn": MACHINE, "input": '{"n": 1}'})
    world.schedule("rate(1 minute)", {"Arn": MACHINE, "Input": '{"n": 1}'})
    world.pass_time()
    states.assert_no_pending_responses()


def test_a_function_is_invoked_asynchronously(world: World) -> None:
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f:live"
    lambda_ = world.stub("lambda")
    expected = {"FunctionName": function, "InvocationType": "Event", "Payload": b'{"n": 1}'}
    lambda_.add_response("invoke", {"StatusCode": 202}, expected)
    world.schedule("rate(1 minute)", {"Arn": function, "Input": '{"n": 1}'})
    world.pass_time()
    lambda_.assert_no_pending_responses()


def test_an_event_bus_gets_an_event_about_the_schedule(world: World) -> None:
    queue, events = world.queue("q"), world.client("events")
    bus = events.create_event_bus(Name="b")["EventBusArn"]
    events.put_rule(Name="r", EventBusName="b", EventPattern='{"source": ["my.app"]}')
    events.put_targets(Rule="r", EventBusName="b", Targets=[{"Id": "q", "Arn": queue}])
    parameters = {"DetailType": "Tick", "Source": "my.app"}
    schedule = world.schedule(
        "rate(1 minute)", {"Arn": bus, "Input": '{"n": 1}', "EventBridgeParameters": parameters}
    )
    world.pass_time()
    event = json.loads(world.bodies(queue)[0])
    assert (event["source"], event["detail-type"], event["detail"]) == ("my.app", "Tick", {"n": 1})
    assert event["resources"] == [schedule.arn]


def test_a_universal_target_calls_any_api(world: World) -> None:
    dynamodb = world.client("dynamodb")
    dynamodb.create_table(
        TableName="t",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    item = {"TableName": "t", "Item": {"pk": {"S": "a"}, "raw": {"B": "bytes"}}}
    world.schedule(
        "rate(1 minute)", {"Arn": "arn:aws:scheduler:::aws-sdk:dynamodb:putItem", "Input": json.dumps(item)}
    )
    world.pass_time()
    stored = dynamodb.get_item(TableName="t", Key={"pk": {"S": "a"}})["Item"]
    assert stored == {"pk": {"S": "a"}, "raw": {"B": b"bytes"}}


def test_a_universal_target_may_capitalise_parameters_as_it_likes(world: World) -> None:
    states = world.stub("stepfunctions")
    states.add_response("start_execution", STARTED, {"stateMachineArn": MACHINE, "name": "at-1"})
    parameters = {"StateMachineArn": MACHINE, "Name": "at-<aws.scheduler.attempt-number>"}
    arn = "arn:aws:scheduler:::aws-sdk:sfn:startExecution"
    world.schedule("rate(1 minute)", {"Arn": arn, "Input": json.dumps(parameters)})
    world.pass_time()
    states.assert_no_pending_responses()


def test_what_no_universal_target_can_call_is_a_dead_letter(world: World) -> None:
    dead = world.queue("dead")
    for name, (action, text) in {
        "service": ("aws-sdk:nosuch:doIt", "{}"),
        "action": ("aws-sdk:sqs:flyAway", "{}"),
        "input": ("aws-sdk:sqs:sendMessage", "not json"),
        "shape": ("aws-sdk:sqs:sendMessage", "[]"),
        "parameters": ("aws-sdk:sqs:sendMessage", '{"Colour": "red"}'),
        "form": ("http-invoke", "{}"),
    }.items():
        target = {"Arn": f"arn:aws:scheduler:::{action}", "Input": text, "DeadLetterConfig": {"Arn": dead}}
        world.schedule(f"at({world.clock.text()})", target, name=name)
    world.pass_time()
    codes = [message["MessageAttributes"]["ERROR_CODE"]["StringValue"] for message in world.messages(dead)]
    assert codes == ["InvalidTarget"] * 6


def test_an_event_that_the_bus_does_not_accept_is_a_failed_attempt(world: World) -> None:
    dead = world.queue("dead")
    events = world.stub("events")
    refusal = {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "X", "ErrorMessage": "too big"}]}
    events.add_response("put_events", refusal)
    target = {
        "Arn": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/b",
        "EventBridgeParameters": {"DetailType": "Tick", "Source": "my.app"},
        "RetryPolicy": {"MaximumRetryAttempts": 0},
        "DeadLetterConfig": {"Arn": dead},
    }
    world.schedule(f"at({world.clock.text()})", target)
    world.pass_time()
    (message,) = world.messages(dead)
    assert message["MessageAttributes"]["ERROR_MESSAGE"]["StringValue"] == "too big"


def test_targets_of_another_region_are_called_there(world: World) -> None:
    other = world.client("sqs", "us-west-2")
    url = other.create_queue(QueueName="far")["QueueUrl"]
    world.schedule("rate(1 minute)", {"Arn": f"arn:aws:sqs:us-west-2:{ACCOUNT}:far", "Input": "x"})
    world.pass_time()
    assert REGION != "us-west-2"
    assert other.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "x"
