"""The REST API: every route but the long poll."""

from typing import Any

from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.utilities.typing import LambdaContext

import routes
from nightshift_http.app import answer, logger, make_app

app = make_app()


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST, clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    routes.include(app, event["path"])
    return answer(app, event, context)
