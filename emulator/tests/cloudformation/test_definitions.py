"""State machine definitions in either notation."""

import json

from dockerless.cloudformation.definitions import as_json


def test_yaml_becomes_json() -> None:
    assert json.loads(as_json("StartAt: A\nStates:\n  A: {Type: Pass, End: true}\n")) == {
        "StartAt": "A",
        "States": {"A": {"Type": "Pass", "End": True}},
    }


def test_json_stays_as_it_is() -> None:
    definition = ' {"StartAt":  "A"}'
    assert as_json(definition) is definition
