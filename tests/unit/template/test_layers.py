"""The layers fit the functions' architecture, whichever it is."""

from samtranslator.yaml_helper import yaml_parse

from tests.unit.template.expanded import TEMPLATE

CHOSEN = {"Ref": "Architecture"}


def test_packages_are_built_for_the_architecture_of_the_functions() -> None:
    template = yaml_parse(TEMPLATE.read_text())
    assert template["Globals"]["Function"]["Architectures"] == [CHOSEN]
    layers = {name: it for name, it in template["Resources"].items() if it["Type"] == "AWS::Serverless::LayerVersion"}
    built = {name: layer for name, layer in layers.items() if layer["Metadata"]["BuildMethod"].startswith("python")}
    assert list(built) == ["DependenciesLayer"]  # the other is Python alone, the same for both
    for layer in built.values():
        assert layer["Metadata"]["BuildArchitecture"] == CHOSEN
        assert layer["Properties"]["CompatibleArchitectures"] == [CHOSEN]
