"""What stands in the place of a signature."""

from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from localstack.utils.aws.request_context import (
    extract_access_key_id_from_auth_header,
    extract_region_from_auth_header,
)

from dockerless.signing import Unsigned


def test_the_caller_and_the_region_are_told() -> None:
    request = AWSRequest("POST", "http://127.0.0.1:4566/")

    Unsigned(Credentials("111111111111", "secret", "token"), "sqs", "eu-west-1").add_auth(request)

    headers = dict(request.headers)
    assert extract_access_key_id_from_auth_header(headers) == "111111111111"
    assert extract_region_from_auth_header(headers) == "eu-west-1"
    assert headers["X-Amz-Security-Token"] == "token"
