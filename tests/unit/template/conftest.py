from collections.abc import Iterator

import pytest

from tests.unit.template.expanded import Resources, expand


@pytest.fixture(scope="session", autouse=True)
def region() -> Iterator[None]:
    """SAM's translator asks boto3 for one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield


@pytest.fixture(scope="session")
def production(region: None) -> Resources:
    """What is created on AWS with the defaults."""
    return expand({"Stage": "production", "StorytellerImageUri": "storyteller:1"})


@pytest.fixture(scope="session")
def local(region: None) -> Resources:
    """What is created on the emulator."""
    return expand({"Stage": "local", "StorytellerImageUri": "storyteller:1"})
