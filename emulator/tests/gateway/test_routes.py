"""Calls of AWS's JSON protocols beside what has routes."""

import http.client
from urllib.parse import urlsplit

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from dockerless.gateway.routes import once_for_each_service


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/", b"TableNames"), ("/_localstack/health", b"services")],
)
def test_only_the_root_is_a_call(endpoint: str, path: str, expected: bytes) -> None:
    headers = {
        "X-Amz-Target": "DynamoDB_20120810.ListTables",
        "Content-Type": "application/x-amz-json-1.0",
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/dynamodb/aws4_request, ",
    }
    connection = http.client.HTTPConnection(urlsplit(endpoint).netloc)
    connection.request("POST" if path == "/" else "GET", path, b"{}" if path == "/" else None, headers)

    assert expected in connection.getresponse().read()
    connection.close()


def test_models_of_one_service_share_what_was_made() -> None:
    def model(service: str) -> ServiceModel:
        return ServiceModel(Loader().load_service_model(service, "service-2"), service)

    make = once_for_each_service(lambda service: object())

    assert make(model("lambda")) is make(model("lambda"))
    assert make(model("lambda")) is not make(model("apigateway"))
