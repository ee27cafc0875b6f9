"""SAM CLI's local invocations of what `sam build` made, in containers that talk to a stack on the emulator."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

from scripts.build import BUILT_TEMPLATE
from scripts.images import Image
from scripts.workspace import ROOT, SAM, tool_environment
from tests.stack.deployed import Deployed

# How fast functions are here says nothing; a machine at work may take many seconds to start a container's Python.
SECONDS_AT_MOST = 240

FUNCTION = "AWS::Serverless::Function"


def event_name(logical_id: str) -> str:
    """ApiFunction → api."""
    return logical_id.removesuffix("Function").lower()


def write_template(stack: Deployed, endpoint: str, images: dict[str, Image]) -> Path:
    """The template as built, its functions with the environment that they have on the stack.

    Args:
        endpoint: Where containers reach the stack.
        images: By the names of their functions' events.
    """
    template: dict[str, Any] = yaml_parse(BUILT_TEMPLATE.read_text())
    for name, resource in template["Resources"].items():
        if resource["Type"] != FUNCTION:
            continue
        deployed = stack.functions.get_function_configuration(FunctionName=stack.function_name(name))
        variables = deployed["Environment"]["Variables"] | {"AWS_ENDPOINT_URL": endpoint}
        if "REQUIRE_API_KEYS" in variables:  # the sample events carry no key
            variables["REQUIRE_API_KEYS"] = "false"
        resource["Properties"] |= {"Environment": {"Variables": variables}, "Timeout": SECONDS_AT_MOST}
        if resource["Properties"].get("PackageType") == "Image":
            resource["Properties"]["ImageUri"] = f"{images[event_name(name)].tag}:latest"
    path = BUILT_TEMPLATE.with_name("local.json")  # beside what the template's paths mean
    path.write_text(json.dumps(template))
    return path


class Sam:
    """``sam local`` with the template, and the image that zip functions run in."""

    def __init__(self, stack: Deployed, template: Path, runtime_image: str) -> None:
        self._environment = tool_environment(stack.stack.instance) | {"PATH": os.environ["PATH"]}
        # For SAM itself there is no other endpoint than Docker's; the functions are told theirs by the template.
        del self._environment["AWS_ENDPOINT_URL"]
        self._template = template
        functions = (name for name, entry in _functions(template).items() if "ImageUri" not in entry["Properties"])
        self._runtime = [f"--invoke-image={name}={runtime_image}" for name in functions]

    def command(self, verb: str, *arguments: str) -> list[str]:
        """The words of ``sam local VERB``, which pulls nothing from a registry."""
        common = ["--template", str(self._template), "--skip-pull-image", "--region", "us-east-1"]
        return [str(SAM), "local", verb, *arguments, *common, *self._runtime]

    def popen(self, verb: str, *arguments: str, log: Path) -> subprocess.Popen[bytes]:
        """Starts it, in a process group of its own; its output goes to ``log``."""
        with log.open("wb") as out:
            return subprocess.Popen(
                self.command(verb, *arguments), cwd=ROOT, env=self._environment, stdout=out, stderr=out
            )

    def invoke(self, name: str) -> Any:
        """What the function answers to its sample event.

        Raises:
            AssertionError: the function failed, or SAM did; the message is what they printed.
        """
        event = ROOT / "events" / f"{event_name(name)}.json"
        done = subprocess.run(
            self.command("invoke", name, "--event", str(event)),
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=SECONDS_AT_MOST,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        answer = json.loads(done.stdout)
        assert not (isinstance(answer, dict) and "errorMessage" in answer), f"{answer}\n{done.stderr}"
        return answer


def _functions(template: Path) -> dict[str, Any]:
    resources = json.loads(template.read_text())["Resources"]
    return {name: resource for name, resource in resources.items() if resource["Type"] == FUNCTION}


def function_names() -> list[str]:
    """The functions of the template; before anything is built, as tests are named after them."""
    resources = yaml_parse((ROOT / "template.yaml").read_text())["Resources"]
    return sorted(name for name, resource in resources.items() if resource["Type"] == FUNCTION)
