"""State machine definitions in YAML, as `sam deploy` uploads them: LocalStack parses JSON only."""

import json
from collections.abc import Callable
from typing import Any

import yaml
from localstack.runtime import hooks
from localstack.utils.patch import patch


def as_json(definition: str) -> str:
    """The definition in JSON, whichever of the two notations it is in."""
    if definition.lstrip().startswith("{"):
        return definition
    return json.dumps(yaml.safe_load(definition))


@hooks.on_infra_start()
def accept_yaml_definitions() -> None:
    from localstack.services.stepfunctions.resource_providers.aws_stepfunctions_statemachine import (
        StepFunctionsStateMachineProvider,
    )

    @patch(StepFunctionsStateMachineProvider._get_definition)
    def _get_definition(original: Callable[..., str | None], *args: Any, **kwargs: Any) -> str | None:
        definition = original(*args, **kwargs)
        return as_json(definition) if definition else definition
