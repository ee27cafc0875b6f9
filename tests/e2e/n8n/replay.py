"""Does what n8n does when one of the workflows under docs/n8n is started: node after node, with real HTTP calls."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.e2e.n8n import nodes
from tests.e2e.n8n.expressions import evaluate

type Item = dict[str, Any]

MOST_NODES = 500


class StoppedError(Exception):
    """The workflow ended itself with an error, as a Stop And Error node does."""


@dataclass
class Replay:
    """One execution of a workflow.

    ``settings`` stand in place of what the node Settings says; ``credential`` is what a person adds to the HTTP nodes
    after the import. ``pause`` is called for a Wait of some seconds; ``message`` waits for the call of the resume URL.
    """

    workflow: nodes.Workflow
    settings: dict[str, str]
    credential: dict[str, str]
    pause: Callable[["Replay"], None] = lambda _: None
    message: Callable[[], Item] = dict
    resume_url: str = "http://127.0.0.1:5678/webhook-waiting/7"
    execution_id: str = "7"
    outputs: dict[str, list[Item]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def run(self) -> list[Item]:
        """From the start to a node that none follows; what that one had to give.

        Raises:
            StoppedError: it came to a Stop And Error node.
            ExpressionError: a node uses a field that the answers before do not have.
        """
        name = "Start"
        items: list[Item] = [{}]
        for _ in range(MOST_NODES):
            outputs = self._execute(self.workflow.node(name), items)
            (at,) = (at for at, output in enumerate(outputs) if output)
            items = self.outputs[name] = outputs[at]
            following = self.workflow.connections.get(name)
            if following is None:
                return items
            ((link,),) = (following.main[at],)
            name = link.node
        raise AssertionError(f"no end after {MOST_NODES} nodes: {self.calls}")

    def _execute(self, node: nodes.Node, items: list[Item]) -> list[list[Item]]:
        match node.parameters:
            case nodes.EditFields() as edit:
                fields = {each.name: evaluate(each.value, self._roots({})) for each in edit.assignments.assignments}
                return [[fields | self.settings]]
            case nodes.HttpRequest() as request:
                return [[self._request(request, item) for item in items]]
            case nodes.Wait(resume="webhook", httpMethod="POST"):
                return [[self.message()]]
            case nodes.Wait(resume="timeInterval"):
                self.pause(self)
                return [items]
            case nodes.Switch() as switch:
                return self._branch(switch, items)
            case nodes.SplitOut() as split:
                name = split.fieldToSplitOut
                parts = [part for item in items for part in item[name]]
                return [[part if isinstance(part, dict) else {name: part} for part in parts]]
            case nodes.StopAndError() as stop:
                raise StoppedError(evaluate(stop.errorMessage, self._roots(items[0])))
            case nodes.Nothing():
                return [items]
        raise AssertionError(f"n8n would not go on after {node.name}: {node.parameters}")

    def _request(self, request: nodes.HttpRequest, item: Item) -> Item:
        roots = self._roots(item)
        url = evaluate(request.url, roots)
        named = request.headerParameters.parameters if request.sendHeaders else []
        headers = self.credential | {each.name: evaluate(each.value, roots) for each in named}
        body = json.loads(evaluate(request.jsonBody, roots)) if request.sendBody else None
        with httpx.Client(follow_redirects=True, timeout=35) as client:
            answer = client.request(request.method, url, headers=headers, json=body)
        assert answer.is_success, f"{request.method} {url}: {answer.status_code} {answer.text}"
        self.calls.append(f"{request.method} {url.removeprefix(self.settings['base_url'])}")
        return {"data": answer.text} if request.options.response else dict(answer.json())

    def _branch(self, switch: nodes.Switch, items: list[Item]) -> list[list[Item]]:
        """One output per rule, and one for what none of them takes."""
        outputs: list[list[Item]] = [[] for _ in range(len(switch.rules.values) + 1)]
        for item in items:
            roots = self._roots(item)
            fits = (
                any(evaluate(each.leftValue, roots) == each.rightValue for each in rule.conditions.conditions)
                for rule in switch.rules.values
            )
            outputs[next((at for at, fit in enumerate(fits) if fit), -1)].append(item)
        return outputs

    def _roots(self, item: Item) -> Callable[[str], Any]:
        def root(name: str) -> Any:
            match name:
                case "$json":
                    return item
                case "$execution":
                    return {"id": self.execution_id, "resumeUrl": self.resume_url}
                case "$workflow":
                    return {"id": self.workflow.name}
            return self.outputs[name.split("'")[1]][0]

        return root
