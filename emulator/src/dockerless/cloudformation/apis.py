"""Changes to a deployed REST API: LocalStack imports no new definition and cannot move a stage to it."""

import json
from typing import Any

from localstack.runtime import hooks
from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceRequest,
)

type Properties = dict[str, Any]

_STAGE_KEYS = ("RestApiId", "StageName")
_STAGE_SETTINGS = {
    "DeploymentId": "/deploymentId",
    "Description": "/description",
    "TracingEnabled": "/tracingEnabled",
}


def definition(properties: Properties, s3: Any) -> bytes | None:
    """The OpenAPI document of an AWS::ApiGateway::RestApi; None for one that is made of resources."""
    if location := properties.get("BodyS3Location"):
        document = s3.get_object(Bucket=location["Bucket"], Key=location["Key"])["Body"].read()
        return bytes(document)
    body = properties.get("Body")
    if body is None:
        return None
    return (body if isinstance(body, str) else json.dumps(body)).encode()


def stage_changes(previous: Properties, desired: Properties) -> list[dict[str, str]]:
    """The patch operations that bring an AWS::ApiGateway::Stage from `previous` to `desired`."""
    changes = [
        {"op": "replace", "path": path, "value": _text(desired[name])}
        for name, path in _STAGE_SETTINGS.items()
        if name in desired and desired[name] != previous.get(name)
    ]
    old, new = previous.get("Variables") or {}, desired.get("Variables") or {}
    changes += [
        {"op": "replace", "path": f"/variables/{name}", "value": _text(value)}
        for name, value in new.items()
        if value != old.get(name)
    ]
    changes += [{"op": "remove", "path": f"/variables/{name}"} for name in old if name not in new]
    return changes


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _update_api(provider: Any, request: ResourceRequest) -> ProgressEvent:
    client = request.aws_client_factory.apigateway
    previous, desired = request.previous_state, request.desired_state
    api = previous["RestApiId"]
    document = definition(desired, request.aws_client_factory.s3)
    if document is not None:
        # CloudFormation imports with basepath=ignore, as LocalStack does when it creates the API.
        parameters = {"basepath": "ignore", **(desired.get("Parameters") or {})}
        client.put_rest_api(
            restApiId=api, mode=desired.get("Mode") or "overwrite", body=document, parameters=parameters
        )
    resources = client.get_resources(restApiId=api, limit=500)["items"]
    root = next(resource["id"] for resource in resources if resource["path"] == "/")
    name = desired.get("Name") or previous["Name"]
    return _done({**desired, "Name": name, "RestApiId": api, "RootResourceId": root})


def _update_stage(provider: Any, request: ResourceRequest) -> ProgressEvent:
    previous, desired = request.previous_state, request.desired_state
    if any(desired[name] != previous[name] for name in _STAGE_KEYS if name in desired):
        raise ValueError("a stage cannot move to another name or API: give it another logical id")
    if changes := stage_changes(previous, desired):
        request.aws_client_factory.apigateway.update_stage(
            restApiId=previous["RestApiId"], stageName=previous["StageName"], patchOperations=changes
        )
    return _done({**desired, "StageName": previous["StageName"]})


def _done(model: Properties) -> ProgressEvent:
    return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)


@hooks.on_infra_start()
def update_apis() -> None:
    """Gives LocalStack's CloudFormation the operations it lacks."""
    from localstack.services.apigateway.resource_providers.aws_apigateway_restapi import (
        ApiGatewayRestApiProvider,
    )
    from localstack.services.apigateway.resource_providers.aws_apigateway_stage import ApiGatewayStageProvider

    ApiGatewayRestApiProvider.update = _update_api
    ApiGatewayStageProvider.update = _update_stage
    # LocalStack takes a reference to an API that is updated for a changed one, and would replace the stage.
    ApiGatewayStageProvider.SCHEMA = {**ApiGatewayStageProvider.SCHEMA, "createOnlyProperties": []}
