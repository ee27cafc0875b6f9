"""The LocalStack providers of DynamoDB and DynamoDB Streams."""

from localstack.services.plugins import Service, aws_provider

from dockerless.dynamodb import eventsource
from dockerless.dynamodb.provider import DynamoDBProvider
from dockerless.dynamodb.streams_provider import DynamoDBStreamsProvider


@aws_provider(api="dynamodb", name="dockerless")
def dynamodb() -> Service:
    """The DynamoDB provider."""
    return Service.for_provider(DynamoDBProvider())


@aws_provider(api="dynamodbstreams", name="dockerless")
def dynamodbstreams() -> Service:
    """The DynamoDB Streams provider."""
    eventsource.install()
    return Service.for_provider(DynamoDBStreamsProvider())
