"""Changes to a deployed AWS::Events::Rule: LocalStack reports them as done and makes none of them."""

from typing import Any

from localstack.runtime import hooks
from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceRequest

type Properties = dict[str, Any]

_FIXED = ("Name", "EventBusName")


def remove_targets(client: Any, name: str, previous: Properties, desired: Properties) -> None:
    """Takes from rule `name` the targets that it is no longer to have, through an EventBridge client.

    Raises:
        ValueError: a property changed that only a new rule can have.
    """
    for fixed in _FIXED:
        if fixed in desired and previous.get(fixed, desired[fixed]) != desired[fixed]:
            raise ValueError(f"{fixed} of a rule cannot be changed: give the rule a new logical id")
    old, new = ({target["Id"] for target in each.get("Targets") or []} for each in (previous, desired))
    if old - new:
        bus = {"EventBusName": desired["EventBusName"]} if desired.get("EventBusName") else {}
        client.remove_targets(Rule=name, Ids=sorted(old - new), **bus)


@hooks.on_infra_start()
def update_rules() -> None:
    """Gives LocalStack's CloudFormation the operation it lacks."""
    from localstack.services.events.resource_providers.aws_events_rule import (
        EventsRuleProvider,
        extract_rule_name,
    )

    def update(provider: EventsRuleProvider, request: ResourceRequest) -> ProgressEvent:
        previous, desired = request.previous_state, request.desired_state
        name = extract_rule_name(previous["Id"])
        remove_targets(request.aws_client_factory.events, name, previous, desired)
        # To make a rule or target that is there is to change it; a name made up for it has to be kept.
        desired["Name"] = name
        return provider.create(request)

    EventsRuleProvider.update = update
