"""The REST API: every route but the long poll."""

from typing import Any

from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.utilities.typing import LambdaContext

from nightshift_http.app import answer, logger, make_app
from routes import actions, artifacts, batches, documents, health, jobs, logs, runs, scheduler

app = make_app()
for routes in (jobs, actions, batches, runs, logs, artifacts, scheduler, health, documents):
    app.include_router(routes.router)


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST, clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return answer(app, event, context)
