"""LocalStack's Step Functions, making once what it makes for each execution.

LocalStack parses the definition anew for each execution, and a path each time that it is followed, by a
grammar whose tables it makes anew too: a tenth of what an emulator with many short executions does. For each
task it assumes the machine's role and makes a client: as much again if the tasks are short.
"""

import functools
from collections.abc import Callable
from typing import Any

from localstack.runtime import hooks
from localstack.services.plugins import Service, aws_provider

_DEFINITIONS_KEPT = 100
_PATHS_KEPT = 1000


@aws_provider(api="stepfunctions", name="dockerless")
def stepfunctions() -> Service:
    """The Step Functions provider."""
    # Imported here: the grammar is large, and LocalStack loads providers only when they are called first.
    from localstack.services.stepfunctions.asl.utils import boto_client

    # Before the tasks are imported, which take the function and not the module.
    boto_client.boto_client_for = once_for_each_role(boto_client.boto_client_for)

    from localstack.services.stepfunctions.asl.component.common.path import result_path
    from localstack.services.stepfunctions.asl.parse.asl_parser import AmazonStateLanguageParser
    from localstack.services.stepfunctions.asl.utils import json_path
    from localstack.services.stepfunctions.provider import StepFunctionsProvider

    # What is parsed holds nothing of an execution, so that executions can share it.
    definitions = functools.lru_cache(_DEFINITIONS_KEPT)(AmazonStateLanguageParser.parse)
    AmazonStateLanguageParser.parse = staticmethod(definitions)
    for module in (result_path, json_path):
        module.parse = functools.lru_cache(_PATHS_KEPT)(module.parse)
    return Service.for_provider(StepFunctionsProvider())


def once_for_each_role(make: Callable[[str, str, Any], Any]) -> Callable[[str, str, Any], Any]:
    """Return ``make``, asked only once for each service, region and role."""
    made: dict[tuple[str, str, str], Any] = {}

    def make_once(service: str, region: str, state_credentials: Any) -> Any:
        key = service, region, state_credentials.role_arn
        if key not in made:
            made[key] = make(service, region, state_credentials)
        return made[key]

    return make_once


@hooks.on_infra_start()
def keep_parsed_paths() -> None:
    """The paths of rules' targets: EventBridge follows one for each event that it sends on."""
    import jsonpath_rw

    jsonpath_rw.parse = functools.lru_cache(_PATHS_KEPT)(jsonpath_rw.parse)
