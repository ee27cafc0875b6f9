"""The API loads a module of routes when a path of its own is asked for; every route must be found so."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from aws_lambda_powertools.event_handler import APIGatewayRestResolver

ROUTES = Path(__file__).parents[3] / "functions" / "api" / "routes"


@pytest.fixture
def routes(function: Callable[[str], ModuleType]) -> ModuleType:
    return function("api").routes


def _rules(app: APIGatewayRestResolver) -> set[tuple[str, str]]:
    return {(route.method, route.path) for route in [*app._static_routes, *app._dynamic_routes]}


def _all_rules(routes: ModuleType) -> set[tuple[str, str]]:
    whole = APIGatewayRestResolver()
    routes.include_all(whole)
    return _rules(whole)


def test_every_module_is_known(routes: ModuleType) -> None:
    assert set(routes._PATHS) == {path.stem for path in ROUTES.glob("*.py")} - {"__init__"}


def test_a_path_loads_every_route_that_could_answer_it(routes: ModuleType) -> None:
    """A method that another module answers must be told as allowed."""
    everything = _all_rules(routes)
    for _, path in everything:
        app = APIGatewayRestResolver()
        routes.include(app, path.replace("<", "").replace(">", ""))
        assert {rule for rule in everything if rule[1] == path} <= _rules(app)


def test_a_path_is_loaded_once(routes: ModuleType) -> None:
    app = APIGatewayRestResolver()
    routes.include(app, "/jobs")
    known = len(app._static_routes) + len(app._dynamic_routes)
    routes.include(app, "/jobs/")
    assert len(app._static_routes) + len(app._dynamic_routes) == known


def test_an_unknown_path_loads_nothing(routes: ModuleType) -> None:
    app = APIGatewayRestResolver()
    routes.include(app, "/nowhere")
    assert _rules(app) == set()
