"""The table as the template defines it, so that no test stands on another one."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

TEMPLATE = Path(__file__).resolve().parent.parent / "template.yaml"
_WANTED = {"BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes"}


class _TemplateLoader(yaml.SafeLoader):
    """Reads a template; what its intrinsic functions give does not matter here."""


_TemplateLoader.add_multi_constructor("!", lambda loader, suffix, node: f"!{suffix}")


@cache
def resources() -> dict[str, Any]:
    """The template's resources by their logical names."""
    resources: dict[str, Any] = yaml.load(TEMPLATE.read_text(), _TemplateLoader)["Resources"]
    return resources


def table_definition() -> dict[str, Any]:
    """Arguments of CreateTable, all but the name."""
    properties = resources()["Table"]["Properties"]
    return {name: value for name, value in properties.items() if name in _WANTED}
