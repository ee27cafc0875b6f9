"""The API function, with the routes and the client that a first request for a job needs."""

import app
import routes
from nightshift.clients import dynamodb

routes.include(app.app, "/jobs/00000000-0000-0000-0000-000000000000")
dynamodb()
