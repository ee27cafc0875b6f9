"""The resolver that the REST functions are built on."""

import re
import time
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import BaseRouter
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoRouteError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError, ResponseValidationError
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from nightshift.callers import Caller, caller_of
from nightshift.errors import (
    DomainError,
    ForbiddenError,
    InvalidCursorError,
    InvalidRequestError,
    NotFoundError,
    StateConflictError,
    TooLargeError,
    UnauthenticatedError,
    UnreadableError,
    field_errors,
)
from nightshift_http import bodies
from nightshift_http.cross_origin import cors
from nightshift_http.problems import problem
from nightshift_http.refusals import refuse

logger = Logger()

_REFUSALS: dict[type[DomainError], HTTPStatus] = {
    ForbiddenError: HTTPStatus.FORBIDDEN,
    NotFoundError: HTTPStatus.NOT_FOUND,
    StateConflictError: HTTPStatus.CONFLICT,
    InvalidRequestError: HTTPStatus.UNPROCESSABLE_ENTITY,
    InvalidCursorError: HTTPStatus.BAD_REQUEST,
    TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
_RETRY_AFTER_SECONDS = "5"
_OPEN_PATHS = re.compile(r"/health|/openapi\.json|/docs|/console(/.*)?")


class NotModifiedError(Exception):
    """The client knows the resource as it is; ``etag`` says which version that is."""

    def __init__(self, etag: str) -> None:
        super().__init__(etag)
        self.etag = etag


def etag_of(version: int) -> str:
    return f'"{version}"'


def make_app() -> APIGatewayRestResolver:
    """A resolver that validates, and answers every refusal and every failure as a problem document."""
    app = APIGatewayRestResolver(
        cors=cors(), enable_validation=True, serializer=bodies.write, json_body_deserializer=bodies.parse_body
    )
    app.use([_refuse_unknown_parameters])

    def refused(error: DomainError) -> Response[Any]:
        status = next(status for kind, status in _REFUSALS.items() if isinstance(error, kind))
        return problem(status, str(error), app.current_event.path, errors=error.errors, about=error.about)

    app.exception_handler(list(_REFUSALS))(refused)

    @app.exception_handler(UnreadableError)
    def unreadable(error: UnreadableError) -> Response[Any]:
        logger.exception("unreadable", exc_info=error)
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, str(error), app.current_event.path)

    @app.exception_handler(RequestValidationError)
    def invalid(error: RequestValidationError) -> Response[Any]:
        path = app.current_event.path
        if any(part["type"] == "json_invalid" for part in error.errors()):
            return problem(HTTPStatus.BAD_REQUEST, "The body is not valid JSON.", path)
        errors = field_errors(error.errors())
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, _summary(errors), path, errors=errors)

    @app.exception_handler(NotModifiedError)
    def not_modified(error: NotModifiedError) -> Response[Any]:
        return Response(HTTPStatus.NOT_MODIFIED.value, None, "", {"ETag": error.etag})

    @app.not_found
    def no_route(_: NoRouteError) -> Response[Any]:
        path = app.current_event.path
        allowed = _methods_for(app, path)
        if allowed:
            detail = f"{path} answers {', '.join(allowed)} only."
            headers: dict[str, str | list[str]] = {"Allow": ", ".join(allowed)}
            return problem(HTTPStatus.METHOD_NOT_ALLOWED, detail, path, headers=headers)
        return problem(HTTPStatus.NOT_FOUND, f"There is nothing at {path}.", path)

    @app.exception_handler([ClientError, BotoCoreError])
    def dependency_down(error: Exception) -> Response[Any]:
        return _unavailable(error, app.current_event.path)

    @app.exception_handler([ResponseValidationError, Exception])
    def defect(error: Exception) -> Response[Any]:
        logger.exception("unexpected", exc_info=error)
        detail = "This is a defect of the service, not of your request; its log has the details."
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail, app.current_event.path)

    return app


def answer(app: APIGatewayRestResolver, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """The gateway's event answered, with what no route should see refused first."""
    began = time.perf_counter()
    request = APIGatewayProxyEvent(event)
    refusal = _refusal(app, request)
    response = app.resolve(event, context) if refusal is None else _as_event(refusal, request)
    milliseconds = round((time.perf_counter() - began) * 1000)
    told = {"method": request.http_method, "path": request.path, "status_code": response["statusCode"]}
    logger.info("answered", extra=told | {"milliseconds": milliseconds})
    return response


def _as_event(refusal: Response[Any], request: APIGatewayProxyEvent) -> dict[str, Any]:
    headers = dict(refusal.headers) | {"Content-Type": refusal.content_type}
    headers |= cors().to_dict(request.headers.get("origin"))
    return {"statusCode": refusal.status_code, "headers": headers, "body": refusal.body}


def caller(router: BaseRouter) -> Caller:
    """Whose request the router's route is answering."""
    known: Caller = router.context["caller"]
    return known


def tenant(router: BaseRouter) -> str:
    return caller(router).tenant_id


def _refusal(app: APIGatewayRestResolver, request: APIGatewayProxyEvent) -> Response[Any] | None:
    try:
        if not _OPEN_PATHS.fullmatch(request.path) and request.http_method != "OPTIONS":
            known = caller_of(request.headers.get("x-api-key"))
            app.append_context(caller=known)
            logger.append_keys(tenant_id=known.tenant_id)
    except UnauthenticatedError as error:
        headers: dict[str, str | list[str]] = {"WWW-Authenticate": "ApiKey"}
        return problem(HTTPStatus.UNAUTHORIZED, str(error), request.path, headers=headers)
    except (ClientError, BotoCoreError) as error:
        return _unavailable(error, request.path)
    return refuse(request)


def _unavailable(error: Exception, path: str) -> Response[Any]:
    logger.exception("a dependency failed", exc_info=error)
    detail = "A service behind this API did not answer as it should. Nothing was lost; try again."
    headers: dict[str, str | list[str]] = {"Retry-After": _RETRY_AFTER_SECONDS}
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, path, headers=headers)


def _refuse_unknown_parameters(app: APIGatewayRestResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """A filter that is misspelt must not list everything."""
    known = {parameter.alias for parameter in app.context["_route"].dependant.query_params}
    event = app.current_event
    unknown = event.resolved_query_string_parameters.keys() - known
    # A method that the path does not answer comes here too, and is refused as such.
    if unknown and event.http_method in _methods_for(app, event.path):
        errors = [
            {"type": "extra_forbidden", "loc": ("query", name), "msg": "unknown field"} for name in sorted(unknown)
        ]
        raise RequestValidationError(errors)
    return next_middleware(app)


def _summary(errors: list[dict[str, Any]]) -> str:
    first = errors[0]
    place = ".".join(str(part) for part in first["loc"])
    more = f" ({len(errors) - 1} more in errors)" if len(errors) > 1 else ""
    return f"{place}: {first['msg']}{more}"


def _methods_for(app: APIGatewayRestResolver, path: str) -> list[str]:
    """The methods that some route answers at the path: the resolver itself only knows "not found"."""
    routes = [*app._static_routes, *app._dynamic_routes]
    return sorted({route.method for route in routes if route.rule.match(path)})
