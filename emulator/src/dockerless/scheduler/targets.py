"""The calls that a schedule's target stands for.

Source: EventBridge Scheduler user guide, "Using templated targets" and "Using universal targets".
"""

import json
from collections.abc import Callable
from typing import Any, Final

from botocore import xform_name
from botocore.exceptions import ParamValidationError, UnknownServiceError
from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.utils import ArnParser, InvalidArnException

from dockerless.scheduler.invocation import Invocation

Clients = Callable[[str, str, str], Any]
"""Given a service (boto3's name), a region and an account, a boto3 client."""

Arn = dict[str, str]

# Universal targets name services as the SDK for Java does; only these differ from boto3's names.
_BOTO3_NAMES: Final = {
    "sfn": "stepfunctions",
    "eventbridge": "events",
    "cloudwatchlogs": "logs",
    "cognitoidentityprovider": "cognito-idp",
}


class InvalidTarget(Exception):
    """The target cannot be called the way it is described; trying again will not help."""


class TargetRefused(Exception):
    """The target answered a call without an error, but did not accept what it was sent."""


def invoke(invocation: Invocation, payload: str, clients: Clients) -> None:
    """Call the target of an invocation once.

    Raises:
        InvalidTarget: no such target can be called here, or not with this payload.
        Exception: whatever the call raised, mostly botocore's ClientError.
    """
    target = invocation.schedule.target
    try:
        arn: Arn = ArnParser().parse_arn(target["Arn"])
    except InvalidArnException as error:
        raise InvalidTarget(str(error)) from error
    if arn["service"] == "scheduler":
        _call_api(arn["resource"], payload, invocation, clients)
        return
    templated = _TEMPLATED.get(arn["service"])
    if templated is None:
        raise InvalidTarget(f"{target['Arn']} is not a target this emulator can call")
    service, call = templated
    call(clients(service, arn["region"], arn["account"]), arn, payload, invocation)


def send_message(client: Any, queue: Arn, body: str, **options: Any) -> None:
    """Send a message to the queue that an ARN names."""
    # The form of every queue's URL; asking for it would double the calls.
    url = f"{client.meta.endpoint_url}/{queue['account']}/{queue['resource']}"
    client.send_message(QueueUrl=url, MessageBody=body, **options)


def _invoke_function(client: Any, arn: Arn, payload: str, invocation: Invocation) -> None:
    function = invocation.schedule.target["Arn"]
    client.invoke(FunctionName=function, InvocationType="Event", Payload=payload.encode())


def _send_to_queue(client: Any, arn: Arn, payload: str, invocation: Invocation) -> None:
    # On AWS too the parameters of a queue are the group alone; the queue deduplicates by content.
    parameters = invocation.schedule.target.get("SqsParameters") or {}
    send_message(client, arn, payload, **parameters)


def _start_execution(client: Any, arn: Arn, payload: str, invocation: Invocation) -> None:
    client.start_execution(stateMachineArn=invocation.schedule.target["Arn"], input=payload)


def _put_event(client: Any, arn: Arn, payload: str, invocation: Invocation) -> None:
    target = invocation.schedule.target
    entry = {
        **target["EventBridgeParameters"],
        "Detail": payload,
        "EventBusName": target["Arn"],
        "Resources": [invocation.schedule.arn],
    }
    answer = client.put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        raise TargetRefused(answer["Entries"][0].get("ErrorMessage", "PutEvents did not accept the event"))


def _publish(client: Any, arn: Arn, payload: str, invocation: Invocation) -> None:
    client.publish(TopicArn=invocation.schedule.target["Arn"], Message=payload)


_Call = Callable[[Any, Arn, str, Invocation], None]
_TEMPLATED: Final[dict[str, tuple[str, _Call]]] = {
    "lambda": ("lambda", _invoke_function),
    "sqs": ("sqs", _send_to_queue),
    "states": ("stepfunctions", _start_execution),
    "events": ("events", _put_event),
    "sns": ("sns", _publish),
}


def _call_api(resource: str, payload: str, invocation: Invocation, clients: Clients) -> None:
    """A universal target, `arn:aws:scheduler:::aws-sdk:<service>:<action>`; the input is its parameters."""
    match resource.split(":"):
        case ["aws-sdk", service, action]:
            pass
        case _:
            raise InvalidTarget(f"{resource} does not name a service and an action")
    key = invocation.schedule.key
    try:
        client = clients(_BOTO3_NAMES.get(service.lower(), service.lower()), key.region, key.account)
        operation = client.meta.method_to_api_mapping[xform_name(action)]
        shape = client.meta.service_model.operation_model(operation).input_shape
        parameters = _as_boto3(shape, json.loads(payload))
        getattr(client, xform_name(action))(**parameters)
    except (UnknownServiceError, KeyError) as error:
        raise InvalidTarget(f"{resource} is not known: {error}") from error
    except (json.JSONDecodeError, TypeError, ParamValidationError) as error:
        raise InvalidTarget(f"{resource} cannot be called with this input: {error}") from error


def _as_boto3(shape: Shape | None, value: Any) -> Any:
    """Parameters as boto3 wants them: names in its model's case, where AWS takes any, and blobs as bytes."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        names = {name.lower(): name for name in shape.members}
        known = [(names.get(name.lower()) or name, item) for name, item in value.items()]
        return {name: _as_boto3(shape.members.get(name), item) for name, item in known}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_as_boto3(shape.member, item) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: _as_boto3(shape.value, item) for key, item in value.items()}
    if shape is not None and shape.type_name == "blob" and isinstance(value, str):
        return value.encode()
    return value
