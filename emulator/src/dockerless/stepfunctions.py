"""LocalStack's Step Functions, parsing each definition and each path once.

LocalStack parses the definition anew for each execution, and a path each time that it is followed, by a
grammar whose tables it makes anew too: a tenth of what an emulator with many short executions does.
"""

import functools

from localstack.runtime import hooks
from localstack.services.plugins import Service, aws_provider

_DEFINITIONS_KEPT = 100
_PATHS_KEPT = 1000


@aws_provider(api="stepfunctions", name="dockerless")
def stepfunctions() -> Service:
    """The Step Functions provider."""
    # Imported here: the grammar is large, and LocalStack loads providers only when they are called first.
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


@hooks.on_infra_start()
def keep_parsed_paths() -> None:
    """The paths of rules' targets: EventBridge follows one for each event that it sends on."""
    import jsonpath_rw

    jsonpath_rw.parse = functools.lru_cache(_PATHS_KEPT)(jsonpath_rw.parse)
