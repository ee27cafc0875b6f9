"""n8n's workflow files, as far as those under docs/n8n go: a node type, version or parameter beyond these is refused.

Names and defaults are those of n8n's own nodes.
"""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Nothing(Strict):
    pass


class Named(Strict):
    name: str
    value: str


class NamedList(Strict):
    parameters: list[Named]


class TextResponse(Strict):
    responseFormat: Literal["text"]


class Response(Strict):
    response: TextResponse


class HttpOptions(Strict):
    response: Response | None = None


class HttpRequest(Strict):
    method: Literal["GET", "POST"] = "GET"
    url: str
    authentication: Literal["genericCredentialType"]
    genericAuthType: Literal["httpHeaderAuth"]
    sendHeaders: bool = False
    headerParameters: NamedList = NamedList(parameters=[])
    sendBody: bool = False
    specifyBody: Literal["json"] | None = None
    jsonBody: str = ""
    options: HttpOptions


class Assignment(Named):
    id: str
    type: Literal["string"]


class Assignments(Strict):
    assignments: list[Assignment]


class EditFields(Strict):
    assignments: Assignments
    options: Nothing


class Operator(Strict):
    type: Literal["string"]
    operation: Literal["equals"]


class Condition(Strict):
    id: str
    leftValue: str
    rightValue: str
    operator: Operator


class ConditionOptions(Strict):
    caseSensitive: Literal[True]
    leftValue: Literal[""]
    typeValidation: Literal["strict"]
    version: Literal[2]


class Conditions(Strict):
    options: ConditionOptions
    conditions: list[Condition]
    combinator: Literal["or"]


class Rule(Strict):
    conditions: Conditions
    renameOutput: Literal[True]
    outputKey: str


class Rules(Strict):
    values: list[Rule]


class Fallback(Strict):
    fallbackOutput: Literal["extra"]
    renameFallbackOutput: str


class Switch(Strict):
    rules: Rules
    options: Fallback


class Wait(Strict):
    """For some seconds, or until the resume URL is called; n8n's default is a GET for that, and a webhook is a POST."""

    resume: Literal["timeInterval", "webhook"] = "timeInterval"
    amount: int = 5
    httpMethod: Literal["GET", "POST"] = "GET"
    limitWaitTime: bool = False
    resumeAmount: int = 1
    options: Nothing = Nothing()


class SplitOut(Strict):
    fieldToSplitOut: str
    options: Nothing


class StopAndError(Strict):
    errorMessage: str


PARAMETERS: dict[tuple[str, float], type[Strict]] = {
    ("n8n-nodes-base.manualTrigger", 1): Nothing,
    ("n8n-nodes-base.set", 3.4): EditFields,
    ("n8n-nodes-base.httpRequest", 4.2): HttpRequest,
    ("n8n-nodes-base.switch", 3.2): Switch,
    ("n8n-nodes-base.wait", 1.1): Wait,
    ("n8n-nodes-base.splitOut", 1): SplitOut,
    ("n8n-nodes-base.stopAndError", 1): StopAndError,
}


class Node(Strict):
    id: str
    name: str
    type: str
    typeVersion: float
    position: tuple[int, int]
    parameters: Any
    webhookId: str | None = None
    retryOnFail: bool = False
    maxTries: int = Field(default=3, ge=2, le=5)
    waitBetweenTries: int = Field(default=1000, ge=0, le=5000)

    @model_validator(mode="after")
    def _known(self) -> "Node":
        self.parameters = PARAMETERS[self.type, self.typeVersion].model_validate(self.parameters)
        return self


class Link(Strict):
    node: str
    type: Literal["main"]
    index: Literal[0]


class Outputs(Strict):
    main: list[list[Link]]


class Settings(Strict):
    executionOrder: Literal["v1"]


class Workflow(Strict):
    name: str
    nodes: list[Node]
    connections: dict[str, Outputs]
    pinData: Nothing
    active: Literal[False]
    settings: Settings

    def node(self, name: str) -> Node:
        (found,) = (node for node in self.nodes if node.name == name)
        return found


def read(path: Path) -> Workflow:
    return Workflow.model_validate_json(path.read_bytes())
