"""Gateway responses, an API's own wording of what the gateway refuses or cannot do.

LocalStack imports none from a definition, and of those that are put one by one it uses the status only.

Source: API Gateway developer guide, "Gateway responses" and "x-amazon-apigateway-gateway-responses".
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from localstack.runtime import hooks
from localstack.utils.patch import patch

type Templates = Mapping[str, str]

_EXTENSION: Final = "x-amazon-apigateway-gateway-responses"
_HEADER: Final = "gatewayresponse.header."
_JSON: Final = "application/json"
_VARIABLE: Final = re.compile(r"\$(?P<root>context|stageVariables)(?P<path>(?:\.[A-Za-z_]\w*)+)")


def declared(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The gateway responses that an OpenAPI document defines, by type, in the shape of PutGatewayResponse."""
    return {
        kind: {
            "responseType": kind,
            "statusCode": str(given["statusCode"]) if "statusCode" in given else None,
            "responseParameters": given.get("responseParameters") or {},
            "responseTemplates": given.get("responseTemplates")
            or {_JSON: '{"message":$context.error.messageString}'},
            "defaultResponse": False,
        }
        for kind, given in (document.get(_EXTENSION) or {}).items()
    }


def choose(templates: Templates, accept: str | None) -> tuple[str, str]:
    """The media type and template to answer with: the one asked for, else JSON, else the first."""
    for media_type in (accept or "", _JSON):
        if media_type in templates:
            return media_type, templates[media_type]
    return next(iter(templates.items()))


def render(template: str, variables: Mapping[str, Any]) -> str:
    """Fill in the variables; the templates of gateway responses have no other expressions.

    Args:
        template: the text, with `$context.…` and `$stageVariables.…`.
        variables: what `context` and `stageVariables` stand for; what is missing there is left empty.
    """

    def value(match: re.Match[str]) -> str:
        found: Any = variables[match["root"]]
        for name in match["path"].split(".")[1:]:
            found = found.get(name) if isinstance(found, Mapping) else None
        return "" if found is None else str(found)

    return _VARIABLE.sub(value, template)


def headers(parameters: Mapping[str, str]) -> dict[str, str]:
    """The headers that have a static value, which a definition writes in single quotes."""
    return {
        name.removeprefix(_HEADER): value[1:-1]
        for name, value in parameters.items()
        if name.startswith(_HEADER) and len(value) > 1 and value[0] == value[-1] == "'"
    }


@hooks.on_infra_start()
def gateway_responses() -> None:
    """Lets definitions bring gateway responses, and the gateway use their headers and templates."""
    from localstack.services.apigateway.legacy import provider
    from localstack.services.apigateway.models import apigateway_stores
    from localstack.services.apigateway.next_gen.execute_api.gateway_response import (
        DEFAULT_GATEWAY_RESPONSES,
        get_gateway_response_or_default,
    )
    from localstack.services.apigateway.next_gen.execute_api.handlers.gateway_exception import (
        GatewayExceptionHandler,
    )

    import_definition = provider.import_api_from_openapi_spec

    def import_with_responses(rest_api: Any, context: Any, open_api_spec: Any, mode: str) -> Any:
        result = import_definition(rest_api, context=context, open_api_spec=open_api_spec, mode=mode)
        api = apigateway_stores[context.account_id][context.region].rest_apis[rest_api.id]
        if mode == "overwrite":
            api.gateway_responses.clear()
        api.gateway_responses.update(declared(open_api_spec))
        return result

    provider.import_api_from_openapi_spec = import_with_responses

    @patch(GatewayExceptionHandler.create_exception_response)
    def create_exception_response(
        original: Callable[..., Any], handler: Any, exception: Any, context: Any
    ) -> Any:
        response = original(handler, exception, context)
        redefined = context.deployment.rest_api.gateway_responses
        wanted = get_gateway_response_or_default(exception.type, redefined)
        if wanted is DEFAULT_GATEWAY_RESPONSES.get(exception.type):
            return response
        known = context.context_variables
        error = {**known["error"], "messageString": json.dumps(exception.message)}
        variables = {"context": {**known, "error": error}, "stageVariables": context.stage_variables or {}}
        accept = context.invocation_request["headers"].get("Accept")
        media_type, template = choose(wanted["responseTemplates"], accept)
        response.set_data(render(template, variables))
        response.headers["Content-Type"] = media_type
        response.headers.update(headers(wanted["responseParameters"]))
        return response
