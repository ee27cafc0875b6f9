"""The OpenAPI document, as committed, and a page to read it with."""

from functools import cache
from pathlib import Path

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from nightshift_http.links import base_url

router = APIGatewayRouter()


@cache
def _document() -> str:
    # Read, not generated: generating it would cost every cold start what only its readers need.
    return (Path(__file__).parent.parent / "openapi.json").read_text(encoding="utf-8")


def _document_for_client() -> str:
    """The document with the URL by which the client came as its server."""
    return _document().replace('"url": "/"', f'"url": "{base_url(router.current_event)}"', 1)


@router.get("/openapi.json", summary="The OpenAPI document", tags=["service"], include_in_schema=False)
def document() -> Response[str]:
    return Response(200, content_types.APPLICATION_JSON, _document_for_client())


@router.get("/docs", summary="The API as a page", tags=["service"], include_in_schema=False)
def page() -> Response[str]:
    from aws_lambda_powertools.event_handler.openapi import swagger_ui

    assets = Path(swagger_ui.__file__).parent
    script = (assets / "swagger-ui-bundle.min.js").read_text(encoding="utf-8")
    style = (assets / "swagger-ui.min.css").read_text(encoding="utf-8")
    spec = _document_for_client().replace("</", "<\\/")
    html = swagger_ui.generate_swagger_html(spec, script, style, "", None)
    return Response(200, content_types.TEXT_HTML, html)
